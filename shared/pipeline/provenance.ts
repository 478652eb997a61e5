import { hash } from 'node:crypto';
import type * as z from 'zod/mini';
import { asDatasetError } from '../errors.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { outKeys } from './layout.ts';
import type { SeriesTask } from './series-task.ts';
import {
  type Failure,
  type Output,
  type SeriesStep,
  type StepName,
  StepRecord,
  type Upstream,
} from './step.ts';

/** Failures that another try may not meet again, so no later run takes them for settled. */
const TRANSIENT = new Set([
  'INTERNAL',
  'STORE_UNREADABLE',
  'STORE_DENIED',
  'STORE_FULL',
  'STORE_CONFLICT',
  'STORE_MISSING',
]);

/** A record of an earlier run; a missing or damaged one only means that the work is done again. */
export async function readJsonRecord<S extends z.ZodMiniType>(
  out: Store,
  key: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  try {
    return await getJson(out, key, schema);
  } catch (error) {
    if (['STORE_MISSING', 'TABLE_UNREADABLE'].includes(asDatasetError(error).code)) return undefined;
    throw error;
  }
}

/** What a step of a series left behind, if anything. */
export function readRecord(out: Store, uuid: string, step: StepName): Promise<StepRecord | undefined> {
  return readJsonRecord(out, outKeys.record(uuid, step), StepRecord);
}

export async function writeRecord(
  out: Store,
  uuid: string,
  step: StepName,
  record: StepRecord,
): Promise<void> {
  await out.put(outKeys.record(uuid, step), utf8(JSON.stringify(record)));
}

/** One hash over everything the result of a step depends on. */
export function fingerprintOf(step: SeriesStep, task: SeriesTask, upstream: Upstream): string {
  return hash('sha256', JSON.stringify([step.name, step.version, step.dependsOn(task, upstream)]));
}

/** Whether a record still tells the truth: made from these very inputs, its outputs as it left them. */
export async function isFresh(
  record: { fingerprint: string; outputs: Output[]; failure?: { code: string } | undefined } | undefined,
  fingerprint: string,
  lookup: (key: string) => Promise<StoredObject | undefined>,
): Promise<boolean> {
  if (record?.fingerprint !== fingerprint) return false;
  if (record.failure && TRANSIENT.has(record.failure.code)) return false;
  const found = await Promise.all(record.outputs.map(({ key }) => lookup(key)));
  return record.outputs.every(({ etag, bytes }, i) => found[i]?.etag === etag && found[i]?.bytes === bytes);
}

/** The typed failure a record keeps of what was thrown. */
export function failureOf(error: unknown): Failure {
  const { code, message, keys } = asDatasetError(error);
  return { code, message, keys };
}
