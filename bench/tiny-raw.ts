import { gzip } from '../shared/gzip/gzip.ts';
import { writeNifti } from '../shared/nifti/write.ts';
import { ctSliceFile } from '../shared/phantom/dicom-writer.ts';
import { rawKeys, type Subset } from '../shared/pipeline/layout.ts';
import { utf8 } from '../shared/store/json.ts';
import type { Store } from '../shared/store/store.ts';
import { csvHeader, csvRows } from '../shared/tables/csv.ts';

const SIZE = 16;
const SLICES = 3;
const PIXEL_MM = 1.5;
const SLICE_MM = 3;
const SERIES_A_PATIENT = 2;

/**
 * A raw folder of many tiny CT series (16 x 16 x 3 voxels, one lesion), so that what is timed is everything that
 * grows with the number of series, and not with voxels: two series a patient, one patient in five in `test`, one RECIST
 * measurement a series.
 */
export async function writeTinyRaw(raw: Store, count: number): Promise<void> {
  const mask = gzip([tinyMask()]);
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  for (const id of ids) {
    const folder = `${rawKeys.dicom}${patientOf(id)}/${studyOf(id)}/Portal tiny/`;
    for (let slice = 0; slice < SLICES; slice++)
      await raw.put(`${folder}CT${slice}.dcm`, tinySlice(id, slice));
    await raw.put(`${rawKeys.masks(subsetOf(id))}${uidOf(id)}.nii.gz`, mask);
    await raw.put(`${rawKeys.labels(subsetOf(id))}${uidOf(id)}.json`, utf8('{"1": "m,liver"}'));
  }
  const windows = Object.fromEntries(ids.map((id) => [`${uidOf(id)}.nii.gz`, 'abdomen']));
  const patients = ids.filter((id) => (id - 1) % SERIES_A_PATIENT === 0).map(patientRow);
  await raw.put(rawKeys.series, utf8(JSON.stringify(ids.map(seriesEntry))));
  await raw.put(rawKeys.windows, utf8(JSON.stringify(windows)));
  await raw.put(rawKeys.patients, utf8(table(patients)));
  await raw.put(rawKeys.recist, utf8(table(ids.map(recistRow))));
}

function tinySlice(id: number, slice: number): Uint8Array {
  const pixels = new Int16Array(SIZE * SIZE);
  for (let voxel = 0; voxel < pixels.length; voxel++) pixels[voxel] = 1000 + ((voxel * 31 + id * 17) % 97);
  return ctSliceFile({
    seriesUid: uidOf(id),
    studyUid: `2.25.3.${studyOf(id)}`,
    instanceUid: `${uidOf(id)}.${slice + 1}`,
    instanceNumber: slice + 1,
    patientId: `P${patientOf(id)}`,
    patientSex: 'F',
    studyDate: '20240101',
    seriesDescription: 'Portal tiny',
    kernel: 'B30f',
    rows: SIZE,
    columns: SIZE,
    pixelSpacingMm: PIXEL_MM,
    sliceThicknessMm: SLICE_MM,
    positionMm: [0, 0, slice * SLICE_MM],
    intercept: -1024,
    pixels,
  });
}

/** One lesion of 75 voxels over all slices. */
function tinyMask(): Uint8Array {
  const voxels = new Uint8Array(SIZE * SIZE * SLICES);
  for (let slice = 0; slice < SLICES; slice++) {
    for (let row = 5; row < 10; row++)
      voxels.fill(1, (slice * SIZE + row) * SIZE + 5, (slice * SIZE + row) * SIZE + 10);
  }
  return writeNifti(
    {
      shape: [SIZE, SIZE, SLICES],
      spacingMm: [PIXEL_MM, PIXEL_MM, SLICE_MM],
      // LPS positions of the DICOM files as the RAS affine of volumes whose rows are flipped
      affine: [
        [-PIXEL_MM, 0, 0, 0],
        [0, PIXEL_MM, 0, (1 - SIZE) * PIXEL_MM],
        [0, 0, SLICE_MM, 0],
      ],
      voxels,
      slope: 1,
      intercept: 0,
    },
    'derived',
  );
}

function seriesEntry(id: number): Record<string, unknown> {
  return {
    id,
    name: 'Portal tiny',
    uuid: uidOf(id),
    study_id: studyOf(id),
    study_uuid: `2.25.3.${studyOf(id)}`,
    study_date: '20240101',
    patient_id: patientOf(id),
    slice_thickness: SLICE_MM,
    row_spacing: PIXEL_MM,
    column_spacing: PIXEL_MM,
    slices: SLICES,
    rows: SIZE,
    columns: SIZE,
  };
}

function patientRow(id: number): Record<string, unknown> {
  return {
    patient_id: patientOf(id),
    subset: subsetOf(id),
    first_study_date: '20240101',
    sex: 'F',
    age: 60,
    diagnosis: 'melanoma',
    histology: '',
    health_insurance: 'public',
  };
}

function recistRow(id: number): Record<string, unknown> {
  return {
    patient_id: patientOf(id),
    subset: subsetOf(id),
    study_date: '20240101',
    study_uuid: `2.25.3.${studyOf(id)}`,
    uuid: uidOf(id),
    filename: `${uidOf(id)}.nii.gz`,
    name: 'Portal tiny',
    final_3d_objects: 1,
    lesion_label_value: 1,
    lesion_label_alias: 'A',
    recist_measurement_mm: 8,
    study_order: id % SERIES_A_PATIENT ? 'baseline' : 'follow-up-1',
  };
}

function uidOf(id: number): string {
  return `2.25.1234567890123456789012345678901234.${id}`;
}

function studyOf(id: number): number {
  return 100000 + id;
}

function patientOf(id: number): number {
  return Math.ceil(id / SERIES_A_PATIENT);
}

function subsetOf(id: number): Subset {
  return patientOf(id) % 5 ? 'train' : 'test';
}

function table(rows: Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0]);
  return csvHeader(columns) + csvRows(columns, rows);
}
