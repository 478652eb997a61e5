import { gunzipSync } from 'node:zlib';
import { NIFTI1 } from 'nifti-reader-js';
import { DatasetError } from '../errors.ts';
import type { Affine, Shape, Volume } from '../volume/volume.ts';
import { DATATYPES } from './datatypes.ts';
import { affineOfQform } from './quaternion.ts';

const MIN_CHUNK_BYTES = 16384;
/** What a byte can become at most (zlib, technical details). */
const DEFLATE_RATIO = 1032;

/** A volume as a file holds it: the grid and voxels, and the header they were read from. */
export interface NiftiVolume extends Volume {
  header: NIFTI1;
}

/**
 * A NIfTI-1 volume from the bytes of a `.nii` or `.nii.gz` file. The affine is the sform where there is one,
 * else the qform, else the voxel sizes alone (nifti1.h, METHOD 3, 2 and 1).
 * @throws NIFTI_UNREADABLE when it is no 3-D NIfTI-1 file of scalar voxels, or is shorter than it says
 */
export function readNifti(file: Uint8Array, key: string): NiftiVolume {
  const bytes = inflate(file, key);
  const header = new NIFTI1();
  try {
    header.readHeader(new Uint8Array(bytes.subarray(0, 352)).buffer);
  } catch (cause) {
    throw unreadable(key, 'it has no NIfTI-1 header', cause);
  }
  const shape = shapeOf(header, key);
  const datatype = DATATYPES.find(({ code }) => code === header.datatypeCode);
  if (!datatype) throw unreadable(key, `voxels of datatype ${header.datatypeCode} are not scalar numbers`);
  const count = shape[0] * shape[1] * shape[2];
  const start = header.vox_offset;
  if (start + count * datatype.bytes > bytes.length) {
    throw unreadable(
      key,
      `it ends after ${bytes.length} of ${start + count * datatype.bytes} bytes; copy it again`,
    );
  }
  const aligned = alignedBytes(bytes, start, count * datatype.bytes);
  if (!header.littleEndian) swapBytes(aligned, datatype.bytes);
  const voxels = new datatype.view(aligned.buffer, aligned.byteOffset, count);
  const slope = header.scl_slope === 0 ? 1 : header.scl_slope;
  const intercept = header.scl_slope === 0 ? 0 : header.scl_inter;
  const spacingMm: [number, number, number] = [header.pixDims[1], header.pixDims[2], header.pixDims[3]];
  return { voxels, shape, spacingMm, affine: affineOf(header), slope, intercept, header };
}

function inflate(file: Uint8Array, key: string): Uint8Array {
  if (file[0] !== 0x1f || file[1] !== 0x8b) return file;
  try {
    return gunzipSync(file, { chunkSize: Math.max(MIN_CHUNK_BYTES, announcedBytes(file)) });
  } catch (cause) {
    throw unreadable(key, `its gzip stream is damaged (${(cause as Error).message}); copy it again`, cause);
  }
}

/**
 * How long a gzip file says that it will be (RFC 1952, 2.3.1): zlib then fills one buffer where it would join hundreds.
 * No more than deflate can make of it; when it is wrong, only time is lost.
 */
function announcedBytes(file: Uint8Array): number {
  if (file.length < 18) return 0;
  const announced = new DataView(file.buffer, file.byteOffset + file.length - 4).getUint32(0, true);
  return Math.min(announced + 1, DEFLATE_RATIO * file.length);
}

function shapeOf(header: NIFTI1, key: string): Shape {
  const [rank, columns, rows, slices, ...further] = header.dims;
  const sizes = [columns, rows, rank < 3 ? 1 : slices];
  if (rank < 2 || further.slice(0, rank - 3).some((size) => size > 1) || sizes.some((size) => !(size > 0))) {
    throw unreadable(
      key,
      `its dimensions ${header.dims.slice(1, rank + 1).join(' x ')} are not a 3-D volume`,
    );
  }
  return [sizes[0], sizes[1], sizes[2]];
}

function affineOf(header: NIFTI1): Affine {
  const [, dx, dy, dz] = header.pixDims;
  if (header.sform_code > 0) {
    const [x, y, z] = header.affine;
    return [x, y, z].map((row) => [row[0], row[1], row[2], row[3]]) as Affine;
  }
  if (header.qform_code > 0) {
    const { quatern_b: b, quatern_c: c, quatern_d: d } = header;
    const offsetMm = [header.qoffset_x, header.qoffset_y, header.qoffset_z];
    return affineOfQform({ b, c, d, qfac: header.pixDims[0] < 0 ? -1 : 1 }, [dx, dy, dz], offsetMm);
  }
  return [
    [dx, 0, 0, 0],
    [0, dy, 0, 0],
    [0, 0, dz, 0],
  ];
}

/** The bytes at `start`, moved only where a typed array could not view them in place. */
function alignedBytes(bytes: Uint8Array, start: number, length: number): Uint8Array<ArrayBuffer> {
  const voxels = bytes.subarray(start, start + length);
  if (voxels.byteOffset % 8 === 0 && voxels.buffer instanceof ArrayBuffer) {
    return new Uint8Array(voxels.buffer, voxels.byteOffset, length);
  }
  return new Uint8Array(voxels);
}

function swapBytes(bytes: Uint8Array<ArrayBuffer>, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (size === 2) buffer.swap16();
  if (size === 4) buffer.swap32();
  if (size === 8) buffer.swap64();
}

function unreadable(key: string, what: string, cause?: unknown): DatasetError {
  return new DatasetError('NIFTI_UNREADABLE', `${key}: ${what}`, { keys: [key], cause });
}
