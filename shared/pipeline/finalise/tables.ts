import type { Store } from '../../store/store.ts';
import { csvStream, jsonListStream, jsonObjectStream } from '../../tables/stream.ts';
import { DENSITY_EDGES_HU } from '../../volume/statistics.ts';
import type { Verdict } from '../collect.ts';
import { outKeys, SUBSETS, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output, StepName } from '../step.ts';
import type { SeriesStatistics } from '../steps/statistics.ts';
import { recordsOf } from './series-records.ts';

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

/** The dataset-wide tables of each subset that has a series, from what the steps recorded; verdicts by uuid. */
export async function writeTables(out: Store, accepted: Verdict[]): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const subset of SUBSETS) {
    const verdicts = accepted.filter((verdict) => verdict.subset === subset);
    if (verdicts.length) outputs.push(...(await writeSubsetTables(out, subset, verdicts)));
  }
  return outputs;
}

async function writeSubsetTables(out: Store, subset: Subset, verdicts: Verdict[]): Promise<Output[]> {
  async function* from<T>(step: StepName, of: (report: Row) => T): AsyncGenerator<T> {
    for await (const { record } of recordsOf(out, verdicts, step)) yield of(record.report);
  }
  const statistics = <T>(of: (statistics: SeriesStatistics) => T) =>
    from('statistics', (report) => of(report as unknown as SeriesStatistics));
  const densities = statistics(({ stats, density }): [string, unknown] => [
    String(stats.filename),
    { density, bins: DENSITY_EDGES_HU },
  ]);
  const tables: [key: string, body: AsyncIterable<Uint8Array>][] = [
    [
      outKeys.stats(subset),
      csvStream(
        STATS_COLUMNS,
        statistics(({ stats }) => [stats]),
      ),
    ],
    [
      outKeys.resolution(subset),
      csvStream(
        RESOLUTION_COLUMNS,
        statistics(({ resolution }) => [resolution]),
      ),
    ],
    [outKeys.headers(subset), jsonListStream(statistics(({ header }) => header))],
    [outKeys.densities(subset), jsonObjectStream(densities)],
    [
      outKeys.masksResults(subset),
      csvStream(
        MASKS_COLUMNS,
        from('instances', (report) => [report.summary as Row]),
      ),
    ],
    [
      outKeys.objectsResults(subset),
      csvStream(
        OBJECTS_COLUMNS,
        from('instances', (report) => report.objects as Row[]),
      ),
    ],
    [
      outKeys.features(subset),
      csvStream(
        FEATURES_COLUMNS,
        from('features', (report) => report.rows as Row[]),
      ),
    ],
  ];
  const outputs: Output[] = [];
  for (const [key, body] of tables) outputs.push(await putOutput(out, key, body));
  return outputs;
}
