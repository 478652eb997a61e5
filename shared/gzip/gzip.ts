import { crc32 } from 'node:zlib';
import { deflatePart, PART_BYTES } from './deflate.ts';

/** Deflated, no name, no time, an unknown system (RFC 1952, 2.3). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/**
 * One gzip member (RFC 1952) without time or name: the same bytes on every machine, where zlib's would vary with
 * processor and Node version.
 *
 * @param voxelBytes how wide the voxels are that `bytes` hold little-endian: CT compresses best voxel by voxel
 */
export function gzip(bytes: Uint8Array, voxelBytes: 1 | 2 = 1): Uint8Array {
  const parts = partsOf(bytes).map((part, i, { length }) => deflatePart(part, voxelBytes, i === length - 1));
  return gzipMember(parts, bytes);
}

/** Cuts what `gzip` is to compress into what can be compressed apart; there is always one. */
export function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES));
}

/** Makes the member of all parts, deflated. */
export function gzipMember(deflated: Uint8Array[], bytes: Uint8Array): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEADER, ...deflated, trailer]);
}
