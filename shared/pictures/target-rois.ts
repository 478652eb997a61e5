import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import type { Method, UnconnectedStrategy } from '../lesions/diameters/diameters.ts';
import { featuresOf } from '../lesions/features.ts';
import { readNifti } from '../nifti/read.ts';
import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import { Labels } from '../pipeline/steps/instances.ts';
import { getJson, getText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows, parseCsv } from '../tables/csv.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { axesPicture } from './axes-picture.ts';

const Windows = z.record(z.string(), z.enum(Object.keys(WINDOWS) as WindowName[]));
const Options = z.object({
  method: z.enum(['obb', 'ellipse']),
  unconnectedStrategy: z.enum(['largest-area', 'largest-measurement', 'sum', 'join']),
});

/**
 * A picture of every RECIST target of a finished build, and `targets.csv`: the RECIST rows joined with the features of
 * their lesions on filename and label.
 * @returns names of the pictures written
 * @throws RECIST_LESION_UNKNOWN for a target without features
 */
export async function targetRois(
  dataset: Store,
  out: Store,
  onDone: (name: string) => void,
): Promise<string[]> {
  const recist = parseCsv(await getText(dataset, outKeys.recist), outKeys.recist, [
    'filename',
    'lesion_label_value',
  ]);
  const windows = await getJson(dataset, outKeys.windows, Windows);
  const features = await featureRows(dataset);
  const targets = recist.rows.map((row): Target => {
    const key = `${row.filename} ${Number(row.lesion_label_value)}`;
    const found = features.rows.get(key);
    if (!found)
      throw new DatasetError('RECIST_LESION_UNKNOWN', `${outKeys.recist}: no features of lesion ${key}`, {
        keys: [outKeys.recist],
      });
    return { cells: { ...row, ...found.row }, filename: row.filename, subset: found.subset };
  });
  const columns = [...recist.columns, ...features.columns.filter((name) => !recist.columns.includes(name))];
  await out.put(
    'targets.csv',
    utf8(
      csvHeader(columns) +
        csvRows(
          columns,
          targets.map(({ cells }) => cells),
        ),
    ),
  );

  const written: string[] = [];
  for (const [filename, own] of Map.groupBy(targets, (target) => target.filename)) {
    const uuid = filename.replace(/\.nii\.gz$/, '');
    const { subset } = own[0];
    const window = windows[filename];
    if (!window)
      throw new DatasetError('WINDOW_MISSING', `${outKeys.windows} has no window for ${filename}`, {
        keys: [outKeys.windows],
      });
    const [imageKey, maskKey] = [outKeys.image(subset, uuid), outKeys.mask(subset, uuid)];
    const ct = readNifti(await dataset.get(imageKey), imageKey);
    const mask = readNifti(await dataset.get(maskKey), maskKey);
    const labels = await getJson(dataset, outKeys.labels(subset, uuid), Labels, 'LABELS_UNREADABLE');
    const { axes } = featuresOf(ct, mask, labels, measuredBy(own[0]));
    for (const { cells } of own) {
      const label = Number(cells.label_value);
      const drawn = axes.find((candidate) => candidate.label === label);
      if (!drawn) continue;
      const axis = cells.label_description.startsWith('n') ? 'minor' : 'major';
      const mm = Number(axis === 'minor' ? cells.minor_axis_mm : cells.major_axis_mm);
      const name = `png/${filename}_slice_idx_${drawn.slice}_label_label_${label}.png`;
      await out.put(name, axesPicture(ct, mask, drawn, window, { mm, axis }));
      written.push(name);
      onDone(name);
    }
  }
  return written;
}

/** A target: its columns in targets.csv, and where its series is. */
interface Target {
  cells: Record<string, string>;
  filename: string;
  subset: (typeof SUBSETS)[number];
}

function measuredBy({ cells }: Target): { method: Method; unconnectedStrategy: UnconnectedStrategy } {
  return Options.parse({ method: cells.method, unconnectedStrategy: cells.unconnected_strategy });
}

async function featureRows(dataset: Store) {
  const rows = new Map<string, { subset: (typeof SUBSETS)[number]; row: Record<string, string> }>();
  let columns: string[] = [];
  for (const subset of SUBSETS) {
    const key = outKeys.features(subset);
    if (!(await dataset.head(key))) continue;
    const table = parseCsv(await getText(dataset, key), key, ['filename', 'label_value']);
    columns = table.columns;
    for (const row of table.rows) rows.set(`${row.filename} ${Number(row.label_value)}`, { subset, row });
  }
  return { rows, columns };
}
