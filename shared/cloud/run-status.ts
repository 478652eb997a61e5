import * as z from 'zod/mini';
import { readJsonRecord } from '../pipeline/provenance.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { runKeys } from './run-keys.ts';

/** What a run's status object tells whoever asks. */
export const RunStatus = z.object({
  run: z.string(),
  state: z.enum(['planning', 'building', 'finalising', 'succeeded', 'failed', 'timed out', 'aborted']),
  startedAt: z.optional(z.string()),
  updatedAt: z.string(),
  /** Series in the plan, and those of them that were not up to date. */
  series: z.optional(z.number()),
  toBuild: z.optional(z.number()),
  accepted: z.optional(z.number()),
  quarantined: z.optional(z.number()),
  error: z.optional(z.string()),
});
export type RunStatus = z.output<typeof RunStatus>;

export function readStatus(bucket: Store, run: string): Promise<RunStatus | undefined> {
  return readJsonRecord(bucket, runKeys.status(run), RunStatus);
}

/** Adds to what the status object says of a run; an error stands only until the run, redriven, goes on. */
export async function updateStatus(
  bucket: Store,
  run: string,
  news: Partial<RunStatus> & Pick<RunStatus, 'state'>,
): Promise<RunStatus> {
  const known = await readStatus(bucket, run);
  const now = new Date().toISOString();
  const status = { startedAt: now, ...known, error: undefined, ...news, run, updatedAt: now };
  await bucket.put(runKeys.status(run), utf8(jsonText(status)));
  return status;
}
