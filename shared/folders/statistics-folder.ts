import { headerFields } from '../nifti/header-fields.ts';
import { readNifti } from '../nifti/read.ts';
import { RESOLUTION_COLUMNS, STATS_COLUMNS } from '../pipeline/finalise/tables.ts';
import type { Failure } from '../pipeline/step.ts';
import { type SeriesStatistics, seriesStatistics } from '../pipeline/steps/statistics.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import { DENSITY_EDGES_HU } from '../volume/statistics.ts';
import { type FolderOutcome, forEach, namesIn } from './each-file.ts';
import { npyFloat64 } from './npy.ts';

/** CTs -> stats.csv, resolution.csv, metadata.json, densities.json, and on request densities as .npy. */
export async function statisticsFolder(
  images: Store,
  out: Store,
  { npy }: { npy: boolean },
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const all: SeriesStatistics[] = [];
  const outcome = await forEach(
    await namesIn(images, '.nii.gz'),
    async (name) => {
      const filename = `${name}.nii.gz`;
      const image = readNifti(await images.get(filename), filename);
      all.push({ ...seriesStatistics(image, filename), header: { filename, ...headerFields(image.header) } });
    },
    onDone,
  );
  const csv = (columns: string[], rows: Record<string, unknown>[]) =>
    utf8(csvHeader(columns) + csvRows(columns, rows));
  await out.put(
    'stats.csv',
    csv(
      STATS_COLUMNS,
      all.map(({ stats }) => stats),
    ),
  );
  await out.put(
    'resolution.csv',
    csv(
      RESOLUTION_COLUMNS,
      all.map(({ resolution }) => resolution),
    ),
  );
  await out.put('metadata.json', utf8(jsonText(all.map(({ header }) => header))));
  const densities = all.map(({ stats, density }) => [stats.filename, { density, bins: DENSITY_EDGES_HU }]);
  await out.put('densities.json', utf8(jsonText(Object.fromEntries(densities))));
  if (npy) await out.put('densities.npy', npyFloat64(all.map(({ density }) => density)));
  return outcome;
}
