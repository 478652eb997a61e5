import { DatasetError } from '../errors.ts';
import { runStep, upstreamOf } from '../pipeline/run-step.ts';
import { SeriesTask } from '../pipeline/series-task.ts';
import type { SeriesStep, StepContext } from '../pipeline/step.ts';
import { VolumeCache } from '../pipeline/volume-cache.ts';
import { getJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { Bucket } from './bucket.ts';
import { refuseUnlessBuilding } from './build-queue.ts';
import { guardedStore } from './guarded-store.ts';
import { runKeys } from './run-keys.ts';

/** What the map hands to each step: which run, which series. */
export interface SeriesItem {
  run: string;
  uuid: string;
}

export interface SeriesStepResult {
  /** Nothing was to be done: an earlier result still stands, or a step before this one failed. */
  ran: boolean;
  failed: boolean;
}

/**
 * The task of one series, as the run's plan wrote it.
 * @throws STORE_CONFLICT when a newer run builds by now: its series must not be overwritten
 */
export async function taskOf(bucket: Store, { run, uuid }: SeriesItem): Promise<SeriesTask> {
  await refuseUnlessBuilding(bucket, run);
  return getJson(bucket, runKeys.task(run, uuid), SeriesTask);
}

/** What a step of a run works on. Nothing is written any more as soon as a newer run builds. */
export function contextOf({ bucket, raw, out }: Bucket, run: string): StepContext {
  const guarded = guardedStore(out, () => refuseUnlessBuilding(bucket, run));
  return { raw, out: guarded, volumes: new VolumeCache(), signal: new AbortController().signal };
}

/**
 * Runs one step of one series from what the steps before it left in the bucket. A fault of the series is recorded,
 * as in the embedded build; a fault of the store is thrown, so that the workflow tries again.
 */
export async function runSeriesStep(
  step: SeriesStep,
  item: SeriesItem,
  stores: Bucket,
): Promise<SeriesStepResult> {
  const task = await taskOf(stores.bucket, item);
  const context = contextOf(stores, item.run);
  const upstream = await upstreamOf(step, task, context);
  if (step.after.some((name) => !upstream[name])) return { ran: false, failed: true };
  const { record, ran } = await runStep(step, task, upstream, context);
  if (record.failure?.code.startsWith('STORE_')) {
    const { code, message, keys } = record.failure;
    throw new DatasetError(code, message, { keys });
  }
  return { ran, failed: record.failure !== undefined };
}
