import { DatasetError } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import { indexDicom } from '../pipeline/dicom-index.ts';
import { failureOf } from '../pipeline/provenance.ts';
import type { Failure } from '../pipeline/step.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../tables/csv.ts';
import { type SeriesEntry, subsetsOf } from '../tables/metadata.ts';
import { entryBeside, ThreadPool } from '../threads/thread-pool.ts';
import { type ConvertJob, convertOne } from './convert-one.ts';
import type { FolderOutcome } from './each-file.ts';

export interface ConvertFolderOptions {
  series: SeriesEntry[];
  patients: Table;
  resample: boolean;
  /** Series at a time, each in a thread of its own. */
  jobs: number;
}

/**
 * DICOM below a folder -> `<subset>/images/<uuid>.nii.gz` for each series of series.json that is there, with a report
 * of each conversion under `reports/series/` and what failed in `reports/quarantine.json`.
 */
export async function convertFolder(
  dicom: Store,
  out: Store,
  options: ConvertFolderOptions,
  onDone: (uuid: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const threads = new ThreadPool({
    entry: entryBeside(import.meta.url, 'convert-one'),
    threads: options.jobs,
    here: convertOne,
  });
  const outcome: FolderOutcome = { done: [], failed: [] };
  try {
    const { uuids, jobOf } = await planOf(dicom, out, options);
    await mapConcurrently(uuids, options.jobs, async (uuid) => {
      try {
        await threads.run(await jobOf(uuid));
        outcome.done.push(uuid);
        onDone(uuid);
      } catch (error) {
        const failure = failureOf(error);
        outcome.failed.push({ name: uuid, ...failure });
        onDone(uuid, failure);
      }
    });
  } finally {
    await threads.close();
  }
  const quarantine = outcome.failed.map(({ name, ...failure }) => ({
    uuid: name,
    step: 'convert',
    ...failure,
  }));
  await out.put('reports/quarantine.json', utf8(jsonText(quarantine)));
  return outcome;
}

/** The series listed, those with most bytes first, and what there is to do for each. */
async function planOf(dicom: Store, out: Store, { series, patients, resample }: ConvertFolderOptions) {
  const index = await indexDicom(dicom, out, { below: '' });
  const bytes = index.series();
  const listed = new Map(series.map(({ uuid, patient_id }) => [uuid, patient_id]));
  const subsets = subsetsOf(patients);
  return {
    uuids: [...listed.keys()].sort((a, b) => (bytes.get(b) ?? 0) - (bytes.get(a) ?? 0) || (a < b ? -1 : 1)),
    async jobOf(uuid: string): Promise<ConvertJob> {
      const subset = subsets.get(listed.get(uuid)!);
      if (!subset)
        throw new DatasetError('PATIENT_UNKNOWN', `patient ${listed.get(uuid)} of the series has no subset`);
      const keys = (await index.filesOf(uuid)).map(({ key }) => key);
      if (keys.length === 0) throw new DatasetError('DICOM_MISSING', 'no DICOM file of the series was found');
      return { uuid, subset, keys, resample, dicom: dicom.url, out: out.url };
    },
  };
}
