import { crc32 } from 'node:zlib';
import { deflatePart, PART_BYTES, type Search } from './deflate.ts';

/** Deflated, no name, no time, an unknown system (RFC 1952, 2.3). */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
const TRAILER_BYTES = 8;

/** Where the deflated parts of a member are put: each can grow to its room, and is moved up when all are there. */
export interface Rooms {
  starts: number[];
  bytes: number;
}

/**
 * One gzip member (RFC 1952) without time or name, of chunks that follow one another: the same bytes on every
 * machine, where zlib's would vary with processor and Node version.
 *
 * @param search `wide` for chunks of 16-bit voxels, little-endian, which compress best voxel by voxel
 */
export function gzip(chunks: Uint8Array[], search: Search = 'narrow'): Uint8Array<ArrayBuffer> {
  const parts = chunks.flatMap(partsOf);
  const { starts, bytes } = roomsFor(parts);
  const memory = new Uint8Array(bytes);
  const lengths = parts.map((part, i) =>
    deflatePart(part, search, i === parts.length - 1, memory.subarray(starts[i])),
  );
  return closeMember(memory, starts, lengths, chunks);
}

/** There is always one. */
export function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES));
}

export function roomsFor(parts: Uint8Array[]): Rooms {
  const starts: number[] = [];
  let end = HEADER.length;
  for (const { length } of parts) {
    starts.push(end);
    // deflate widens noise by less
    end += length + (length >> 2) + 1024;
  }
  return { starts, bytes: end + TRAILER_BYTES };
}

/** Makes the member in its memory of the parts that are there, deflated in order; gives the part of the memory it fills. */
export function closeMember<Buffer extends ArrayBufferLike>(
  memory: Uint8Array<Buffer>,
  starts: number[],
  lengths: ArrayLike<number>,
  chunks: Uint8Array[],
): Uint8Array<Buffer> {
  memory.set(HEADER);
  // within shared memory, copyWithin() takes ten times as long
  const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.length);
  let end = HEADER.length;
  for (const [i, start] of starts.entries()) end += bytes.copy(bytes, end, start, start + lengths[i]);
  const trailer = new DataView(memory.buffer, memory.byteOffset + end, TRAILER_BYTES);
  trailer.setUint32(
    0,
    chunks.reduce((crc, chunk) => crc32(chunk, crc), 0),
    true,
  );
  trailer.setUint32(4, chunks.reduce((sum, { length }) => sum + length, 0) % 2 ** 32, true);
  return memory.subarray(0, end + TRAILER_BYTES);
}
