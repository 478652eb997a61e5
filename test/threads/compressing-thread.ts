import { gzipTogether } from '../../shared/gzip/deflate-work.ts';
import type { Crew } from '../../shared/threads/shared-work.ts';
import { threadOf } from '../../shared/threads/thread.ts';

/** Compresses so many bytes of shared memory with whoever helps. */
export function compressed(bytes: number, crew: Crew): Promise<Uint8Array> {
  const voxels = new Uint8Array(crew.memory(bytes), 0, bytes).fill(7);
  return gzipTogether(crew, Uint8Array.of(1, 2, 3, 4), voxels, 2);
}

export default threadOf(compressed);
