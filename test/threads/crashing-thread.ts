import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import type { Offer } from '../../shared/threads/shared-work.ts';
import type { Task } from '../../shared/threads/thread.ts';

/** Added to the count of pieces taken, this lets the helper that lives go on. */
export const GO_ON = 1 << 20;

/** Where a helper says that it has started. */
export const HELPERS = 'helpers';

if (!isMainThread) {
  const helpers = new BroadcastChannel(HELPERS);
  helpers.postMessage(threadId);
  helpers.close();
}

/** Of two helpers one dies over its piece, and the other is long at its own, and writes all over the result then. */
export default function help(task: Task<never>): void {
  if (!('offer' in task)) return;
  const { work, progress }: Offer = task.offer;
  const counts = new Int32Array(progress);
  if (work.kind !== 'deflate' || Atomics.add(counts, 0, 1) >= work.lengths.length) return;
  if (threadId % 2) process.exit(1);
  for (let taken = 0; taken < GO_ON; taken = Atomics.load(counts, 0)) Atomics.wait(counts, 0, taken);
  work.output.fill(0xee);
  Atomics.add(counts, 1, 1);
  Atomics.notify(counts, 1);
}
