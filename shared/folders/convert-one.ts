import { convertSeries } from '../dicom/series.ts';
import { putVolume } from '../pipeline/outputs.ts';
import { failureOf } from '../pipeline/provenance.ts';
import type { Failure } from '../pipeline/step.ts';
import { jsonText, utf8 } from '../store/json.ts';
import { openStore } from '../store/open-store.ts';

/** One series to convert, in words that pass between threads. */
export interface ConvertJob {
  uuid: string;
  subset: string;
  keys: string[];
  resample: boolean;
  dicom: string;
  out: string;
}

/**
 * Converts one series and writes its report; the entry of a worker thread, and called as it is without threads. A
 * typed failure is returned, as it would lose its type between threads.
 */
export default async function convertOne(job: ConvertJob): Promise<Failure | undefined> {
  const { uuid, subset, keys, resample } = job;
  try {
    const [dicom, out] = [await openStore(job.dicom), await openStore(job.out)];
    const files = keys.map((key) => ({ key, read: () => dicom.get(key) }));
    const { volume, report } = await convertSeries(files, { expectedSeriesUid: uuid, resample });
    await putVolume(out, `${subset}/images/${uuid}.nii.gz`, volume, 'ct');
    await out.put(`reports/series/${uuid}.json`, utf8(jsonText(report)));
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
