import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { type FeatureOptions, featuresOf } from '../lesions/features.ts';
import { instancesOf } from '../lesions/instances.ts';
import { readNifti } from '../nifti/read.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import type { Volume } from '../volume/volume.ts';
import { type FoundMask, ruleFor, type Segment } from './discover.ts';

/** other_datasets.json; a lesion value of -1 is any voxel that is not 0. */
export const OtherDatasets = z.array(
  z.object({ dataset_name: z.string(), path_to_masks: z.string(), lesion_label_value: z.int() }),
);
export type OtherDataset = z.output<typeof OtherDatasets>[number];

const Meta = z.object({
  segmentAttributes: z.array(
    z.array(z.object({ labelID: z.int(), SegmentDescription: z.optional(z.string()) })),
  ),
});

export const OTHER_COLUMNS = [
  'dataset',
  'patient',
  'study',
  'filename',
  'voxels_count',
  'slices_count',
  'volume_mm3',
  'volume_ml',
  'label_value',
  'major_axis_mm',
  'minor_axis_mm',
  'major_axis_slice_idx',
  'method',
  'unconnected_strategy',
];

/**
 * The lesions of one dataset: its masks by its discovery rule, and of each mask the 26-connected components of the
 * lesion value, measured as the lesions of this dataset are. `label_value` numbers the components of a mask.
 * @param masks the folder that `path_to_masks` names
 * @throws USAGE for a dataset without a rule, or one where no mask is found
 */
export async function lesionsOf(
  masks: Store,
  { dataset_name, lesion_label_value }: OtherDataset,
  options: FeatureOptions,
): Promise<Record<string, unknown>[]> {
  const rule = ruleFor(dataset_name);
  if (!rule) throw new DatasetError('USAGE', `no rule says where ${dataset_name} keeps its masks`);
  const keys: string[] = [];
  for await (const { key } of masks.list('')) keys.push(key);
  const known = new Set(keys);
  const segments = async (key: string): Promise<Segment[] | undefined> =>
    known.has(key) ? (await getJson(masks, key, Meta)).segmentAttributes.flat() : undefined;
  const found = await rule(keys.sort(), segments);
  if (found.length === 0) {
    throw new DatasetError('USAGE', `${masks.url} holds no lesion mask in the layout of ${dataset_name}`);
  }
  const rows: Record<string, unknown>[] = [];
  for (const mask of found)
    rows.push(...(await measured(masks, mask, dataset_name, lesion_label_value, options)));
  return rows;
}

async function measured(
  masks: Store,
  { key, patient, study }: FoundMask,
  dataset: string,
  lesionValue: number,
  options: FeatureOptions,
): Promise<Record<string, unknown>[]> {
  const lesions = binary(readNifti(await masks.get(key), key), lesionValue);
  if (!lesions.voxels.includes(1)) return [];
  const everyOne = { minSize: 0, minSizeUnits: 'voxels', minSlices: 0 } as const;
  const { mask, labels } = instancesOf(lesions, { 1: 'lesion' }, everyOne, (description) => description);
  return featuresOf(mask, mask, labels, options).rows.map((row) => ({
    ...row,
    dataset,
    patient,
    study,
    filename: key,
    volume_mm3: row.volume_ml * 1000,
  }));
}

function binary(volume: Volume, value: number): Volume {
  const isLesion = value === -1 ? (v: number) => v !== 0 : (v: number) => v === value;
  const voxels = new Uint8Array(volume.voxels.length);
  for (let v = 0; v < voxels.length; v++) {
    if (isLesion(volume.voxels[v] * volume.slope + volume.intercept)) voxels[v] = 1;
  }
  return { ...volume, voxels, slope: 1, intercept: 0 };
}

/** Writes other_datasets_lesions_info.csv. */
export async function putLesions(out: Store, rows: Record<string, unknown>[]): Promise<void> {
  const text = csvHeader(OTHER_COLUMNS) + csvRows(OTHER_COLUMNS, rows);
  await out.put('other_datasets_lesions_info.csv', utf8(text));
}
