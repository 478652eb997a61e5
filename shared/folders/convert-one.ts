import { convertSeries } from '../dicom/series.ts';
import { volumeFile } from '../pipeline/outputs.ts';
import { jsonText, utf8 } from '../store/json.ts';
import { openStore } from '../store/open-store.ts';
import type { Crew } from '../threads/shared-work.ts';
import { threadOf } from '../threads/thread.ts';

/** One series to convert, in words that pass between threads. */
export interface ConvertJob {
  uuid: string;
  subset: string;
  keys: string[];
  resample: boolean;
  dicom: string;
  out: string;
}

/** Converts one series and writes its report. */
export async function convertOne(
  { uuid, subset, keys, resample, ...stores }: ConvertJob,
  crew: Crew,
): Promise<true> {
  const [dicom, out] = [await openStore(stores.dicom), await openStore(stores.out)];
  const files = keys.map((key) => ({ key, read: () => dicom.get(key) }));
  const { volume, report } = await convertSeries(files, { expectedSeriesUid: uuid, resample, crew });
  await out.put(`${subset}/images/${uuid}.nii.gz`, await volumeFile(volume, 'ct', crew));
  await out.put(`reports/series/${uuid}.json`, utf8(jsonText(report)));
  return true;
}

export default threadOf(convertOne);
