import { asDatasetError, type DatasetError, type ErrorCode } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import { rawKeys, type Subset } from '../pipeline/layout.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { OrthancClient } from './client.ts';
import type { OrthancSeries } from './find-series.ts';
import { countInstances, fileOf, instancesOf, type RemoteInstance, tagsOf } from './instances.ts';
import { type DownloadedSeries, entryOf, type Known, numbersOf, readKnown } from './series-entry.ts';

export interface DownloadOptions {
  /** The DICOM files, or one NIfTI volume a series. */
  format: 'dicom' | 'nifti';
  /** For NIfTI: interpolate series with uneven slice spacing instead of refusing them. */
  resample: boolean;
}

export interface DownloadEvents {
  onInstance(series: OrthancSeries, done: number, total: number): void;
  onSeries(entry: DownloadedSeries, fetched: number): void;
  onFailure(series: OrthancSeries, error: DatasetError): void;
}

/** A series to take, with where it belongs. */
export interface Wanted {
  series: OrthancSeries;
  instances: RemoteInstance[];
  patientId: number;
  studyId: number;
  subset: Subset | undefined;
  /** The entry of an earlier download. */
  before: DownloadedSeries | undefined;
  onInstance(): void;
}

/** How many instances are fetched at once; Orthanc answers some tens of requests in parallel by default. */
const CONCURRENT = 4;

/** Failures that the next series would meet too. */
const ENDS_ALL: ErrorCode[] = [
  'PACS_UNREACHABLE',
  'PACS_DENIED',
  'STORE_FULL',
  'STORE_DENIED',
  'STORE_UNREADABLE',
  'STORE_CONFLICT',
];

/**
 * Downloads series into the raw layout and keeps metadata/series.json up to date after each. What is there already is
 * not fetched again, so a cut-off download goes on where it stopped: DICOM files of the size the server tells, NIfTI
 * volumes made of as many instances. A series that vanished, or that cannot be converted, is reported and the others
 * go on; losing the server ends the download. Patients that patients.csv knows by their code keep its numbers.
 * @returns the entries of series.json
 */
export async function downloadSeries(
  client: OrthancClient,
  found: OrthancSeries[],
  raw: Store,
  options: DownloadOptions,
  events: DownloadEvents,
): Promise<DownloadedSeries[]> {
  const known = await readKnown(raw);
  for (const series of found) {
    try {
      const { entry, fetched } = await downloadOne(client, series, known, raw, options, events);
      const at = known.entries.findIndex(({ uuid }) => uuid === entry.uuid);
      if (at < 0) known.entries.push(entry);
      else known.entries[at] = entry;
      await raw.put(rawKeys.series, utf8(jsonText(known.entries)));
      events.onSeries(entry, fetched);
    } catch (error) {
      const failure = asDatasetError(error);
      if (ENDS_ALL.includes(failure.code)) throw failure;
      events.onFailure(series, failure);
    }
  }
  return known.entries;
}

async function downloadOne(
  client: OrthancClient,
  series: OrthancSeries,
  known: Known,
  raw: Store,
  { format, resample }: DownloadOptions,
  { onInstance }: DownloadEvents,
): Promise<{ entry: DownloadedSeries; fetched: number }> {
  const instances = await instancesOf(client, series);
  const numbers = numbersOf(series, known);
  let done = 0;
  const wanted: Wanted = {
    series,
    instances,
    ...numbers,
    subset: known.subsets.get(numbers.patientId),
    before: known.entries.find(({ uuid }) => uuid === series.uuid),
    onInstance: () => onInstance(series, ++done, instances.length),
  };
  let fetched: number;
  if (format === 'dicom') fetched = await takeDicom(client, wanted, raw);
  else {
    const { takeNifti } = await import('./take-nifti.ts');
    fetched = await takeNifti(client, wanted, raw, resample);
  }
  const status = (await countInstances(client, series)) === instances.length ? 'done' : 'incomplete';
  const tags = await tagsOf(client, instances[0]);
  return { fetched, entry: entryOf(series, numbers, status, instances.length, tags) };
}

/** @returns how many files were fetched */
async function takeDicom(client: OrthancClient, wanted: Wanted, raw: Store): Promise<number> {
  const { series, instances, patientId, studyId, onInstance } = wanted;
  const folder = `${rawKeys.dicom}${patientId}/${studyId}/${folderName(series)}/`;
  let fetched = 0;
  await mapConcurrently(instances, CONCURRENT, async (instance) => {
    const key = folder + instance.fileName;
    if ((await raw.head(key))?.bytes !== instance.bytes) {
      await raw.put(key, await fileOf(client, instance));
      fetched += 1;
    }
    onInstance();
  });
  return fetched;
}

/** A series' folder: its name as given, without what a path cannot hold; two of one name are told apart. */
function folderName({ name, uuid }: OrthancSeries): string {
  const safe = name
    .replace(/[/\\\0]/g, '_')
    .replace(/^\.+/, '_')
    .trim();
  return `${safe || 'series'} ${uuid.slice(-8)}`;
}
