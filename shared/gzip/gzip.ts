import { crc32 } from 'node:zlib';
import { deflatePart, PART_BYTES } from './deflate.ts';

/** Deflated, no name, no time, an unknown system (RFC 1952, 2.3). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/**
 * One gzip member (RFC 1952) without time or name, of chunks that follow one another: the same bytes on every
 * machine, where zlib's would vary with processor and Node version.
 *
 * @param voxelBytes how wide the voxels are that the chunks hold little-endian: CT compresses best voxel by voxel
 */
export function gzip(chunks: Uint8Array[], voxelBytes: 1 | 2 = 1): Uint8Array {
  const parts = chunks.flatMap(partsOf);
  return gzipMember(
    parts.map((part, i) => deflatePart(part, voxelBytes, i === parts.length - 1)),
    chunks,
  );
}

/** There is always one. */
function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES));
}

/** Makes the member of all parts, deflated in order. */
export function gzipMember(deflated: Uint8Array[], chunks: Uint8Array[]): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(
    chunks.reduce((crc, chunk) => crc32(chunk, crc), 0),
    0,
  );
  trailer.writeUInt32LE(chunks.reduce((sum, { length }) => sum + length, 0) % 2 ** 32, 4);
  return Buffer.concat([HEADER, ...deflated, trailer]);
}
