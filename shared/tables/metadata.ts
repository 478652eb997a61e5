import * as z from 'zod/mini';
import type { Subset } from '../pipeline/layout.ts';
import { getJson, getText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { parseCsv, type Table } from './csv.ts';
import { streamJsonList } from './read-stream.ts';

/** One entry of series.json: what the build reads of it; every other key is passed on as given. */
export const SeriesEntry = z.looseObject({
  name: z.string(),
  uuid: z.string().check(z.regex(/^[\w.-]+$/, 'a series uuid is made of letters, digits, dots and dashes')),
  patient_id: z.int(),
  slices: z.optional(z.number()),
});
export type SeriesEntry = z.output<typeof SeriesEntry>;

/** What a list of series needs to select files by: series.json as given, or as published. */
export const FinalSeries = z.array(
  z.looseObject({ name: z._default(z.string(), ''), uuid: z.string(), patient_id: z.int() }),
);

const WindowsMapping = z.record(z.string(), z.string());

/** The tables of the raw folder, read and checked once. */
export interface RawTables {
  series: SeriesEntry[];
  patients: Table;
  windows: Record<string, string>;
  recist: Table;
}

export const PATIENT_COLUMNS = ['patient_id', 'subset'];
export const RECIST_COLUMNS = [
  'patient_id',
  'uuid',
  'filename',
  'name',
  'lesion_label_value',
  'recist_measurement_mm',
];

/** The entries of series.json, of which one is held at a time. */
export function streamSeries(store: Store, key: string): AsyncGenerator<SeriesEntry> {
  return streamJsonList(store, key, SeriesEntry);
}

export async function readSeries(store: Store, key: string): Promise<SeriesEntry[]> {
  return getJson(store, key, z.array(SeriesEntry));
}

export async function readPatients(store: Store, key: string): Promise<Table> {
  return parseCsv(await getText(store, key), key, PATIENT_COLUMNS);
}

export async function readWindows(store: Store, key: string): Promise<Record<string, string>> {
  return getJson(store, key, WindowsMapping);
}

export async function readRecist(store: Store, key: string): Promise<Table> {
  return parseCsv(await getText(store, key), key, RECIST_COLUMNS);
}

/** The subset of each patient, by id; published tables also write `training` for `train`. */
export function subsetsOf(patients: Table): Map<number, Subset> {
  const subsets = new Map<number, Subset>();
  for (const row of patients.rows) {
    const subset = { train: 'train', training: 'train', test: 'test' }[row.subset.trim()];
    if (subset === 'train' || subset === 'test') subsets.set(Number(row.patient_id), subset);
  }
  return subsets;
}

/** The anatomical region a series name tells: its first word, in Spanish; undefined for any other. */
export function regionOf(name: string): 'abdomen' | 'thorax' | undefined {
  const first = name.trim().split(/\s+/)[0].toLowerCase();
  if (first === 'portal') return 'abdomen';
  if (first === 'torax') return 'thorax';
  return undefined;
}
