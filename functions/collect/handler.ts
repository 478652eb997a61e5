import { recordCrash } from '../../shared/cloud/record-crash.ts';
import { contextOf, type SeriesItem, taskOf } from '../../shared/cloud/series-step-run.ts';
import { collectSeries } from '../../shared/pipeline/collect.ts';
import { stores } from '../deployment.ts';
import { observed } from '../observed.ts';

type Collected = SeriesItem & { failure?: { Error?: string } };

/** Ends a series, also one whose step crashed: it is in quarantine then, and the next run tries again. */
export const handler = observed<Collected, { failed: boolean }>(async (item) => {
  const task = await taskOf(stores.bucket, item);
  if (item.failure) await recordCrash(stores.out, task, item.failure.Error ?? 'unknown');
  const { verdict } = await collectSeries(task, contextOf(stores));
  return { failed: verdict.failure !== undefined };
});
