import { convertSeries } from '../dicom/series.ts';
import { DatasetError } from '../errors.ts';
import { indexDicom } from '../pipeline/dicom-index.ts';
import { putVolume } from '../pipeline/outputs.ts';
import type { Failure } from '../pipeline/step.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import type { Table } from '../tables/csv.ts';
import { type SeriesEntry, subsetsOf } from '../tables/metadata.ts';
import { type FolderOutcome, forEach } from './each-file.ts';

/**
 * DICOM below a folder -> `<subset>/images/<uuid>.nii.gz` for each series of series.json, with a report of each
 * conversion under `reports/series/` and what failed in `reports/quarantine.json`.
 */
export async function convertFolder(
  dicom: Store,
  out: Store,
  { series, patients, resample }: { series: SeriesEntry[]; patients: Table; resample: boolean },
  onDone: (uuid: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const index = await indexDicom(dicom, out, '');
  const subsets = subsetsOf(patients);
  const patientOf = new Map(series.map(({ uuid, patient_id }) => [uuid, patient_id]));
  const convert = async (uuid: string) => {
    const subset = subsets.get(patientOf.get(uuid)!);
    if (!subset)
      throw new DatasetError('PATIENT_UNKNOWN', `patient ${patientOf.get(uuid)} of the series has no subset`);
    const sources = await index.filesOf(uuid);
    if (sources.length === 0)
      throw new DatasetError('DICOM_MISSING', 'no DICOM file of the series was found');
    const files = sources.map(({ key }) => ({ key, read: () => dicom.get(key) }));
    const { volume, report } = await convertSeries(files, { expectedSeriesUid: uuid, resample });
    await putVolume(out, `${subset}/images/${uuid}.nii.gz`, volume, 'ct');
    await out.put(`reports/series/${uuid}.json`, utf8(jsonText(report)));
  };
  const outcome = await forEach([...new Set(series.map(({ uuid }) => uuid))].sort(), convert, onDone);
  const quarantine = outcome.failed.map(({ name, ...failure }) => ({
    uuid: name,
    step: 'convert',
    ...failure,
  }));
  await out.put('reports/quarantine.json', utf8(jsonText(quarantine)));
  return outcome;
}
