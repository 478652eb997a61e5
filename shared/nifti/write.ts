import type { Volume } from '../volume/volume.ts';
import { datatypeOf } from './datatypes.ts';
import { quaternionOf } from './quaternion.ts';

const HEADER_BYTES = 348;
const VOXEL_OFFSET = 352;
const SCANNER_ANATOMICAL = 1;
const MM = 2;
const MM_AND_SECONDS = 10;

/** A volume as the bytes of a `.nii` file. */
export function writeNifti(volume: Volume, kind: 'ct' | 'derived'): Uint8Array {
  return Buffer.concat([niftiHeader(volume, kind), voxelBytesOf(volume)]);
}

/** The voxels as they stand in the file; a view, not a copy. */
export function voxelBytesOf({ voxels }: Volume): Uint8Array {
  return new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
}

/**
 * What comes before the voxels of a `.nii` file: NIfTI-1, little-endian, single file, sform and qform both
 * 'scanner anatomical', no time, name or date in any field.
 */
export function niftiHeader(volume: Volume, kind: 'ct' | 'derived'): Uint8Array {
  const { voxels, shape, spacingMm, affine } = volume;
  const datatype = datatypeOf(voxels);
  const header = new Uint8Array(VOXEL_OFFSET);
  const view = new DataView(header.buffer);
  const float = (offset: number, values: number[]) => {
    for (const [i, value] of values.entries()) view.setFloat32(offset + 4 * i, value, true);
  };
  const int16 = (offset: number, values: number[]) => {
    for (const [i, value] of values.entries()) view.setInt16(offset + 2 * i, value, true);
  };
  const qform = quaternionOf(affine);

  view.setInt32(0, HEADER_BYTES, true);
  view.setUint8(38, 'r'.charCodeAt(0));
  int16(40, [3, ...shape, 1, 1, 1, 1]);
  int16(70, [datatype.code, datatype.bytes * 8]);
  float(76, [qform.qfac, ...spacingMm]);
  float(108, [VOXEL_OFFSET, volume.slope, volume.intercept]);
  view.setUint8(123, kind === 'ct' ? MM_AND_SECONDS : MM);
  int16(252, [SCANNER_ANATOMICAL, SCANNER_ANATOMICAL]);
  float(256, [qform.b, qform.c, qform.d, affine[0][3], affine[1][3], affine[2][3]]);
  float(280, affine.flat());
  header.set([0x6e, 0x2b, 0x31, 0], 344); // "n+1\0"
  return header;
}
