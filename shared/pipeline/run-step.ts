import { DatasetError } from '../errors.ts';
import { failureOf, fingerprintOf, isFresh, readRecord, writeRecord } from './provenance.ts';
import type { SeriesTask } from './series-task.ts';
import type { SeriesStep, StepContext, StepRecord, Upstream } from './step.ts';

export interface StepRun {
  record: StepRecord;
  /** False when the record of an earlier run was still true. */
  ran: boolean;
}

/**
 * Runs one step of one series, or finds that an earlier run's result still stands. A typed failure is
 * recorded like a result: the series goes to quarantine, and the same input is not tried twice. What a
 * cancelled run had not finished leaves no record.
 */
export async function runStep(
  step: SeriesStep,
  task: SeriesTask,
  upstream: Upstream,
  context: StepContext,
): Promise<StepRun> {
  const fingerprint = fingerprintOf(step, task, upstream);
  const known = await readRecord(context.out, task.uuid, step.name);
  if (known && (await isFresh(known, fingerprint, (key) => context.out.head(key)))) {
    return { record: known, ran: false };
  }
  context.signal.throwIfAborted();
  let record: StepRecord;
  try {
    record = { fingerprint, ...(await step.run(task, upstream, context)) };
  } catch (error) {
    if (context.signal.aborted || isFatal(error, task)) throw error;
    record = { fingerprint, outputs: [], report: {}, failure: failureOf(error) };
  }
  await writeRecord(context.out, task.uuid, step.name, record);
  return { record, ran: true };
}

/** The records of the steps that `step` comes after; a Lambda starts from these. */
export async function upstreamOf(
  step: SeriesStep,
  task: SeriesTask,
  context: StepContext,
): Promise<Upstream> {
  const upstream: Upstream = {};
  for (const name of step.after) {
    const record = await readRecord(context.out, task.uuid, name);
    if (record && !record.failure) upstream[name] = record;
  }
  return upstream;
}

/** A full disk or an OUT that refuses us is no fault of the series: the run stops and can be resumed. */
function isFatal(error: unknown, { dicom, mask, labels }: SeriesTask): boolean {
  if (!(error instanceof DatasetError)) return false;
  const sources = [...dicom, mask, labels].map((source) => source?.key);
  return error.code === 'STORE_FULL' || (error.code === 'STORE_DENIED' && !sources.includes(error.keys[0]));
}
