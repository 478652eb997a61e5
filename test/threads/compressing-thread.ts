import { gzipTogether } from '../../shared/gzip/deflate-work.ts';
import type { Crew } from '../../shared/threads/shared-work.ts';
import { threadOf } from '../../shared/threads/thread.ts';

/** Compresses so many bytes of shared memory with whoever helps. */
export async function compressed(bytes: number, crew: Crew): Promise<Uint8Array> {
  const voxels = new Uint8Array(crew.memory(bytes), 0, bytes).fill(7);
  // a copy, as the crew's memory goes with the job
  return Uint8Array.from(await gzipTogether(crew, Uint8Array.of(1, 2, 3, 4), voxels, 'wide'));
}

export default threadOf(compressed);
