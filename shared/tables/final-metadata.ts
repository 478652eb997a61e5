import { translateDiagnosis, translateInsurance } from '../lesions/vocabulary.ts';
import { regionOf, type SeriesEntry } from './metadata.ts';

const SERIES_DROPPED = new Set(['status', 'study_time', 'patient_code', 'orthanc_uuid', 'study_id', 'name']);
const PATIENTS_DROPPED = new Set([
  'patient_code',
  'first_study_uuid',
  'first_study_accession_number',
  'protocol',
]);

/** A series.json entry as published: `region` as second key, `slice_spacing` in mm as last. */
export function finalSeries(entry: SeriesEntry, sliceSpacingMm: number): Record<string, unknown> {
  const [[firstKey, firstValue], ...rest] = Object.entries(entry).filter(([key]) => !SERIES_DROPPED.has(key));
  return {
    [firstKey]: firstValue,
    region: regionOf(entry.name),
    ...Object.fromEntries(rest),
    slice_spacing: sliceSpacingMm,
  };
}

/** How a table is published: its columns, and what becomes of each row, where it is not left out. */
export interface Published {
  columns: string[];
  rowOf(row: Record<string, string>): Record<string, string> | undefined;
}

/** patients.csv as published: the patients with an image, without what could lead back to them, in English. */
export function finalPatients(columns: string[], withImage: Set<number>): Published {
  return {
    columns: columns.filter((name) => !PATIENTS_DROPPED.has(name)),
    rowOf: (row) =>
      withImage.has(Number(row.patient_id))
        ? {
            ...row,
            ...(row.diagnosis !== undefined && { diagnosis: translateDiagnosis(row.diagnosis) }),
            ...(row.health_insurance !== undefined && {
              health_insurance: translateInsurance(row.health_insurance),
            }),
          }
        : undefined,
  };
}

export function finalWindows(windows: Record<string, string>, present: Set<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(windows).filter(([filename]) => present.has(filename.replace(/\.nii\.gz$/, ''))),
  );
}

/** recist_measurements.csv as published: `name` becomes `region`, rows of series without an image are left out. */
export function finalRecist(columns: string[], present: Set<string>): Published {
  return {
    columns: columns.map((name) => (name === 'name' ? 'region' : name)),
    rowOf: ({ name, ...row }) =>
      present.has(row.uuid) ? { ...row, region: regionOf(name) ?? '' } : undefined,
  };
}
