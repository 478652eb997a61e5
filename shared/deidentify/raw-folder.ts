import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { DatasetError } from '../errors.ts';
import { rawKeys, SUBSETS } from '../pipeline/layout.ts';
import { getJson, getText, jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows, parseCsv, type Table } from '../tables/csv.ts';
import { readSeries, readWindows } from '../tables/metadata.ts';
import { cleanText } from './clean-text.ts';
import type { Profile } from './profile.ts';
import { capAge, type Pseudonyms } from './pseudonyms.ts';
import { deidentifyFiles } from './release.ts';

const SOURCE = 'source.json';
const Source = z.object({ fingerprint: z.string() });

/**
 * A raw folder without identities: DICOM files de-identified, tables, masks and labels under the new UIDs, dates
 * moved with their patient. Links between tables hold, since the same original is replaced the same way everywhere.
 * Patients go by `patient_code` of series.json, as DICOM's Patient ID does. Nothing is done when the raw folder has
 * not changed since.
 * @param dicom store for the DICOM files, at `images/dicom/` of `work`
 * @param onRefused for each DICOM file that is left out
 */
export async function deidentifyRaw(
  raw: Store,
  work: Store,
  dicom: Store,
  profile: Profile,
  pseudonyms: Pseudonyms,
  onRefused: (key: string, error: DatasetError) => void,
): Promise<void> {
  const { fingerprint, dicomKeys } = await listed(raw, profile);
  const known = (await work.head(SOURCE)) ? await getJson(work, SOURCE, Source) : undefined;
  if (known?.fingerprint === fingerprint) return;
  for await (const { key } of work.list('')) await work.delete(key);
  for await (const { key, error } of deidentifyFiles(raw, dicomKeys, dicom, profile, pseudonyms))
    if (error) onRefused(key, error);
  await writeTables(raw, work, profile, pseudonyms);
  await copyAnnotations(raw, work, pseudonyms);
  await work.put(SOURCE, utf8(jsonText({ fingerprint })));
}

async function listed(raw: Store, profile: Profile): Promise<{ fingerprint: string; dicomKeys: string[] }> {
  const lines: string[] = [JSON.stringify(profile)];
  const dicomKeys: string[] = [];
  for await (const { key, etag } of raw.list('')) {
    lines.push(`${key}\0${etag}`);
    if (key.startsWith(rawKeys.dicom)) dicomKeys.push(key);
  }
  return { fingerprint: hash('sha256', lines.join('\n')), dicomKeys };
}

async function writeTables(raw: Store, work: Store, profile: Profile, pseudonyms: Pseudonyms): Promise<void> {
  const series = await readSeries(raw, rawKeys.series);
  const codeOf = new Map(
    series.map((entry) => [String(entry.patient_id), String(entry.patient_code ?? entry.patient_id)]),
  );
  const date = (patientId: unknown, value: unknown) => {
    const code = codeOf.get(String(patientId)) ?? String(patientId);
    const shifted = pseudonyms.shiftDate(code, String(value ?? ''));
    return profile.dates === 'shift' ? shifted : '';
  };
  const text = (value: string) => cleanText(value, { names: new Set(), ids: new Set(), dates: new Set() });
  const entries = series.map(({ study_time: _, orthanc_uuid: __, ...entry }) => ({
    ...entry,
    name: text(entry.name) === entry.name ? entry.name : entry.name.split(/\s+/)[0],
    uuid: pseudonyms.remapUid(entry.uuid),
    study_uuid: pseudonyms.remapUid(String(entry.study_uuid ?? '')),
    study_date: date(entry.patient_id, entry.study_date),
    patient_code: pseudonyms.remapPatient(codeOf.get(String(entry.patient_id))!),
  }));
  await work.put(rawKeys.series, utf8(jsonText(entries)));

  const windows = Object.entries(await readWindows(raw, rawKeys.windows));
  const renamed = windows.map(([filename, window]) => [newName(filename, pseudonyms), window]);
  await work.put(rawKeys.windows, utf8(jsonText(Object.fromEntries(renamed))));

  const patients = parseCsv(await getText(raw, rawKeys.patients), rawKeys.patients, ['patient_id']);
  pseudonyms.remember({
    names: [],
    ids: [
      ...series.map(({ orthanc_uuid: id }) => String(id ?? '')),
      ...patients.rows.map(({ first_study_accession_number: id }) => id ?? ''),
    ].filter((id) => id !== ''),
    dates: [],
  });
  await putTable(work, rawKeys.patients, patients, (row) => ({
    patient_code: pseudonyms.remapPatient(row.patient_code ?? row.patient_id),
    first_study_date: date(row.patient_id, row.first_study_date),
    first_study_uuid: pseudonyms.remapUid(row.first_study_uuid ?? ''),
    first_study_accession_number: '',
    age: capAge(row.age ?? '', profile.ageCap),
  }));
  if (!(await raw.head(rawKeys.recist))) return;
  const recist = parseCsv(await getText(raw, rawKeys.recist), rawKeys.recist, ['uuid', 'filename']);
  await putTable(work, rawKeys.recist, recist, (row) => ({
    study_date: date(row.patient_id, row.study_date),
    study_uuid: pseudonyms.remapUid(row.study_uuid ?? ''),
    uuid: pseudonyms.remapUid(row.uuid),
    filename: newName(row.filename, pseudonyms),
  }));
}

/** Writes a table with some cells replaced; columns it does not have are not added. */
async function putTable(
  work: Store,
  key: string,
  { columns, rows }: Table,
  replaced: (row: Record<string, string>) => Record<string, string>,
): Promise<void> {
  const changed = rows.map((row) => ({ ...row, ...replaced(row) }));
  await work.put(key, utf8(csvHeader(columns) + csvRows(columns, changed)));
}

/** Masks and labels under the new name of their series; documents of the dataset and its vocabulary as they are. */
async function copyAnnotations(raw: Store, work: Store, pseudonyms: Pseudonyms): Promise<void> {
  for (const folder of SUBSETS.flatMap((subset) => [rawKeys.masks(subset), rawKeys.labels(subset)])) {
    for await (const { key } of raw.list(folder)) {
      await work.put(folder + newName(key.slice(folder.length), pseudonyms), await raw.get(key));
    }
  }
  for (const key of [rawKeys.dataset, rawKeys.vocabulary]) {
    if (await raw.head(key)) await work.put(key, await raw.get(key));
  }
}

function newName(filename: string, pseudonyms: Pseudonyms): string {
  const [, uuid, ending] = filename.match(/^(.*?)(\.nii\.gz|\.json)$/) ?? [];
  return uuid === undefined ? filename : pseudonyms.remapUid(uuid) + ending;
}
