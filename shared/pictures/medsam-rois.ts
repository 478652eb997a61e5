import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { type FolderOutcome, forEach } from '../folders/each-file.ts';
import type { Failure } from '../pipeline/step.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows, type Table } from '../tables/csv.ts';
import { type Canvas, type Slice, viewAround } from './canvas.ts';
import { type BoxPrediction, drawBox } from './medsam-picture.ts';
import { Raster } from './raster.ts';
import { readPng } from './read-png.ts';
import { Vector } from './vector.ts';

/** How well MedSAM did, box by box, as its evaluation writes it. */
const Performance = z.object({
  bboxes: z.array(
    z.object({
      study: z.string().check(z.regex(/^[\w.-]+$/, 'a study is made of letters, digits, dots and dashes')),
      slice_idx: z.int(),
      foreground_label: z.int(),
      path_to_bbox_original: z.string(),
      bbox_original: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      annotated_pixels: z.int(),
      predicted_pixels: z.int(),
      dice_score: z.number(),
    }),
  ),
});

/** What series.json, raw or final, tells of a series. */
export const MedsamSeries = z.array(
  z.looseObject({ uuid: z.string(), patient_id: z.int(), column_spacing: z.number().check(z.positive()) }),
);

export interface MedsamSources {
  /** Has performance.json, original_size/, gt_masks/ and output_masks/. */
  results: Store;
  series: z.output<typeof MedsamSeries>;
  patients: Table;
}

/** Side of the region of interest in CT pixels, and of a CT pixel in its picture and in that of the whole slice. */
const SIDE = 140;
const ROI_ZOOM = 8;
const SLICE_ZOOM = 2;

const COLUMNS = [
  'uuid',
  'patient_id',
  'diagnosis',
  'slice_idx',
  'foreground_label',
  'bbox_x0',
  'bbox_y0',
  'bbox_x1',
  'bbox_y1',
  'annotated_pixels',
  'predicted_pixels',
  'dice_score',
];

/**
 * The predictions of MedSAM beside the ground truth: `medsam_rois.csv`, a row a box, and two pictures a box,
 * `<format>/<box>_slice.<format>` and `<format>/<box>_roi.<format>`. A box whose pictures cannot be drawn stops none of
 * the others.
 * @throws TABLE_UNREADABLE for a performance.json that is none; SERIES_UNKNOWN, PATIENT_UNKNOWN naming all
 */
export async function medsamRois(
  sources: MedsamSources,
  out: Store,
  format: 'png' | 'svg',
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const boxes = await namedBoxes(sources);
  await out.put('medsam_rois.csv', utf8(csvHeader(COLUMNS) + csvRows(COLUMNS, boxes.map(tableRow))));
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const draw = async (name: string) => {
    const shown = await readBox(sources.results, byName.get(name)!);
    const { columns, rows } = shown.slice;
    const [x0, y0, x1, y1] = shown.box;
    const whole = canvasOf(format, columns * SLICE_ZOOM, rows * SLICE_ZOOM);
    drawBox(
      whole,
      shown,
      { left: 0, top: 0, zoom: SLICE_ZOOM },
      { groundTruth: 3, prediction: 1.4, box: 2 },
      whole.width / 160,
    );
    await out.put(`${format}/${name}_slice.${format}`, whole.bytes());
    const roi = canvasOf(format, SIDE * ROI_ZOOM, SIDE * ROI_ZOOM);
    const view = viewAround([(x0 + x1 + 1) / 2, (y0 + y1 + 1) / 2], roi, ROI_ZOOM);
    drawBox(roi, shown, view, { groundTruth: 8, prediction: 4, box: 4 }, 10);
    await out.put(`${format}/${name}_roi.${format}`, roi.bytes());
  };
  return forEach([...byName.keys()], draw, onDone);
}

type PerformanceBox = z.output<typeof Performance>['bboxes'][number];

interface NamedBox extends PerformanceBox {
  name: string;
  uuid: string;
  patientId: number;
  diagnosis: string;
  columnSpacingMm: number;
}

/** The boxes with their series and patients, checked all at once. */
async function namedBoxes({ results, series, patients }: MedsamSources): Promise<NamedBox[]> {
  const { bboxes } = await getJson(results, 'performance.json', Performance);
  const seriesByUuid = new Map(series.map((entry) => [entry.uuid, entry]));
  const diagnoses = new Map(patients.rows.map((row) => [Number(row.patient_id), row.diagnosis ?? '']));
  const [unknown, orphans] = [new Set<string>(), new Set<string>()];
  const named: NamedBox[] = [];
  for (const box of bboxes) {
    const entry = seriesByUuid.get(box.study) ?? seriesByUuid.get(withoutPatient(box.study));
    const diagnosis = entry && diagnoses.get(entry.patient_id);
    if (!entry) unknown.add(box.study);
    else if (diagnosis === undefined) orphans.add(entry.uuid);
    else {
      const file = box.path_to_bbox_original.split(/[\\/]/).at(-1) ?? '';
      named.push({
        ...box,
        name: file.replace(/\.[^.]+$/, ''),
        uuid: entry.uuid,
        patientId: entry.patient_id,
        diagnosis,
        columnSpacingMm: entry.column_spacing,
      });
    }
  }
  refuse('SERIES_UNKNOWN', 'not in series.json', unknown);
  refuse('PATIENT_UNKNOWN', 'their patient is not in patients.csv', orphans);
  const names = named.map(({ name }) => name);
  const repeated = names.filter((name, at) => names.indexOf(name) !== at);
  refuse('TABLE_UNREADABLE', 'performance.json names a box twice', new Set(repeated));
  return named;
}

/** Names of CTs in a release begin with the patient: `001_<uuid>`. */
function withoutPatient(study: string): string {
  return study.replace(/^\d+_/, '');
}

function refuse(
  code: 'SERIES_UNKNOWN' | 'PATIENT_UNKNOWN' | 'TABLE_UNREADABLE',
  why: string,
  keys: Set<string>,
): void {
  if (keys.size) throw new DatasetError(code, `${why}: ${[...keys].join(', ')}`, { keys: [...keys] });
}

function tableRow(box: NamedBox): Record<string, unknown> {
  const [bbox_x0, bbox_y0, bbox_x1, bbox_y1] = box.bbox_original;
  return { ...box, patient_id: box.patientId, bbox_x0, bbox_y0, bbox_x1, bbox_y1 };
}

async function readBox(results: Store, box: NamedBox): Promise<BoxPrediction> {
  const pictureAt = async (key: string) => readPng(await results.get(key), key);
  const slice = await pictureAt(`original_size/${box.study}_slice${box.slice_idx}.png`);
  const maskAt = async (key: string): Promise<Slice> => {
    const mask = await pictureAt(key);
    if (mask.columns * slice.rows === mask.rows * slice.columns) return mask;
    const shapes = `${mask.columns} x ${mask.rows}, its slice ${slice.columns} x ${slice.rows}`;
    throw new DatasetError('PICTURE_UNREADABLE', `${key} is ${shapes}: not the same shape`, { keys: [key] });
  };
  return {
    slice,
    groundTruth: await maskAt(`gt_masks/${box.name}.png`),
    prediction: await maskAt(`output_masks/${box.name}.png`),
    box: box.bbox_original,
    dice: box.dice_score,
    columnSpacingMm: box.columnSpacingMm,
  };
}

function canvasOf(format: 'png' | 'svg', width: number, height: number): Canvas {
  return format === 'png' ? new Raster(width, height) : new Vector(width, height);
}
