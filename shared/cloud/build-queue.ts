import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { asDatasetError, DatasetError } from '../errors.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { runKeys } from './run-keys.ts';

/**
 * At most one run waits for uploads to become quiet, and at most one builds. Every change of this object is a
 * conditional write, so that events may come twice, late, swapped or at once.
 */
const BuildQueue = z.object({
  waiting: z.optional(z.object({ run: z.string(), changedAt: z.number() })),
  building: z.optional(z.object({ run: z.string(), execution: z.string() })),
});
type BuildQueue = z.output<typeof BuildQueue>;

/** What a waiting run is told: go on, look again later, or end because another run has taken its change. */
export type Settled = { state: 'ready' | 'superseded' } | { state: 'wait'; waitSeconds: number };

export interface SettleQuestion {
  run: string;
  execution: string;
  quietSeconds: number;
  now: number;
  isRunning: (execution: string) => Promise<boolean>;
}

const BUSY_WAIT_SECONDS = 15;

/**
 * Notes that something below `raw/` changed.
 * @param dead a waiting run that turned out to have ended, and is replaced
 * @returns the run that will build the change; starting it twice must be harmless
 */
export async function noteChange(store: Store, now: number, dead?: string): Promise<string> {
  const { waiting } = await changeQueue(store, ({ waiting, building }) => {
    const run = waiting && waiting.run !== dead ? waiting.run : `build-${randomUUID()}`;
    return { waiting: { run, changedAt: now }, ...(building && { building }) };
  });
  return waiting!.run;
}

/** Whether a run may begin: nothing changed for the quiet period, and no other run builds. */
export async function settle(store: Store, question: SettleQuestion): Promise<Settled> {
  const { run, execution, quietSeconds, now } = question;
  const { waiting, building } = (await readQueue(store)).queue;
  if (building?.execution === execution) return { state: 'ready' };
  if (waiting?.run !== run) return { state: 'superseded' };
  const quietAt = waiting.changedAt + quietSeconds * 1000;
  if (now < quietAt) return { state: 'wait', waitSeconds: Math.ceil((quietAt - now) / 1000) };
  if (building && (await question.isRunning(building.execution))) {
    return { state: 'wait', waitSeconds: Math.min(BUSY_WAIT_SECONDS, Math.max(1, quietSeconds)) };
  }
  let taken = false;
  await changeQueue(store, (queue) => {
    taken = queue.waiting?.run === run && queue.waiting.changedAt === waiting.changedAt;
    return taken ? { building: { run, execution } } : queue;
  });
  return taken ? { state: 'ready' } : { state: 'wait', waitSeconds: Math.max(1, quietSeconds) };
}

/**
 * Holds a run that was stopped and redriven late from writing over what a newer one builds.
 * @throws STORE_CONFLICT when the run no longer is the one that builds
 */
export async function refuseUnlessBuilding(store: Store, run: string): Promise<void> {
  if ((await readQueue(store)).queue.building?.run === run) return;
  throw new DatasetError('STORE_CONFLICT', `${run} no longer is the run that builds; start a new one`);
}

/** Frees the queue for the next run. */
export async function endBuilding(store: Store, run: string): Promise<void> {
  await changeQueue(store, (queue) => {
    if (queue.building?.run !== run) return queue;
    return queue.waiting ? { waiting: queue.waiting } : {};
  });
}

/** What waits and what builds, with the version that a conditional write needs. */
export async function readQueue(store: Store): Promise<{ queue: BuildQueue; etag: string | undefined }> {
  const found = await store.head(runKeys.queue);
  if (!found) return { queue: {}, etag: undefined };
  return { queue: await getJson(store, runKeys.queue, BuildQueue), etag: found.etag };
}

async function changeQueue(store: Store, change: (queue: BuildQueue) => BuildQueue): Promise<BuildQueue> {
  for (;;) {
    const { queue, etag } = await readQueue(store);
    const changed = change(queue);
    if (changed === queue) return queue;
    try {
      const condition = etag === undefined ? ({ ifAbsent: true } as const) : { ifMatch: etag };
      await store.put(runKeys.queue, utf8(JSON.stringify(changed)), condition);
      return changed;
    } catch (error) {
      if (!['STORE_CONFLICT', 'STORE_MISSING'].includes(asDatasetError(error).code)) throw error;
    }
  }
}
