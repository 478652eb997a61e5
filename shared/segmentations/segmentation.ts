import type { Affine, Grid, Shape } from '../volume/volume.ts';

/** One named structure of a segmentation, as its file describes it. */
export interface Segment {
  /** Its own number in the file: DICOM Segment Number, ROI Number, voxel value; may repeat between layers. */
  number: number;
  name: string;
  /** What it is, as `SCHEME:code` (segmented property type, Slicer terminology); empty when the file does not say. */
  codes: string[];
}

/**
 * Voxels of a segmentation on a grid of their own: a whole label volume, one layer of it, or one frame whose
 * single slice stands for a slab as thick as the step of its third axis.
 */
export interface Block {
  shape: Shape;
  /** Voxel indices to RAS mm. */
  affine: Affine;
  voxels: ArrayLike<number>;
  /** Which segment (place in `Segmentation.segments`) a voxel value belongs to; other values are background. */
  segmentOf: ReadonlyMap<number, number>;
}

export type SegmentationFormat = 'seg.nrrd' | 'DICOM SEG' | 'RTSTRUCT' | 'label NIfTI';

/** A segmentation as read from a file, not yet on the grid of a CT. */
export interface Segmentation {
  format: SegmentationFormat;
  /** Series Instance UID of the images it was drawn on, where the file says so. */
  referencedSeriesUid: string | undefined;
  segments: Segment[];
  /** The voxels, made one block at a time; contours are drawn on the slices of `ct` where they lie in them. */
  blocks(ct: Grid): Iterable<Block>;
  /** What was in the file and was left out, in words. */
  ignored: string[];
}
