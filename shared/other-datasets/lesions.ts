import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { type FeatureOptions, featuresOf } from '../lesions/features.ts';
import { instancesOf } from '../lesions/instances.ts';
import { readNifti } from '../nifti/read.ts';
import { failureOf } from '../pipeline/provenance.ts';
import type { Failure } from '../pipeline/step.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import { type FoundMask, type Rule, ruleFor, type Segment } from './discover.ts';
import { lesionMask } from './lesion-mask.ts';

/** other_datasets.json; a lesion value of -1 is any voxel that is not 0. */
export const OtherDatasets = z.array(
  z.object({ dataset_name: z.string(), path_to_masks: z.string(), lesion_label_value: z.int() }),
);
export type OtherDataset = z.output<typeof OtherDatasets>[number];

/** What dcmqi's segimage2itkimage writes beside the segments: a list of segments for each input image. */
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

/** What was measured in a dataset, and what could not be. */
export interface DatasetLesions {
  masks: number;
  /** Rows of other_datasets_lesions_info.csv. */
  rows: Record<string, unknown>[];
  failures: Failure[];
}

/** @throws USAGE, which names every dataset of the list that no rule is known for */
export function checkNames(datasets: OtherDataset[]): void {
  const unknown = datasets.map(({ dataset_name }) => dataset_name).filter((name) => !ruleFor(name));
  if (unknown.length === 0) return;
  throw new DatasetError(
    'USAGE',
    `no rule says where the masks are of ${unknown.join(', ')}; a dataset_name holds one of PET-CT, Adrenal, GLIS-RT, HCC-TACE, KiTS, LNQ, Mediastinal-Lymph-Node, Lymph-Nodes, NSCLC, MSD or Task, KiPA`,
  );
}

/**
 * The lesions of one dataset: its masks by its discovery rule, and of each mask the 26-connected components of the
 * lesion value, measured as the lesions of this dataset are, in axial slices. `label_value` numbers the components of
 * a mask. A mask that cannot be read is a failure and stops none of the others.
 * @param masks the folder that `path_to_masks` names
 * @throws USAGE for a dataset without a rule
 */
export async function lesionsOf(
  masks: Store,
  dataset: OtherDataset,
  options: FeatureOptions,
): Promise<DatasetLesions> {
  checkNames([dataset]);
  const result: DatasetLesions = { masks: 0, rows: [], failures: [] };
  try {
    for (const mask of await findMasks(masks, dataset.dataset_name, ruleFor(dataset.dataset_name)!)) {
      result.masks++;
      try {
        result.rows.push(...(await measured(masks, mask, dataset, options)));
      } catch (error) {
        result.failures.push(failureOf(error));
      }
    }
  } catch (error) {
    result.failures.push(failureOf(error));
  }
  return result;
}

async function findMasks(masks: Store, datasetName: string, rule: Rule): Promise<FoundMask[]> {
  const keys: string[] = [];
  for await (const { key } of masks.list('')) keys.push(key);
  const known = new Set(keys);
  const segments = async (key: string): Promise<Segment[] | undefined> =>
    known.has(key) ? (await getJson(masks, key, Meta)).segmentAttributes.flat() : undefined;
  const found = await rule(keys.sort(), segments);
  if (found.length) return found;
  const message = `${masks.url} holds no lesion mask in the layout of ${datasetName}; docs/other-datasets.md shows each`;
  throw new DatasetError('MASK_MISSING', message);
}

async function measured(
  masks: Store,
  { key, patient, study }: FoundMask,
  { dataset_name: dataset, lesion_label_value: value }: OtherDataset,
  options: FeatureOptions,
): Promise<Record<string, unknown>[]> {
  const lesions = lesionMask(readNifti(await masks.get(key), key), value);
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

/** Writes other_datasets_lesions_info.csv. */
export async function putLesions(out: Store, rows: Record<string, unknown>[]): Promise<void> {
  const text = csvHeader(OTHER_COLUMNS) + csvRows(OTHER_COLUMNS, rows);
  await out.put('other_datasets_lesions_info.csv', utf8(text));
}
