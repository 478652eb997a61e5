import { DatasetError } from '../errors.ts';
import { type FeatureOptions, featuresOf } from '../lesions/features.ts';
import { readNifti } from '../nifti/read.ts';
import { axesPicture } from '../pictures/axes-picture.ts';
import type { DisplayWindow } from '../pictures/display-window.ts';
import { FEATURES_COLUMNS } from '../pipeline/finalise/tables.ts';
import type { Failure } from '../pipeline/step.ts';
import { Labels } from '../pipeline/steps/instances.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows } from '../tables/csv.ts';
import { geometryDifference } from '../volume/geometry.ts';
import { type FolderOutcome, forEach, namesIn } from './each-file.ts';

/**
 * CTs, masks of lesion instances and their labels -> lesions_features.csv, and axes/<uuid>_label_<id>.png of every
 * lesion with an axis when `shown` gives the CTs a display window.
 */
export async function featuresFolder(
  stores: { cts: Store; masks: Store; labels: Store; out: Store },
  options: FeatureOptions,
  shown: DisplayWindow | undefined,
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const { cts, masks, labels, out } = stores;
  const rows: Record<string, unknown>[] = [];
  const measure = async (name: string) => {
    const filename = `${name}.nii.gz`;
    const mask = readNifti(await masks.get(filename), filename);
    const ct = readNifti(await cts.get(filename), filename);
    const difference = geometryDifference(ct, mask);
    if (difference) {
      throw new DatasetError('GEOMETRY_MISMATCH', `${filename}: CT and mask have ${difference}`, {
        keys: [filename],
      });
    }
    const descriptions = await getJson(labels, `${name}.json`, Labels, 'LABELS_UNREADABLE');
    const features = featuresOf(ct, mask, descriptions, options);
    if (shown) {
      const window = shown(filename);
      for (const lesion of features.axes)
        await out.put(`axes/${name}_label_${lesion.label}.png`, axesPicture(ct, mask, lesion, window));
    }
    for (const row of features.rows) rows.push({ filename, ...row });
  };
  const outcome = await forEach(await namesIn(masks, '.nii.gz'), measure, onDone);
  await out.put('lesions_features.csv', utf8(csvHeader(FEATURES_COLUMNS) + csvRows(FEATURES_COLUMNS, rows)));
  return outcome;
}
