import { convertSeries } from '../dicom/series.ts';
import { outKeys } from '../pipeline/layout.ts';
import { putVolume } from '../pipeline/outputs.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { OrthancClient } from './client.ts';
import type { Wanted } from './download.ts';
import { fileOf } from './instances.ts';

/**
 * Converts a series while it is fetched: `images/nifti/[<subset>/]images/<uuid>.nii.gz`, the same volume that `convert`
 * makes of its DICOM files, with the report of the conversion. No DICOM file is kept.
 * @returns how many files were fetched
 * @throws the codes of DICOM series in `errors.ts`
 */
export async function takeNifti(
  client: OrthancClient,
  { series, instances, subset, before, onInstance }: Wanted,
  raw: Store,
  resample: boolean,
): Promise<number> {
  const key = `images/nifti/${subset ? `${subset}/` : ''}images/${series.uuid}.nii.gz`;
  const whole = before?.status === 'done' && before.slices === instances.length;
  if (whole && (await raw.head(key))) return 0;
  const files = instances.map((instance) => ({
    key: instance.fileName,
    read: async () => {
      const bytes = await fileOf(client, instance);
      onInstance();
      return bytes;
    },
  }));
  const { volume, report } = await convertSeries(files, { expectedSeriesUid: series.uuid, resample });
  await putVolume(raw, key, volume, 'ct');
  await raw.put(outKeys.seriesReport(series.uuid), utf8(jsonText(report)));
  return instances.length;
}
