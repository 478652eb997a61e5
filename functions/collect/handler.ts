import { contextOf, type SeriesItem, taskOf } from '../../shared/cloud/series-step-run.ts';
import { collectSeries } from '../../shared/pipeline/collect.ts';
import { stores } from '../deployment.ts';
import { observed } from '../observed.ts';

/** Ends a series, also one whose step crashed: it is in quarantine then, and the next run tries again. */
export const handler = observed<SeriesItem, { failed: boolean }>(async (item) => {
  const { verdict } = await collectSeries(await taskOf(stores.bucket, item), contextOf(stores));
  return { failed: verdict.failure !== undefined };
});
