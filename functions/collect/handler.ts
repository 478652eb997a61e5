import { collectRun } from '../../shared/cloud/collect-run.ts';
import type { SeriesItem } from '../../shared/cloud/series-step-run.ts';
import { stores } from '../deployment.ts';
import { observed } from '../observed.ts';

type Collected = SeriesItem & { failure?: { Error?: string } };

/** Ends a series, also one whose step crashed: it is in quarantine then, and the next run tries again. */
export const handler = observed<Collected, { failed: boolean; code?: string }>(
  async ({ failure, ...item }) => {
    const verdict = await collectRun(stores, item, failure && (failure.Error ?? 'unknown'));
    return { failed: verdict.failure !== undefined, ...(verdict.failure && { code: verdict.failure.code }) };
  },
  (result) => result,
);
