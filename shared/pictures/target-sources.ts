import { readNifti } from '../nifti/read.ts';
import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import { Labels } from '../pipeline/steps/instances.ts';
import { getJson, getText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { parseCsv, type Table } from '../tables/csv.ts';
import { readWindows } from '../tables/metadata.ts';
import type { Volume } from '../volume/volume.ts';
import { type DisplayWindow, displayWindow } from './display-window.ts';

/** A series with its lesion instances and their descriptions. */
export interface SeriesLesions {
  ct: Volume;
  mask: Volume;
  labels: Record<string, string>;
}

/** What pictures of RECIST targets are made from. */
export interface TargetSources {
  recist: Table;
  features: Table;
  window: DisplayWindow;
  /** Whether a series is here; RECIST rows of other series are left out. */
  has(uuid: string): Promise<boolean>;
  load(uuid: string): Promise<SeriesLesions>;
}

/** @throws TABLE_UNREADABLE */
export async function readTargets(store: Store, key: string): Promise<Table> {
  return parseCsv(await getText(store, key), key, ['filename', 'lesion_label_value']);
}

/** @throws TABLE_UNREADABLE */
export async function readFeatures(store: Store, key: string): Promise<Table> {
  return parseCsv(await getText(store, key), key, [
    'filename',
    'label_value',
    'label_description',
    'major_axis_mm',
    'minor_axis_mm',
    'method',
    'unconnected_strategy',
  ]);
}

/** The OUT of a build: both subsets. */
export async function sourcesOfBuild(out: Store): Promise<TargetSources> {
  const features: Table = { columns: [], rows: [] };
  for (const subset of SUBSETS) {
    const key = outKeys.features(subset);
    if (!(await out.head(key))) continue;
    const { columns, rows } = await readFeatures(out, key);
    features.columns = columns;
    features.rows.push(...rows);
  }
  const subsetOf = async (uuid: string) => {
    for (const subset of SUBSETS) if (await out.head(outKeys.mask(subset, uuid))) return subset;
    return undefined;
  };
  return {
    recist: await readTargets(out, outKeys.recist),
    features,
    window: displayWindow(await readWindows(out, outKeys.windows)),
    has: async (uuid) => (await subsetOf(uuid)) !== undefined,
    load: async (uuid) => {
      const subset = (await subsetOf(uuid)) ?? SUBSETS[0];
      return loadSeries(
        [out, outKeys.image(subset, uuid)],
        [out, outKeys.mask(subset, uuid)],
        [out, outKeys.labels(subset, uuid)],
      );
    },
  };
}

/** Folders of CTs, masks of lesion instances and labels, and tables from anywhere. */
export function sourcesOfFolders(
  { cts, masks, labels }: { cts: Store; masks: Store; labels: Store },
  tables: Pick<TargetSources, 'recist' | 'features' | 'window'>,
): TargetSources {
  return {
    ...tables,
    has: async (uuid) => (await masks.head(`${uuid}.nii.gz`)) !== undefined,
    load: (uuid) => loadSeries([cts, `${uuid}.nii.gz`], [masks, `${uuid}.nii.gz`], [labels, `${uuid}.json`]),
  };
}

type Place = [store: Store, key: string];

async function loadSeries(ct: Place, mask: Place, labels: Place): Promise<SeriesLesions> {
  const volumeAt = async ([store, key]: Place) => readNifti(await store.get(key), key);
  return {
    ct: await volumeAt(ct),
    mask: await volumeAt(mask),
    labels: await getJson(...labels, Labels, 'LABELS_UNREADABLE'),
  };
}
