import { type Crew, doTogether } from '../threads/shared-work.ts';
import { deflatePart, PART_BYTES, type Search } from './deflate.ts';
import { closeMember, partsOf, roomsFor } from './gzip.ts';

/** The parts of one gzip stream, compressed each by whatever thread takes it. */
export interface DeflateWork {
  kind: 'deflate';
  /** A view of shared memory. */
  bytes: Uint8Array;
  search: Search;
  /** Shared memory with room for each part, where that starts, and how long the part became. */
  output: Uint8Array;
  starts: number[];
  lengths: Int32Array;
}

/** What `gzip` makes of a header and voxels, by several threads; it is in the crew's memory, and gone with the job. */
export async function gzipTogether(
  crew: Crew,
  header: Uint8Array,
  voxels: Uint8Array,
  search: Search,
): Promise<Uint8Array> {
  const parts = partsOf(voxels);
  const { starts, bytes } = roomsFor([header, ...parts]);
  const output = new Uint8Array(crew.memory(bytes), 0, bytes);
  const lengths = new Int32Array(crew.memory(4 * starts.length), 0, starts.length);
  lengths[0] = deflatePart(header, search, false, output.subarray(starts[0]));
  const work: DeflateWork = {
    kind: 'deflate',
    bytes: inSharedMemory(crew, voxels),
    search,
    output,
    starts: starts.slice(1),
    lengths: lengths.subarray(1),
  };
  await doTogether(crew, work, parts.length);
  return closeMember(output, starts, lengths, [header, voxels]);
}

export function deflatePieces({ bytes, search, output, starts, lengths }: DeflateWork) {
  return (piece: number) => {
    const last = piece === lengths.length - 1;
    const part = bytes.subarray(piece * PART_BYTES, (piece + 1) * PART_BYTES);
    lengths[piece] = deflatePart(part, search, last, output.subarray(starts[piece]));
  };
}

function inSharedMemory(crew: Crew, bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(crew.memory(bytes.length), 0, bytes.length);
  shared.set(bytes);
  return shared;
}
