import { DatasetError } from '../errors.ts';
import { Verdict } from '../pipeline/collect.ts';
import { prefetch } from '../pipeline/concurrency.ts';
import { finalise } from '../pipeline/finalise/finalise.ts';
import { outKeys } from '../pipeline/layout.ts';
import type { BuildOptions } from '../pipeline/options.ts';
import { SavedPlan } from '../pipeline/plan.ts';
import { readJsonRecord } from '../pipeline/provenance.ts';
import { getJson, jsonText, utf8 } from '../store/json.ts';
import type { Bucket } from './bucket.ts';
import { endBuilding, refuseUnlessBuilding } from './build-queue.ts';
import { guardedStore } from './guarded-store.ts';
import { runKeys } from './run-keys.ts';
import { readStatus, updateStatus } from './run-status.ts';

export interface FinaliseRunOptions {
  options: BuildOptions;
  /** Share of the planned series that may fail by no fault of theirs; more, and the run fails and can be redriven. */
  toleratedFailurePercent: number;
}

/**
 * Ends a run: the release carries the series that went well, and `reports/quarantine.json` names the others. A run
 * that has ended well already, and whose answer was lost, is only answered again.
 * @throws TOO_MANY_FAILED beyond the tolerated share, STORE_CONFLICT when a newer run builds by now
 */
export async function finaliseRun(
  { bucket, raw, out: unguarded }: Bucket,
  run: string,
  { options, toleratedFailurePercent }: FinaliseRunOptions,
): Promise<{ accepted: number; quarantined: number }> {
  const { state, accepted: released, quarantined: left } = (await readStatus(bucket, run)) ?? {};
  if (state === 'succeeded') {
    await endBuilding(bucket, run);
    return { accepted: released ?? 0, quarantined: left ?? 0 };
  }
  const out = guardedStore(unguarded, () => refuseUnlessBuilding(bucket, run));
  await refuseUnlessBuilding(bucket, run);
  await updateStatus(bucket, run, { state: 'finalising' });
  const plan = await getJson(bucket, runKeys.plan(run), SavedPlan);
  await refuseTooManyFailures({ bucket, raw, out }, plan, toleratedFailurePercent);
  const { signal } = new AbortController();
  const { summary, quarantine, ran } = await finalise(plan, { raw, out }, { strict: false, signal });
  const { accepted, quarantined } = summary;
  const result = { summary, quarantine, filtered: plan.filtered, ran };
  await out.put(outKeys.run, utf8(jsonText({ finished: new Date().toISOString(), run, options, ...result })));
  await updateStatus(bucket, run, { state: 'succeeded', accepted, quarantined });
  await endBuilding(bucket, run);
  return { accepted, quarantined };
}

/** Only crashes, time-outs and faults of the store count: a series that is bad will be bad in the next run, too. */
async function refuseTooManyFailures({ out }: Bucket, plan: SavedPlan, tolerated: number): Promise<void> {
  const failed: string[] = [];
  const verdicts = prefetch(plan.uuids, 32, (uuid) =>
    readJsonRecord(out, outKeys.record(uuid, 'collect'), Verdict),
  );
  let place = 0;
  for await (const verdict of verdicts) {
    const uuid = plan.uuids[place++];
    const code = verdict ? verdict.failure?.code : 'INTERNAL';
    if (code === 'INTERNAL' || code?.startsWith('STORE_')) failed.push(uuid);
  }
  const percent = (100 * failed.length) / Math.max(1, plan.uuids.length);
  if (percent <= tolerated) return;
  const some = failed.slice(0, 10).join(', ');
  throw new DatasetError(
    'TOO_MANY_FAILED',
    `${failed.length} of ${plan.uuids.length} series failed (${some}${failed.length > 10 ? ', ...' : ''}); ${tolerated} % are tolerated`,
  );
}
