import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { type FeatureOptions, featuresOf } from '../lesions/features.ts';
import { utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import { geometryDifference } from '../volume/geometry.ts';
import { axesPicture, type Diameter } from './axes-picture.ts';
import type { TargetSources } from './target-sources.ts';

const Measured = z.object({
  method: z.enum(['obb', 'ellipse']),
  unconnected_strategy: z.enum(['largest-area', 'largest-measurement', 'sum', 'join']),
});

export interface TargetRois {
  /** Names of the pictures written. */
  pictures: string[];
  /** Lesions, as `filename label`, that are a single pixel in every slice: there is no axis to draw. */
  withoutAxes: string[];
}

/**
 * A picture of every RECIST target, `png/<filename>_slice_idx_<slice>_label_label_<label>.png`, and `targets.csv`: the
 * RECIST rows joined with the features of their lesions on filename and label. Lesions are drawn as they were
 * measured: by the method and strategy of their features.
 * @throws RECIST_LESION_UNKNOWN naming every target without features; WINDOW_MISSING, WINDOW_UNKNOWN;
 *   GEOMETRY_MISMATCH
 */
export async function targetRois(
  sources: TargetSources,
  out: Store,
  onDone: (name: string) => void,
): Promise<TargetRois> {
  const targets = await joinedTargets(sources);
  const columns = [...new Set([...sources.recist.columns, ...sources.features.columns])];
  await out.put('targets.csv', utf8(csvHeader(columns) + csvRows(columns, targets)));

  const written: TargetRois = { pictures: [], withoutAxes: [] };
  for (const [filename, own] of Map.groupBy(targets, (target) => target.filename)) {
    const window = sources.window(filename);
    const { ct, mask, labels } = await sources.load(uuidOf(filename));
    const difference = geometryDifference(ct, mask);
    if (difference) {
      const message = `${filename}: CT and mask have ${difference}`;
      throw new DatasetError('GEOMETRY_MISMATCH', message, { keys: [filename] });
    }
    const { axes } = featuresOf(ct, mask, labels, measuredBy(own[0]));
    for (const target of own) {
      const label = Number(target.label_value);
      const drawn = axes.find((candidate) => candidate.label === label);
      if (!drawn) {
        written.withoutAxes.push(`${filename} ${label}`);
        continue;
      }
      const name = `png/${filename}_slice_idx_${drawn.slice}_label_label_${label}.png`;
      await out.put(name, axesPicture(ct, mask, drawn, window, recistDiameter(target)));
      written.pictures.push(name);
      onDone(name);
    }
  }
  return written;
}

type Row = Record<string, string>;

/** RECIST rows of the series that are here, each with the features of its lesion. */
async function joinedTargets({ recist, features, has }: TargetSources): Promise<Row[]> {
  const featuresByLesion = new Map(features.rows.map((row) => [lesionKey(row, 'label_value'), row]));
  const targets: Row[] = [];
  const unknown: string[] = [];
  for (const row of recist.rows) {
    if (!(await has(uuidOf(row.filename)))) continue;
    const key = lesionKey(row, 'lesion_label_value');
    const found = featuresByLesion.get(key);
    if (found) targets.push({ ...row, ...found });
    else unknown.push(key);
  }
  if (unknown.length) {
    throw new DatasetError(
      'RECIST_LESION_UNKNOWN',
      `RECIST targets without features: ${unknown.join('; ')}. Correct lesion_label_value, or measure these lesions`,
      { keys: unknown },
    );
  }
  return targets;
}

function lesionKey(row: Row, labelColumn: string): string {
  return `${row.filename} ${Number(row[labelColumn])}`;
}

function uuidOf(filename: string): string {
  return filename.replace(/\.nii\.gz$/, '');
}

/** The diameter that RECIST 1.1 counts: the short axis of a lymph node, the longest diameter of any other lesion. */
function recistDiameter({ label_description, minor_axis_mm, major_axis_mm }: Row): Diameter {
  return label_description.startsWith('n')
    ? { mm: Number(minor_axis_mm), axis: 'minor' }
    : { mm: Number(major_axis_mm), axis: 'major' };
}

function measuredBy(row: Row): FeatureOptions {
  const { success, data, error } = Measured.safeParse(row);
  if (success) return { method: data.method, unconnectedStrategy: data.unconnected_strategy };
  const message = `features of ${row.filename}: ${z.prettifyError(error)}`;
  throw new DatasetError('TABLE_UNREADABLE', message, { keys: [row.filename] });
}
