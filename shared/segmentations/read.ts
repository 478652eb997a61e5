import { readHeader } from '../dicom/header.ts';
import { DatasetError } from '../errors.ts';
import { readDicomSeg, SEG_SOP_CLASSES } from './dicom-seg.ts';
import { readLabelNifti } from './label-nifti.ts';
import { RTSTRUCT_SOP_CLASS, readRtstruct } from './rtstruct.ts';
import { readSegNrrd } from './seg-nrrd.ts';
import type { Segmentation } from './segmentation.ts';

export interface ReadOptions {
  /** From which fraction on a voxel of a FRACTIONAL DICOM SEG belongs to its segment. */
  threshold: number;
  /** JSON text of the labels file of a plain label NIfTI. */
  labelsText?: string | undefined;
}

/**
 * Reads a segmentation of any of the formats, told by its content.
 * @returns undefined for a DICOM file that is no segmentation, such as an image
 * @throws SEGMENTATION_UNREADABLE, NIFTI_UNREADABLE, LABELS_UNREADABLE, and the codes of pixel data
 */
export async function readSegmentation(
  file: Uint8Array,
  key: string,
  { threshold, labelsText }: ReadOptions,
): Promise<Segmentation | undefined> {
  if (Buffer.from(file.subarray(0, 4)).toString('latin1') === 'NRRD') return readSegNrrd(file, key);
  if (/\.nii(\.gz)?$/i.test(key)) return readLabelNifti(file, key, labelsText);
  let sopClassUid: string;
  try {
    ({ sopClassUid } = readHeader(file));
  } catch (cause) {
    const message = `${key} is not a .seg.nrrd, DICOM or NIfTI file`;
    throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key], cause });
  }
  if (SEG_SOP_CLASSES.includes(sopClassUid)) return readDicomSeg(file, key, threshold);
  if (sopClassUid === RTSTRUCT_SOP_CLASS) return readRtstruct(file, key);
  return undefined;
}
