import { translateDiagnosis, translateInsurance } from '../lesions/vocabulary.ts';
import type { Table } from './csv.ts';
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

/** patients.csv as published: the patients with an image, without what could lead back to them, in English. */
export function finalPatients({ columns, rows }: Table, withImage: Set<number>): Table {
  return {
    columns: columns.filter((name) => !PATIENTS_DROPPED.has(name)),
    rows: rows
      .filter((row) => withImage.has(Number(row.patient_id)))
      .map((row) => ({
        ...row,
        ...(row.diagnosis !== undefined && { diagnosis: translateDiagnosis(row.diagnosis) }),
        ...(row.health_insurance !== undefined && {
          health_insurance: translateInsurance(row.health_insurance),
        }),
      })),
  };
}

export function finalWindows(windows: Record<string, string>, present: Set<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(windows).filter(([filename]) => present.has(filename.replace(/\.nii\.gz$/, ''))),
  );
}

/** recist_measurements.csv as published: `name` becomes `region`, rows of series without an image are left out. */
export function finalRecist({ columns, rows }: Table, present: Set<string>): Table {
  return {
    columns: columns.map((name) => (name === 'name' ? 'region' : name)),
    rows: rows
      .filter((row) => present.has(row.uuid))
      .map(({ name, ...row }) => ({ ...row, region: regionOf(name) ?? '' })),
  };
}
