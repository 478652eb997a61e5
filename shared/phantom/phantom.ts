import { gzip } from '../gzip/gzip.ts';
import { writeNifti } from '../nifti/write.ts';
import type { Subset } from '../pipeline/layout.ts';
import { rawKeys } from '../pipeline/layout.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import type { Affine } from '../volume/volume.ts';
import { ctSliceFile } from './dicom-writer.ts';

/** A ball of known size and density, drawn as a lesion. */
interface Ball {
  centreMm: [x: number, y: number, z: number];
  radiusMm: number;
  hu: number;
  /** Value in the drawn mask, and what labels.json says of it. */
  value: number;
  description: string;
}

interface PhantomSeries {
  name: string;
  patientId: number;
  subset: Subset;
  study: number;
  studyDate: string;
  order: string;
  window: string;
  balls: Ball[];
  /** RECIST target lesions: id of the final instance, alias, measured diameter. */
  targets: { id: number; alias: string; mm: number }[];
}

const SIZE = 192;
const SLICES = 32;
const PIXEL_MM = 1.6;
const SLICE_MM = 3;
const INTERCEPT_HU = -1024;
/** Arbitrary root below the UUID-derived arc 2.25 (PS3.5 B.2). */
const UID_ROOT = '2.25.3271965460142';

const LIVER = 'm, higado';
const LUNG = 'm,pulmon';
const NODE = 'n,mediastino';

/** Three patients, four series: two time points of liver metastases, one lung, one with a lymph node. */
const SERIES: PhantomSeries[] = [
  {
    name: 'Portal 3.0 phantom',
    patientId: 1,
    subset: 'train',
    study: 1,
    studyDate: '20240110',
    order: 'baseline',
    window: 'abdomen',
    balls: [
      { centreMm: [-60, -10, 25], radiusMm: 15, hu: 70, value: 1, description: LIVER },
      { centreMm: [-80, 20, 60], radiusMm: 10, hu: 75, value: 1, description: LIVER },
      { centreMm: [-50, 30, 84], radiusMm: 2.6, hu: 75, value: 1, description: LIVER },
    ],
    targets: [
      { id: 1, alias: 'A', mm: 30 },
      { id: 2, alias: 'B', mm: 20 },
    ],
  },
  {
    name: 'Portal 3.0 phantom follow-up',
    patientId: 1,
    subset: 'train',
    study: 2,
    studyDate: '20240415',
    order: 'follow-up-1',
    window: 'abdomen',
    balls: [
      { centreMm: [-60, -10, 25], radiusMm: 10, hu: 70, value: 1, description: LIVER },
      { centreMm: [-80, 20, 60], radiusMm: 7.5, hu: 75, value: 1, description: LIVER },
    ],
    targets: [
      { id: 1, alias: 'A', mm: 20 },
      { id: 2, alias: 'B', mm: 15 },
    ],
  },
  {
    name: 'Torax 3.0 phantom',
    patientId: 2,
    subset: 'train',
    study: 3,
    studyDate: '20240202',
    order: 'baseline',
    window: 'lung',
    balls: [
      { centreMm: [-65, 0, 30], radiusMm: 12.5, hu: 30, value: 1, description: LUNG },
      { centreMm: [70, 15, 66], radiusMm: 8, hu: 20, value: 1, description: LUNG },
    ],
    targets: [{ id: 1, alias: 'A', mm: 25 }],
  },
  {
    name: 'Torax 3.0 phantom node',
    patientId: 3,
    subset: 'test',
    study: 4,
    studyDate: '20240305',
    order: 'baseline',
    window: 'mediastinum',
    balls: [
      { centreMm: [0, 10, 36], radiusMm: 11, hu: 60, value: 1, description: NODE },
      { centreMm: [60, -10, 60], radiusMm: 15, hu: 35, value: 2, description: LUNG },
    ],
    targets: [{ id: 1, alias: 'A', mm: 22 }],
  },
];

/**
 * Writes a raw folder of a synthetic CT phantom: real DICOM, drawn masks, labels and tables, with lesions of
 * known size. Each voxel is computed, so the same bytes come out everywhere.
 */
export async function writePhantom(raw: Store): Promise<void> {
  for (const [index, series] of SERIES.entries()) await writeSeries(raw, series, index + 1);
  await raw.put(
    rawKeys.series,
    utf8(jsonText(SERIES.map((series, index) => seriesEntry(series, index + 1)))),
  );
  await raw.put(
    rawKeys.windows,
    utf8(jsonText(Object.fromEntries(SERIES.map((s, i) => [`${uid(i + 1)}.nii.gz`, s.window])))),
  );
  await raw.put(rawKeys.patients, utf8(table(patientRows())));
  await raw.put(
    rawKeys.recist,
    utf8(table(SERIES.flatMap((series, index) => recistRows(series, index + 1)))),
  );
}

