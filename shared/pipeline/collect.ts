import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { outKeys } from './layout.ts';
import { putOutput } from './outputs.ts';
import { Quarantined } from './plan.ts';
import { fingerprintOf, isFresh, readJsonRecord, readRecord } from './provenance.ts';
import type { SeriesTask } from './series-task.ts';
import { Output, type SeriesStep, type StepContext, type StepRecord, type Upstream } from './step.ts';
import { seriesSteps } from './workflow.ts';

/** How one series ended: what finalising needs to know of it. */
export const Verdict = z.object({
  uuid: z.string(),
  subset: z.enum(['train', 'test']),
  patientId: z.number(),
  fingerprint: z.string(),
  /** What collecting wrote: the report, and the CT's place in `final/`. */
  outputs: z.array(Output),
  /** What the steps wrote that stays: all of an accepted series, the CT of a quarantined one. */
  stepOutputs: z.array(Output),
  failure: z.optional(Quarantined),
});
export type Verdict = z.output<typeof Verdict>;

const VERSION = 3;

/**
 * Ends a series: all steps well, and its CT is linked into `final/`; any step failed, and it is in
 * quarantine. Either way `reports/series/<uuid>.json` tells what was done.
 */
export async function collectSeries(
  task: SeriesTask,
  { out }: StepContext,
): Promise<{ verdict: Verdict; ran: boolean }> {
  const { uuid, subset, patientId } = task;
  const records = await readRecords(out, task);
  const known = await recordedVerdict(task, records, out);
  if (known) return { verdict: known, ran: false };
  const failure = failureAmong(records, task);
  const report = utf8(jsonText(seriesReport(task, records, failure)));
  const outputs = [await putOutput(out, outKeys.seriesReport(uuid), report)];
  if (!failure) outputs.push(await linkImage(task, records, out));
  const fingerprint = verdictFingerprint(task, records);
  const verdict: Verdict = {
    uuid,
    subset,
    patientId,
    fingerprint,
    outputs,
    stepOutputs: stayingOutputs(records, failure),
    ...(failure && { failure }),
  };
  await out.put(outKeys.record(uuid, 'collect'), utf8(JSON.stringify(verdict)));
  return { verdict, ran: true };
}

/** The verdict of an earlier run, if every step's result still stands and nothing would be done again. */
export async function freshVerdict(task: SeriesTask, out: Store): Promise<Verdict | undefined> {
  const records = await readRecords(out, task);
  for (const { record, due } of records) {
    if (due && !(await isFresh(record, record?.fingerprint ?? '', (key) => out.head(key)))) return undefined;
  }
  return recordedVerdict(task, records, out);
}

interface StepWithRecord {
  step: SeriesStep;
  /** Missing also when it is of other inputs: a function of a run that was stopped may have left it late. */
  record: StepRecord | undefined;
  /** False when a step that it needs has failed. */
  due: boolean;
}

async function readRecords(out: Store, task: SeriesTask): Promise<StepWithRecord[]> {
  const found = await Promise.all(seriesSteps.map((step) => readRecord(out, task.uuid, step.name)));
  const upstream: Upstream = {};
  return seriesSteps.map((step, i) => {
    const due = step.after.every((name) => upstream[name]);
    const record =
      due && found[i]?.fingerprint === fingerprintOf(step, task, upstream) ? found[i] : undefined;
    if (record && !record.failure) upstream[step.name] = record;
    return { step, record, due };
  });
}

function verdictFingerprint({ patientId, recistLesions }: SeriesTask, records: StepWithRecord[]): string {
  const steps = records.map(({ record }) => [
    record?.fingerprint,
    record?.outputs.map(({ sha256, etag }) => [sha256, etag]),
  ]);
  return hash('sha256', JSON.stringify([VERSION, patientId, recistLesions, steps]));
}

async function recordedVerdict(
  task: SeriesTask,
  records: StepWithRecord[],
  out: Store,
): Promise<Verdict | undefined> {
  const known = await readJsonRecord(out, outKeys.record(task.uuid, 'collect'), Verdict);
  const fresh = await isFresh(known, verdictFingerprint(task, records), (key) => out.head(key));
  return fresh ? known : undefined;
}

function stayingOutputs(records: StepWithRecord[], failure?: Quarantined): Output[] {
  const staying = failure ? records.filter(({ step }) => step.name === 'convert') : records;
  return staying.flatMap(({ record }) => record?.outputs ?? []);
}

/** The released CT is the converted one: the same object, not a second compression. */
async function linkImage(
  { uuid, subset }: SeriesTask,
  records: StepWithRecord[],
  out: Store,
): Promise<Output> {
  const nifti = records.find(({ step }) => step.name === 'convert')!.record!.outputs[0];
  const key = outKeys.image(subset, uuid);
  const { etag } = await out.copy(nifti.key, key);
  return { ...nifti, key, etag };
}

/** The first failure in workflow order: what came after it only failed, or never ran, because of it. */
function failureAmong(
  records: StepWithRecord[],
  { uuid, recistLesions }: SeriesTask,
): Quarantined | undefined {
  for (const { step, record } of records) {
    if (record?.failure) return { uuid, step: step.name, ...record.failure };
    if (!record) {
      const message = `the step ${step.name} left no result; run again`;
      return { uuid, step: step.name, code: 'INTERNAL', message, keys: [] };
    }
  }
  const labels = (records.find(({ step }) => step.name === 'instances')!.record!.report.labels ??
    {}) as Record<string, string>;
  const unknown = recistLesions.filter((id) => !Object.hasOwn(labels, id));
  if (unknown.length === 0) return undefined;
  const message = `recist_measurements.csv measures lesion ${unknown.join(', ')}, which the final labels do not have`;
  return {
    uuid,
    step: 'instances',
    code: 'RECIST_LESION_UNKNOWN',
    message,
    keys: ['recist_measurements.csv'],
  };
}

/** The conversion report of one series: everything its steps have to tell but the rows of tables. */
function seriesReport(
  { uuid, subset, patientId }: SeriesTask,
  records: StepWithRecord[],
  failure?: Quarantined,
): object {
  const reports = Object.fromEntries(records.map(({ step, record }) => [step.name, record?.report]));
  const { objects: _, labels, ...instances } = reports.instances ?? {};
  const { rows: __, ...features } = reports.features ?? {};
  return {
    uuid,
    subset,
    patient_id: patientId,
    state: failure ? 'quarantined' : 'accepted',
    ...(failure && { quarantine: failure }),
    convert: reports.convert,
    normalize: reports.normalize,
    instances,
    features,
    labels,
    outputs: records
      .flatMap(({ record }) => record?.outputs ?? [])
      .map(({ key, bytes, sha256 }) => ({ key, bytes, sha256 })),
  };
}
