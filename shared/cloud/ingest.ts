import * as z from 'zod/mini';
import { unzip } from '../acquisition/unzip.ts';
import { type DicomHeader, readHeader, seriesUidOf } from '../dicom/header.ts';
import { asDatasetError, DatasetError } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import { rawKeys } from '../pipeline/layout.ts';
import { getJson, jsonText, utf8 } from '../store/json.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { readPatients } from '../tables/metadata.ts';
import { runKeys } from './run-keys.ts';

/** Where the files of a series go, and its entry of series.json. */
const IngestedEntry = z.looseObject({
  id: z.int(),
  uuid: z.string(),
  name: z.string(),
  study_id: z.int(),
  study_uuid: z.string(),
  patient_id: z.int(),
  slices: z.int(),
});
type IngestedEntry = z.output<typeof IngestedEntry>;

/** What became of an archive, as `runs/ingested/<archive>.json` tells. */
export interface IngestReport {
  archive: string;
  series: { uuid: string; patientId: number; files: number }[];
  /** Members that are no DICOM files of a CT series. */
  ignored: string[];
}

interface FoundFile {
  key: string;
  seriesUid: string;
  /** Missing in a damaged file, which goes with its series all the same: converting says what is wrong with it. */
  header: DicomHeader | undefined;
}

const CONCURRENT = 8;

/**
 * Takes an archive of a study, as a PACS exports it, into the raw folder: all of it or, when it is unsafe or
 * damaged, nothing. File names come from the instances, so the same archive twice, or the same study in another
 * archive, changes nothing.
 * @throws ARCHIVE_UNSAFE, ARCHIVE_CORRUPT, NOTHING_USABLE, and PATIENT_UNKNOWN when patients.csv lacks the patient
 */
