import * as z from 'zod/mini';
import { asDatasetError, DatasetError } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import { rawKeys } from '../pipeline/layout.ts';
import { getJson, jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { OrthancClient } from './client.ts';
import type { OrthancSeries } from './find-series.ts';

const Instance = z.object({
  ID: z.string(),
  FileSize: z.number(),
  MainDicomTags: z.record(z.string(), z.string()),
});
type Instance = z.output<typeof Instance>;

const Tags = z.record(z.string(), z.unknown());

/** One entry of series.json, with every field the raw layout has. */
export const DownloadedSeries = z.object({
  id: z.int(),
  name: z.string(),
  status: z.enum(['done', 'incomplete']),
  uuid: z.string(),
  orthanc_uuid: z.string(),
  study_id: z.int(),
  study_uuid: z.string(),
  study_date: z.string(),
  study_time: z.string(),
  patient_id: z.int(),
  patient_code: z.string(),
  slice_thickness: z.number(),
  row_spacing: z.number(),
  column_spacing: z.number(),
  slices: z.int(),
  rows: z.int(),
  columns: z.int(),
});
export type DownloadedSeries = z.output<typeof DownloadedSeries>;

export interface DownloadEvents {
  onInstance(series: OrthancSeries, done: number, total: number): void;
  onSeries(entry: DownloadedSeries, fetched: number): void;
  onFailure(series: OrthancSeries, error: DatasetError): void;
}

/** How many instances are fetched at once; Orthanc answers some tens of requests in parallel by default. */
const CONCURRENT = 4;

/**
 * Downloads series into the raw layout and keeps metadata/series.json up to date after each. Files that are there
 * already with the size the server tells are not fetched again, so a cut-off download goes on where it stopped. A
 * series that vanished or failed is reported and the others go on; losing the server ends the download.
 * @returns the entries of series.json
 */
export async function downloadSeries(
  client: OrthancClient,
  found: OrthancSeries[],
  raw: Store,
  events: DownloadEvents,
): Promise<DownloadedSeries[]> {
  const entries = await knownSeries(raw);
  for (const series of found) {
    const numbers = numbersOf(series, entries);
    try {
      const { entry, fetched } = await downloadOne(client, series, numbers, raw, events);
      const at = entries.findIndex(({ uuid }) => uuid === entry.uuid);
      if (at < 0) entries.push(entry);
      else entries[at] = entry;
      await raw.put(rawKeys.series, utf8(jsonText(entries)));
      events.onSeries(entry, fetched);
    } catch (error) {
      const failure = asDatasetError(error);
      if (!['PACS_MISSING', 'PACS_FAILED'].includes(failure.code)) throw failure;
      events.onFailure(series, failure);
    }
  }
  return entries;
}

async function knownSeries(raw: Store): Promise<DownloadedSeries[]> {
  if (!(await raw.head(rawKeys.series))) return [];
  return getJson(raw, rawKeys.series, z.array(DownloadedSeries));
}

interface Numbers {
  id: number;
  patientId: number;
  studyId: number;
}

/** Numbers once given stay: a later download finds its patients, studies and series under the same ones. */
function numbersOf(series: OrthancSeries, entries: DownloadedSeries[]): Numbers {
  const next = (numbers: number[]) => Math.max(0, ...numbers) + 1;
  const samePatient = entries.find(({ patient_code }) => patient_code === series.patientCode);
  const sameStudy = entries.find(({ study_uuid }) => study_uuid === series.studyUuid);
  const sameSeries = entries.find(({ uuid }) => uuid === series.uuid);
  const ownStudyId = /^\d{1,15}$/.test(series.studyId) ? Number(series.studyId) : undefined;
  const taken = entries.some(({ study_id }) => study_id === ownStudyId);
  return {
    id: sameSeries?.id ?? next(entries.map(({ id }) => id)),
    patientId: samePatient?.patient_id ?? next(entries.map(({ patient_id }) => patient_id)),
    studyId:
      sameStudy?.study_id ??
      (ownStudyId !== undefined && !taken ? ownStudyId : next(entries.map(({ study_id }) => study_id))),
  };
}

async function downloadOne(
  client: OrthancClient,
  series: OrthancSeries,
  { id, patientId, studyId }: Numbers,
  raw: Store,
  events: DownloadEvents,
): Promise<{ entry: DownloadedSeries; fetched: number }> {
  const instances = (await client.getJson(`/series/${series.orthancUuid}/instances`, z.array(Instance))).sort(
    byNumber,
  );
  if (instances.length === 0)
    throw new DatasetError('PACS_MISSING', `series ${series.uuid} has no instances`);
  const folder = `${rawKeys.dicom}${patientId}/${studyId}/${folderName(series)}/`;
  let done = 0;
  let fetched = 0;
  await mapConcurrently(
    instances.map((instance, index) => ({ instance, index })),
    CONCURRENT,
    async ({ instance, index }) => {
      const key = `${folder}${series.modality || 'IM'}${String(index).padStart(6, '0')}.dcm`;
      if ((await raw.head(key))?.bytes !== instance.FileSize) {
        await raw.put(key, await wholeFile(client, instance));
        fetched += 1;
      }
      events.onInstance(series, ++done, instances.length);
    },
  );
  const now = await client.getJson(
    `/series/${series.orthancUuid}`,
    z.object({ Instances: z.array(z.string()) }),
  );
  const tags = await client.getJson(`/instances/${instances[0].ID}/simplified-tags`, Tags);
  const number = (tag: string, place = 0) => Number(String(tags[tag] ?? '').split('\\')[place]) || 0;
  return {
    fetched,
    entry: {
      id,
      name: series.name,
      status: now.Instances.length === instances.length ? 'done' : 'incomplete',
      uuid: series.uuid,
      orthanc_uuid: series.orthancUuid,
      study_id: studyId,
      study_uuid: series.studyUuid,
      study_date: series.studyDate,
      study_time: series.studyTime,
      patient_id: patientId,
      patient_code: series.patientCode,
      slice_thickness: number('SliceThickness'),
      row_spacing: number('PixelSpacing', 0),
      column_spacing: number('PixelSpacing', 1),
      slices: instances.length,
      rows: number('Rows'),
      columns: number('Columns'),
    },
  };
}

async function wholeFile(client: OrthancClient, { ID, FileSize }: Instance): Promise<Uint8Array> {
  const bytes = await client.getBytes(`/instances/${ID}/file`);
  if (bytes.length === FileSize) return bytes;
  const message = `instance ${ID} came with ${bytes.length} bytes, the server says ${FileSize}`;
  throw new DatasetError('PACS_FAILED', message, { keys: [`/instances/${ID}/file`] });
}

function byNumber(a: Instance, b: Instance): number {
  const number = ({ MainDicomTags }: Instance) => Number(MainDicomTags.InstanceNumber ?? 0);
  const uid = ({ MainDicomTags }: Instance) => MainDicomTags.SOPInstanceUID ?? '';
  return number(a) - number(b) || (uid(a) < uid(b) ? -1 : 1);
}

/** A series' folder: its name as given, without what a path cannot hold; two of one name are told apart. */
function folderName({ name, uuid }: OrthancSeries): string {
  const safe = name
    .replace(/[/\\\0]/g, '_')
    .replace(/^\.+/, '_')
    .trim();
  return `${safe || 'series'} ${uuid.slice(-8)}`;
}
