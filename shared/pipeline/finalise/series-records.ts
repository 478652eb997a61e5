import type { Store } from '../../store/store.ts';
import { prefetch } from '../concurrency.ts';
import { readRecord } from '../provenance.ts';
import type { StepName } from '../step.ts';
import type { SeriesStatistics } from '../steps/statistics.ts';

type Row = Record<string, unknown>;

/** What the steps of an accepted series recorded for the dataset-wide tables. */
export interface SeriesReports {
  uuid: string;
  statistics: SeriesStatistics;
  instances: { summary: Record<string, number | string>; objects: Row[] };
  features: { rows: Row[] };
}

/** Series read ahead; each is three requests. */
const AHEAD = 16;

/** The reports of each of these accepted series, in the order given, a few read ahead. */
export async function* seriesReports(out: Store, uuids: Iterable<string>): AsyncGenerator<SeriesReports> {
  const reportOf = async <T>(uuid: string, step: StepName): Promise<T> => {
    const record = await readRecord(out, uuid, step);
    if (!record) throw new Error(`the record of ${step} of ${uuid} vanished; run again`);
    return record.report as T;
  };
  yield* prefetch(uuids, AHEAD, async (uuid) => {
    const [statistics, instances, features] = await Promise.all([
      reportOf<SeriesReports['statistics']>(uuid, 'statistics'),
      reportOf<SeriesReports['instances']>(uuid, 'instances'),
      reportOf<SeriesReports['features']>(uuid, 'features'),
    ]);
    return { uuid, statistics, instances, features };
  });
}
