import type { Store } from '../../store/store.ts';
import { csvStream, jsonListStream, jsonObjectStream } from '../../tables/stream.ts';
import { DENSITY_EDGES_HU } from '../../volume/statistics.ts';
import { outKeys, SUBSETS, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import { type SeriesReports, seriesReports } from './series-records.ts';
import { sideBySide } from './side-by-side.ts';

export const STATS_COLUMNS = [
  'filename',
  'slices',
  'rows',
  'columns',
  'dtype',
  'mean',
  'std',
  'min',
  'Q1',
  'Q2',
  'Q3',
  'max',
];
export const RESOLUTION_COLUMNS = [
  'filename',
  'rows',
  'columns',
  'slices',
  'row_spacing_mm',
  'column_spacing_mm',
  'slice_spacing_mm',
];
export const MASKS_COLUMNS = [
  'path_to_mask',
  'filename',
  'raw_3d_objects',
  'removed_3d_objects',
  'final_3d_objects',
];
export const OBJECTS_COLUMNS = [
  'path_to_mask',
  'filename',
  'removed',
  'label_value',
  'label_description_sp',
  'label_description_en',
  'size_voxels',
  'volume_ml',
  'slices_count',
];
export const FEATURES_COLUMNS = [
  'filename',
  'label_value',
  'label_description',
  'voxels_count',
  'volume_ml',
  'slices_count',
  'mean_HU',
  'std_HU',
  'major_axis_mm',
  'minor_axis_mm',
  'major_axis_slice_idx',
  'method',
  'unconnected_strategy',
];

type Row = Record<string, unknown>;
type Series = AsyncIterable<SeriesReports>;

/** The tables of a subset: where each stands, and its text from the series in their order. */
const TABLES: [key: (subset: Subset) => string, text: (series: Series) => AsyncIterable<Uint8Array>][] = [
  [outKeys.stats, csv(STATS_COLUMNS, ({ statistics }) => [statistics.stats])],
  [outKeys.resolution, csv(RESOLUTION_COLUMNS, ({ statistics }) => [statistics.resolution])],
  [outKeys.headers, (series) => jsonListStream(each(series, ({ statistics }) => statistics.header))],
  [outKeys.densities, (series) => jsonObjectStream(each(series, densities))],
  [outKeys.masksResults, csv(MASKS_COLUMNS, ({ instances }) => [instances.summary])],
  [outKeys.objectsResults, csv(OBJECTS_COLUMNS, ({ instances }) => instances.objects)],
  [outKeys.features, csv(FEATURES_COLUMNS, ({ features }) => features.rows)],
];

function csv(columns: string[], rowsOf: (series: SeriesReports) => Row[]) {
  return (series: Series) => csvStream(columns, each(series, rowsOf));
}

function densities({ statistics: { stats, density } }: SeriesReports): [string, unknown] {
  return [String(stats.filename), { density, bins: DENSITY_EDGES_HU }];
}

async function* each<T>(series: Series, of: (series: SeriesReports) => T): AsyncGenerator<T> {
  for await (const one of series) yield of(one);
}

/**
 * The dataset-wide tables of each subset that has a series, from what the steps recorded.
 * @param accepted the uuids of each subset's series, sorted
 * @param onSeries is shown the reports of each series as they pass: they are read once, for all tables
 */
export async function writeTables(
  out: Store,
  accepted: Record<Subset, string[]>,
  onSeries: (subset: Subset, reports: SeriesReports) => void,
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const subset of SUBSETS) {
    const shown = each(seriesReports(out, accepted[subset]), (reports) => {
      onSeries(subset, reports);
      return reports;
    });
    if (accepted[subset].length) outputs.push(...(await writeSubsetTables(out, subset, shown)));
  }
  return outputs;
}

/** All tables are written at once; when one cannot be, the others end with it. */
async function writeSubsetTables(
  out: Store,
  subset: Subset,
  series: AsyncGenerator<SeriesReports>,
): Promise<Output[]> {
  const stop = new AbortController();
  const readers = sideBySide(series, TABLES.length, stop.signal);
  const written = TABLES.map(async ([key, text], table) => {
    try {
      return await putOutput(out, key(subset), text(readers[table]));
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(written);
  return Promise.all(written);
}
