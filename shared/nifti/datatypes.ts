import type { VoxelArray } from '../volume/volume.ts';

type VoxelConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => VoxelArray;

/** NIfTI-1 `datatype` codes of scalar voxels (nifti1.h), their names as numpy has them, and how to view their bytes. */
export const DATATYPES: { code: number; name: string; bytes: number; view: VoxelConstructor }[] = [
  { code: 2, name: 'uint8', bytes: 1, view: Uint8Array },
  { code: 4, name: 'int16', bytes: 2, view: Int16Array },
  { code: 8, name: 'int32', bytes: 4, view: Int32Array },
  { code: 16, name: 'float32', bytes: 4, view: Float32Array },
  { code: 64, name: 'float64', bytes: 8, view: Float64Array },
  { code: 256, name: 'int8', bytes: 1, view: Int8Array },
  { code: 512, name: 'uint16', bytes: 2, view: Uint16Array },
  { code: 768, name: 'uint32', bytes: 4, view: Uint32Array },
];

export function datatypeOf(voxels: VoxelArray): (typeof DATATYPES)[number] {
  const found = DATATYPES.find((datatype) => voxels instanceof datatype.view);
  if (!found) throw new TypeError(`no NIfTI datatype for ${voxels.constructor.name}`);
  return found;
}