async function writeSeries(raw: Store, series: PhantomSeries, id: number): Promise<void> {
  const mask = new Uint8Array(SIZE * SIZE * SLICES);
  const noise = noiseSource(id);
  for (let k = 0; k < SLICES; k++) {
    const pixels = new Int16Array(SIZE * SIZE);
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        const [x, y, z] = [(column - SIZE / 2) * PIXEL_MM, (row - SIZE / 2) * PIXEL_MM, k * SLICE_MM];
        const ball = series.balls.find(
          ({ centreMm: [cx, cy, cz], radiusMm }) =>
            (x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 <= radiusMm ** 2,
        );
        // NIfTI rows run the other way than DICOM rows
        if (ball) mask[(k * SIZE + (SIZE - 1 - row)) * SIZE + column] = ball.value;
        pixels[row * SIZE + column] =
          Math.round((ball?.hu ?? tissueHU(series, x, y)) + noise()) - INTERCEPT_HU;
      }
    }
    const file = ctSliceFile({
      seriesUid: uid(id),
      studyUid: studyUid(series),
      instanceUid: `${uid(id)}.${k + 1}`,
      instanceNumber: k + 1,
      patientId: `PHANTOM-${series.patientId}`,
      patientSex: series.patientId % 2 ? 'F' : 'M',
      studyDate: series.studyDate,
      seriesDescription: series.name,
      kernel: series.window === 'lung' ? 'B60f' : 'B30f',
      rows: SIZE,
      columns: SIZE,
      pixelSpacingMm: PIXEL_MM,
      sliceThicknessMm: SLICE_MM,
      positionMm: [(-SIZE / 2) * PIXEL_MM, (-SIZE / 2) * PIXEL_MM, k * SLICE_MM],
      intercept: INTERCEPT_HU,
      pixels,
    });
    const folder = `${rawKeys.dicom}${series.patientId}/${series.study}/${series.name}/`;
    await raw.put(`${folder}CT${String(k).padStart(6, '0')}.dcm`, file);
  }
  const geometry = {
    shape: [SIZE, SIZE, SLICES] as [number, number, number],
    affine: AFFINE,
    spacingMm: [PIXEL_MM, PIXEL_MM, SLICE_MM] as [number, number, number],
  };
  const nifti = writeNifti({ ...geometry, voxels: mask, slope: 1, intercept: 0 }, 'derived');
  await raw.put(`${rawKeys.masks(series.subset)}${uid(id)}.nii.gz`, gzip([nifti]));
  const labels = Object.fromEntries(series.balls.map(({ value, description }) => [value, description]));
  await raw.put(`${rawKeys.labels(series.subset)}${uid(id)}.json`, utf8(jsonText(labels)));
}

/** LPS positions of the DICOM files as the RAS affine of volumes whose rows are flipped. */
const AFFINE: Affine = [
  [-PIXEL_MM, 0, 0, (SIZE / 2) * PIXEL_MM],
  [0, PIXEL_MM, 0, (SIZE / 2 - (SIZE - 1)) * PIXEL_MM],
  [0, 0, SLICE_MM, 0],
];

/** A body of soft tissue in air, two lungs in a thorax, a spine. */
function tissueHU(series: PhantomSeries, x: number, y: number): number {
  if ((x / 140) ** 2 + (y / 100) ** 2 > 1) return -1000;
  if (x ** 2 + (y - 65) ** 2 < 18 ** 2) return 400;
  const inLung = ((Math.abs(x) - 65) / 48) ** 2 + (y / 70) ** 2 < 1;
  if (series.name.startsWith('Torax') && inLung) return -850;
  return 45;
}

/** Uniform noise of 20 HU from a linear congruential generator (Numerical Recipes' constants). */
function noiseSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 20;
  };
}

function uid(id: number): string {
  return `${UID_ROOT}.${id}`;
}

function studyUid({ study }: PhantomSeries): string {
  return `${UID_ROOT}.100.${study}`;
}

function seriesEntry(series: PhantomSeries, id: number): Record<string, unknown> {
  return {
    id,
    name: series.name,
    status: 'done',
    uuid: uid(id),
    orthanc_uuid: `phantom-${id}`,
    study_id: series.study,
    study_uuid: studyUid(series),
    study_date: series.studyDate,
    study_time: '120000',
    patient_id: series.patientId,
    patient_code: `PHANTOM-${series.patientId}`,
    slice_thickness: SLICE_MM,
    row_spacing: PIXEL_MM,
    column_spacing: PIXEL_MM,
    slices: SLICES,
    rows: SIZE,
    columns: SIZE,
  };
}

function patientRows(): Record<string, unknown>[] {
  const first = [...Map.groupBy(SERIES, ({ patientId }) => patientId).values()].map(([series]) => series);
  const diagnoses = ['colon cancer', 'cancer pulmon', 'melanoma'];
  return first.map((series, index) => ({
    patient_id: series.patientId,
    patient_code: `PHANTOM-${series.patientId}`,
    subset: series.subset,
    first_study_date: series.studyDate,
    first_study_uuid: studyUid(series),
    first_study_accession_number: 1000 + index,
    sex: series.patientId % 2 ? 'F' : 'M',
    age: 50 + index,
    diagnosis: diagnoses[index],
    histology: '',
    health_insurance: 'fonasa',
    protocol: 'PHANTOM',
  }));
}

function recistRows(series: PhantomSeries, id: number): Record<string, unknown>[] {
  return series.targets.map((target) => ({
    patient_id: series.patientId,
    subset: series.subset,
    study_date: series.studyDate,
    study_uuid: studyUid(series),
    uuid: uid(id),
    filename: `${uid(id)}.nii.gz`,
    name: series.name,
    final_3d_objects: series.balls.filter(({ radiusMm }) => radiusMm > 5).length,
    lesion_label_value: target.id,
    lesion_label_alias: target.alias,
    recist_measurement_mm: target.mm,
    study_order: series.order,
  }));
}

function table(rows: Record<string, unknown>[]): string {
  const columns = Object.keys(rows[0]);
  return csvHeader(columns) + csvRows(columns, rows);
}