export async function ingestArchive(bucket: Store, raw: Store, key: string): Promise<IngestReport> {
  const archive = key.replace(/^incoming\//, '').replace(/\.zip$/i, '');
  const archiveObject = await bucket.head(key);
  if (!archiveObject)
    throw new DatasetError('STORE_MISSING', `${key} is not there (any more)`, { keys: [key] });
  const prefix = runKeys.unpacked(`${archive}-${archiveObject.etag.replace(/\W/g, '')}`);
  const read = (offset: number, length: number) => bucket.get(key, { offset, length });
  const members = await unzip({ bytes: archiveObject.bytes, read }, bucket, prefix);
  const found = await mapConcurrently(members, CONCURRENT, (member) => findSeries(bucket, member));
  const files = found.filter((file) => file !== undefined);
  if (!files.some(({ header }) => header)) {
    throw new DatasetError('NOTHING_USABLE', `${key} has no DICOM file of a series`, { keys: [key] });
  }
  const bySeries = Map.groupBy(files, ({ seriesUid }) => seriesUid);
  const entries = await mergeSeries(raw, bySeries);
  for (const [uuid, own] of bySeries) {
    const entry = entries.get(uuid);
    if (entry) await sortIntoRaw(bucket, raw, entry, own);
  }
  const taken = [...bySeries].filter(([uuid]) => entries.has(uuid));
  const takenKeys = new Set(taken.flatMap(([, own]) => own.map((file) => file.key)));
  const report: IngestReport = {
    archive: key,
    series: taken.map(([uuid, { length }]) => ({
      uuid,
      patientId: entries.get(uuid)!.patient_id,
      files: length,
    })),
    ignored: members.filter((member) => !takenKeys.has(member)).map((member) => member.slice(prefix.length)),
  };
  await bucket.put(runKeys.ingested(archive), utf8(jsonText(report)));
  for (const member of members) await bucket.delete(member);
  return report;
}

async function findSeries(bucket: Store, key: string): Promise<FoundFile | undefined> {
  const bytes = await bucket.get(key);
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const seriesUid = await seriesUidOf(bytes.length, read);
  if (!seriesUid) return undefined;
  try {
    const header = readHeader(bytes);
    return { key, seriesUid, header: { ...header, pixelData: undefined } };
  } catch (error) {
    if (error instanceof DatasetError) return { key, seriesUid, header: undefined };
    throw error;
  }
}

/** Adds what is new to series.json; numbers once given stay. Two archives at once both find their place. */
async function mergeSeries(
  raw: Store,
  bySeries: Map<string, FoundFile[]>,
): Promise<Map<string, IngestedEntry>> {
  const patients = await patientNumbers(raw);
  for (;;) {
    const known = await raw.head(rawKeys.series);
    const entries = known ? await getJson(raw, rawKeys.series, z.array(IngestedEntry)) : [];
    const byUuid = new Map(entries.map((entry) => [entry.uuid, entry]));
    const numbers = new Numbers(entries);
    const added: IngestedEntry[] = [];
    for (const [uuid, files] of bySeries) {
      const header = files.find((file) => file.header)?.header;
      if (!header || byUuid.has(uuid)) continue;
      const entry = newEntry(header, files.length, numbers, patients);
      added.push(entry);
      byUuid.set(uuid, entry);
    }
    if (added.length === 0) return byUuid;
    try {
      await raw.put(rawKeys.series, utf8(jsonText([...entries, ...added])), conditionOf(known));
      return byUuid;
    } catch (error) {
      if (asDatasetError(error).code !== 'STORE_CONFLICT') throw error;
    }
  }
}

function conditionOf(known: StoredObject | undefined): { ifMatch: string } | { ifAbsent: true } {
  return known ? { ifMatch: known.etag } : { ifAbsent: true };
}

async function patientNumbers(raw: Store): Promise<Map<string, number>> {
  const { rows } = await readPatients(raw, rawKeys.patients);
  return new Map(rows.map((row) => [row.patient_code || row.patient_id, Number(row.patient_id)]));
}

/** The numbers of series and studies: those given, and the next ones. */
class Numbers {
  #lastSeries = 0;
  #lastStudy = 0;
  readonly #studies = new Map<string, number>();

  constructor(entries: IngestedEntry[]) {
    for (const { id, study_id, study_uuid } of entries) {
      this.#lastSeries = Math.max(this.#lastSeries, id);
      this.#lastStudy = Math.max(this.#lastStudy, study_id);
      if (!this.#studies.has(study_uuid)) this.#studies.set(study_uuid, study_id);
    }
  }

  nextSeries(): number {
    return ++this.#lastSeries;
  }

  studyOf(uuid: string): number {
    const known = this.#studies.get(uuid);
    if (known !== undefined) return known;
    this.#studies.set(uuid, ++this.#lastStudy);
    return this.#lastStudy;
  }
}

function newEntry(
  header: DicomHeader,
  files: number,
  numbers: Numbers,
  patients: Map<string, number>,
): IngestedEntry {
  const patientId = patients.get(header.patientId);
  if (patientId === undefined) {
    const message = `${rawKeys.patients} has no patient_code '${header.patientId}'; add the patient, then send the archive again`;
    throw new DatasetError('PATIENT_UNKNOWN', message, { keys: [rawKeys.patients] });
  }
  const [rowSpacing, columnSpacing] = header.frames[0]?.pixelSpacingMm ?? [0, 0];
  return {
    id: numbers.nextSeries(),
    name: header.seriesDescription,
    status: 'done',
    uuid: header.seriesInstanceUid,
    orthanc_uuid: '',
    study_id: numbers.studyOf(header.studyInstanceUid),
    study_uuid: header.studyInstanceUid,
    study_date: header.studyDate,
    study_time: '',
    patient_id: patientId,
    patient_code: header.patientId,
    slice_thickness: header.sliceThicknessMm ?? 0,
    row_spacing: rowSpacing,
    column_spacing: columnSpacing,
    slices: header.numberOfFrames > 1 ? header.numberOfFrames : files,
    rows: header.format.rows,
    columns: header.format.columns,
  };
}

/** Copies within the bucket; a file that is there already with the same content is left, so that it makes no event. */
async function sortIntoRaw(
  bucket: Store,
  raw: Store,
  entry: IngestedEntry,
  files: FoundFile[],
): Promise<void> {
  const name = entry.name.replace(/[^\w.-]+/g, '_') || 'series';
  const folder = `${rawKeys.dicom}${entry.patient_id}/${entry.study_id}/${name}/`;
  await mapConcurrently(files, CONCURRENT, async ({ key, header }) => {
    const file = header?.sopInstanceUid ?? key.slice(key.lastIndexOf('/') + 1).replace(/\.dcm$/i, '');
    const target = `${folder}${file}.dcm`;
    const [from, there] = await Promise.all([bucket.head(key), raw.head(target)]);
    if (there && there.etag === from?.etag && there.bytes === from.bytes) return;
    await bucket.copy(key, `raw/${target}`);
  });
}
