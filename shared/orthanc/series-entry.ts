import * as z from 'zod/mini';
import { rawKeys, type Subset } from '../pipeline/layout.ts';
import { getJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { readPatients, subsetsOf } from '../tables/metadata.ts';
import type { OrthancSeries } from './find-series.ts';

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

/** The numbers the raw layout knows a series by. */
export interface Numbers {
  id: number;
  patientId: number;
  studyId: number;
}

/** What earlier downloads and the hospital's table tell of patients. */
export interface Known {
  entries: DownloadedSeries[];
  /** Patient ids of patients.csv, by patient code. */
  patientIds: Map<string, number>;
  /** Subsets of patients.csv, by patient id. */
  subsets: Map<number, Subset>;
}

/** @throws TABLE_UNREADABLE when series.json or patients.csv is there, but unusable */
export async function readKnown(raw: Store): Promise<Known> {
  const entries = (await raw.head(rawKeys.series))
    ? await getJson(raw, rawKeys.series, z.array(DownloadedSeries))
    : [];
  if (!(await raw.head(rawKeys.patients))) return { entries, patientIds: new Map(), subsets: new Map() };
  const patients = await readPatients(raw, rawKeys.patients);
  const coded = patients.rows.filter(({ patient_code }) => patient_code);
  const patientIds = new Map(
    coded.map(({ patient_code, patient_id }) => [patient_code.trim(), Number(patient_id)]),
  );
  return { entries, patientIds, subsets: subsetsOf(patients) };
}

/** Numbers once given stay: a later download finds its patients, studies and series under the same ones. */
export function numbersOf(series: OrthancSeries, { entries, patientIds, subsets }: Known): Numbers {
  const next = (numbers: Iterable<number>) => Math.max(0, ...numbers) + 1;
  const samePatient = entries.find(({ patient_code }) => patient_code === series.patientCode);
  const sameStudy = entries.find(({ study_uuid }) => study_uuid === series.studyUuid);
  const sameSeries = entries.find(({ uuid }) => uuid === series.uuid);
  const ownStudyId = /^\d{1,15}$/.test(series.studyId) ? Number(series.studyId) : undefined;
  const taken = entries.some(({ study_id }) => study_id === ownStudyId);
  const usedPatients = [
    ...entries.map(({ patient_id }) => patient_id),
    ...subsets.keys(),
    ...patientIds.values(),
  ];
  return {
    id: sameSeries?.id ?? next(entries.map(({ id }) => id)),
    patientId: samePatient?.patient_id ?? patientIds.get(series.patientCode) ?? next(usedPatients),
    studyId:
      sameStudy?.study_id ??
      (ownStudyId !== undefined && !taken ? ownStudyId : next(entries.map(({ study_id }) => study_id))),
  };
}

/**
 * The entry of a series.
 * @param tags simplified tags of one of its instances
 */
export function entryOf(
  series: OrthancSeries,
  { id, patientId, studyId }: Numbers,
  status: DownloadedSeries['status'],
  slices: number,
  tags: Record<string, unknown>,
): DownloadedSeries {
  const number = (tag: string, place = 0) => Number(String(tags[tag] ?? '').split('\\')[place]) || 0;
  return {
    id,
    name: series.name,
    status,
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
    slices,
    rows: number('Rows'),
    columns: number('Columns'),
  };
}
