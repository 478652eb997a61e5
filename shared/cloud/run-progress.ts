import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { DatasetSummary } from '../pipeline/finalise/finalise.ts';
import { outKeys } from '../pipeline/layout.ts';
import { readJsonRecord } from '../pipeline/provenance.ts';
import type { Store } from '../store/store.ts';
import { readQueue } from './build-queue.ts';
import { runKeys } from './run-keys.ts';
import { RunStatus } from './run-status.ts';

/**
 * How far a run has come. `waiting` is for uploads to end; `unfinished` is what a build on one machine left that is
 * under way or was cut off.
 */
export interface RunProgress extends Omit<Partial<RunStatus>, 'state'> {
  state: RunStatus['state'] | 'waiting' | 'unfinished';
  /** Series that have ended, in quarantine or not. */
  ended?: number;
  /** The run after this one, which waits for it and for uploads to end. */
  next?: string;
}

/** What a build leaves in `reports/run.json`; only a run in the cloud has a name. */
const FinishedRun = z.object({
  finished: z.string(),
  run: z.optional(z.string()),
  seconds: z.optional(z.number()),
  summary: DatasetSummary,
});

/**
 * Reads how far a run has come.
 * @param bucket where `runs/` is: missing for an OUT that no deployment writes
 * @param run the latest when not given
 * @throws STORE_MISSING when there is no such run, or no run at all
 */
export async function runProgress(
  { bucket, out }: { bucket?: Store; out: Store },
  run?: string,
): Promise<RunProgress> {
  const { waiting, building } = bucket ? (await readQueue(bucket)).queue : {};
  const finished = await readJsonRecord(out, outKeys.run, FinishedRun);
  const asked = run ?? building?.run ?? waiting?.run ?? finished?.run;
  if (!bucket || asked === undefined) return buildProgress(out, finished);
  const status = await readJsonRecord(bucket, runKeys.status(asked), RunStatus);
  if (status) {
    const next = waiting && waiting.run !== asked ? { next: waiting.run } : {};
    return { ...status, ...(await countsOf(bucket, status)), ...next };
  }
  if (waiting?.run === asked || building?.run === asked) {
    const changed = waiting?.run === asked && { updatedAt: new Date(waiting.changedAt).toISOString() };
    return { run: asked, state: 'waiting', ...changed };
  }
  throw new DatasetError('STORE_MISSING', `there is no run '${asked}' in ${bucket.url}/runs`, {
    keys: [runKeys.status(asked)],
  });
}

/** The series that have ended so far; once a run has succeeded, its status says how many there were. */
async function countsOf(bucket: Store, { run, state }: RunStatus): Promise<Partial<RunProgress>> {
  const how = new Map<string, string>();
  for await (const { key } of bucket.list(runKeys.ended(run))) {
    const [accepted, uuid] = key.slice(runKeys.ended(run).length).split('/');
    how.set(uuid, accepted);
  }
  if (state === 'succeeded') return { ended: how.size };
  const quarantined = [...how.values()].filter((one) => one === 'quarantined').length;
  return { ended: how.size, quarantined };
}

async function buildProgress(
  out: Store,
  finished: z.output<typeof FinishedRun> | undefined,
): Promise<RunProgress> {
  if (finished) {
    const { accepted, quarantined } = finished.summary;
    const began = Date.parse(finished.finished) - 1000 * (finished.seconds ?? 0);
    return {
      state: 'succeeded',
      startedAt: new Date(began).toISOString(),
      updatedAt: finished.finished,
      series: accepted + quarantined,
      accepted,
      quarantined,
    };
  }
  let ended = 0;
  for await (const { key } of out.list('.state/series/')) if (key.endsWith('/collect.json')) ended++;
  const begun = ended > 0 || (await out.head(outKeys.dicomIndex)) !== undefined;
  if (begun) return { state: 'unfinished', ended };
  throw new DatasetError('STORE_MISSING', `no build has written to ${out.url}`, { keys: [outKeys.run] });
}
