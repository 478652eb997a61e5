import { type Crew, doTogether } from '../threads/shared-work.ts';
import { deflatePart, PART_BYTES } from './deflate.ts';
import { gzipMember } from './gzip.ts';

/** The parts of one gzip stream, compressed each by whatever thread takes it. */
export interface DeflateWork {
  kind: 'deflate';
  /** A view of shared memory. */
  bytes: Uint8Array;
  voxelBytes: 1 | 2;
  /** Room for each part, one after the other, and the length of each. */
  output: SharedArrayBuffer;
  lengths: Int32Array;
}

/** Each part can grow to this. */
const ROOM_BYTES = PART_BYTES + (PART_BYTES >> 2);

/** What `gzip` makes of a header and voxels, by several threads. */
export async function gzipTogether(
  crew: Crew,
  header: Uint8Array,
  voxels: Uint8Array,
  voxelBytes: 1 | 2,
): Promise<Uint8Array> {
  const parts = Math.ceil(voxels.length / PART_BYTES);
  const output = crew.memory(parts * ROOM_BYTES);
  const lengths = new Int32Array(crew.memory(4 * parts), 0, parts);
  const bytes = inSharedMemory(crew, voxels);
  const work: DeflateWork = { kind: 'deflate', bytes, voxelBytes, output, lengths };
  await doTogether(crew, work, parts);
  const deflated = Array.from(lengths, (length, i) => new Uint8Array(output, i * ROOM_BYTES, length));
  return gzipMember([deflatePart(header, voxelBytes, false), ...deflated], [header, voxels]);
}

export function deflatePieces({ bytes, voxelBytes, output, lengths }: DeflateWork) {
  return (piece: number) => {
    const last = piece === lengths.length - 1;
    const part = deflatePart(bytes.subarray(piece * PART_BYTES, (piece + 1) * PART_BYTES), voxelBytes, last);
    new Uint8Array(output, piece * ROOM_BYTES, ROOM_BYTES).set(part);
    lengths[piece] = part.length;
  };
}

function inSharedMemory(crew: Crew, bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(crew.memory(bytes.length), 0, bytes.length);
  shared.set(bytes);
  return shared;
}
