import { asDatasetError } from '../errors.ts';
import { parseCsv } from '../tables/csv.ts';
import type { DatasetView } from './dataset-view.ts';
import { withoutPatient } from './dataset-view.ts';
import type { Finding } from './finding.ts';
import type { SeriesFiles } from './volumes.ts';

type Row = Record<string, string>;

/**
 * Holds the tables against the files and against each other: every series in series.json, in a window mapping and
 * of a known patient; every RECIST and lesion row about a lesion that exists, and every lesion with its rows.
 */
export async function verifyTables(
  view: DatasetView,
  series: SeriesFiles[],
  findings: Finding[],
): Promise<void> {
  const bySeries = new Map(series.map((one) => [one.uuid, one]));
  const complain = (name: string, message: string) => {
    findings.push({ kind: 'table', key: view.place(name), message });
  };
  const entries = await readJson(
    view,
    'metadata/series.json',
    findings,
    [] as { uuid: string; patient_id: number }[],
  );
  const windows = await readJson(
    view,
    'metadata/windows_mapping.json',
    findings,
    {} as Record<string, string>,
  );
  const patients = await readRows(view, 'metadata/patients.csv', ['patient_id'], findings);
  samePlaces(
    complain,
    'metadata/series.json',
    entries.map(({ uuid }) => uuid),
    bySeries,
  );
  samePlaces(complain, 'metadata/windows_mapping.json', Object.keys(windows).map(uuidOf), bySeries);
  const patientIds = new Set(patients.map((row) => row.patient_id));
  for (const { uuid, patient_id } of entries) {
    if (!patientIds.has(String(patient_id))) {
      complain('metadata/patients.csv', `no patient ${patient_id}, whom series ${uuid} belongs to`);
    }
  }
  for (const id of patientIds) {
    if (!entries.some((entry) => String(entry.patient_id) === id)) {
      complain('metadata/patients.csv', `patient ${id} has no series`);
    }
  }
  if (view.names.has('recist_measurements.csv')) {
    const columns = ['filename', 'lesion_label_value'];
    const rows = await readRows(view, 'recist_measurements.csv', columns, findings);
    lesionsExist(complain, 'recist_measurements.csv', rows, 'lesion_label_value', bySeries);
  }
  for (const subset of ['train', 'test']) {
    const name = `images/${subset}/objects_results.csv`;
    if (!view.names.has(name)) continue;
    const rows = await readRows(view, name, ['filename', 'removed', 'label_value'], findings);
    const kept = rows.filter((row) => row.removed === 'False');
    lesionsExist(complain, name, kept, 'label_value', bySeries);
    everyLesionListed(
      complain,
      name,
      kept,
      series.filter((one) => one.subset === subset),
    );
  }
}

type Complain = (name: string, message: string) => void;

function samePlaces(complain: Complain, name: string, listed: string[], present: Map<string, unknown>): void {
  const counts = new Map<string, number>();
  for (const uuid of listed) counts.set(uuid, (counts.get(uuid) ?? 0) + 1);
  for (const [uuid, count] of counts) {
    if (count > 1) complain(name, `series ${uuid} is listed ${count} times`);
    if (!present.has(uuid)) complain(name, `series ${uuid} has no image`);
  }
  for (const uuid of present.keys()) if (!counts.has(uuid)) complain(name, `series ${uuid} is not listed`);
}

function lesionsExist(
  complain: Complain,
  name: string,
  rows: Row[],
  idColumn: string,
  bySeries: Map<string, SeriesFiles>,
): void {
  for (const row of rows) {
    if (!bySeries.get(uuidOf(row.filename))?.lesionIds.has(row[idColumn])) {
      complain(name, `${row.filename} has no lesion ${row[idColumn]}`);
    }
  }
}

function everyLesionListed(complain: Complain, name: string, rows: Row[], series: SeriesFiles[]): void {
  const listed = new Set(rows.map((row) => `${uuidOf(row.filename)} ${row.label_value}`));
  for (const { uuid, lesionIds } of series) {
    for (const id of lesionIds)
      if (!listed.has(`${uuid} ${id}`)) complain(name, `lesion ${id} of ${uuid} is not listed`);
  }
}

function uuidOf(filename: string): string {
  return withoutPatient(filename).replace(/\.nii\.gz$/, '');
}

async function readJson<T>(view: DatasetView, name: string, findings: Finding[], otherwise: T): Promise<T> {
  const text = await readText(view, name, findings);
  try {
    return text === undefined ? otherwise : JSON.parse(text);
  } catch (error) {
    findings.push({ kind: 'unreadable', key: view.place(name), message: (error as Error).message });
    return otherwise;
  }
}

async function readRows(
  view: DatasetView,
  name: string,
  columns: string[],
  findings: Finding[],
): Promise<Row[]> {
  const text = await readText(view, name, findings);
  try {
    return text === undefined ? [] : parseCsv(text, view.place(name), columns).rows;
  } catch (error) {
    findings.push({ kind: 'unreadable', key: view.place(name), message: asDatasetError(error).message });
    return [];
  }
}

async function readText(view: DatasetView, name: string, findings: Finding[]): Promise<string | undefined> {
  if (!view.names.has(name)) {
    findings.push({ kind: 'missing', key: view.place(name), message: 'the dataset has no such file' });
    return undefined;
  }
  return Buffer.from(await view.read(name)).toString();
}
