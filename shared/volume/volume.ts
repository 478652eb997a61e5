/** Voxel types a NIfTI-1 volume can hold here. */
export type VoxelArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Three rows of a 4 x 4 matrix from voxel indices (i, j, k) to RAS millimetres; the fourth row is 0 0 0 1. */
export type Affine = [
  [number, number, number, number],
  [number, number, number, number],
  [number, number, number, number],
];

/** Counts along i (columns), j (rows) and k (slices). */
export type Shape = [columns: number, rows: number, slices: number];

/** The grid of a volume: how many voxels, how large, and where in space. */
export interface Grid {
  shape: Shape;
  /** Voxel size in mm along i, j and k (NIfTI pixdim[1..3]). */
  spacingMm: [number, number, number];
  affine: Affine;
}

/**
 * A scalar volume. `voxels` are the stored values, i fastest, then j, then k;
 * the real value (HU for a CT) is `stored * slope + intercept`.
 */
export interface Volume extends Grid {
  voxels: VoxelArray;
  slope: number;
  intercept: number;
}
