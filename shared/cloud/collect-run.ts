import { collectSeries, type Verdict } from '../pipeline/collect.ts';
import { utf8 } from '../store/json.ts';
import type { Bucket } from './bucket.ts';
import { recordCrash } from './record-crash.ts';
import { runKeys } from './run-keys.ts';
import { contextOf, type SeriesItem, taskOf } from './series-step-run.ts';

/**
 * Ends a series in a run, and notes that it has ended.
 * @param crash why the workflow gave a step of the series up; the series is in quarantine then
 */
export async function collectRun(stores: Bucket, item: SeriesItem, crash?: string): Promise<Verdict> {
  const task = await taskOf(stores.bucket, item);
  const context = contextOf(stores, item.run);
  if (crash !== undefined) await recordCrash(context.out, task, crash);
  const { verdict } = await collectSeries(task, context);
  const how = verdict.failure ? 'quarantined' : 'accepted';
  const key = `${runKeys.ended(item.run)}${how}/${item.uuid}.json`;
  await stores.bucket.put(key, utf8(JSON.stringify(verdict.failure ?? {})));
  return verdict;
}
