import { jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { finalPatients, finalRecist, finalSeries, finalWindows } from '../../tables/final-metadata.ts';
import { PATIENT_COLUMNS, RECIST_COLUMNS, readWindows, streamSeries } from '../../tables/metadata.ts';
import { streamCsv } from '../../tables/read-stream.ts';
import { jsonListStream, publishedCsv } from '../../tables/stream.ts';
import { outKeys, rawKeys } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';

/**
 * Raw tables -> `final/metadata/` and `final/recist_measurements.csv`: every table cut down to the accepted series and
 * their patients.
 * @param sliceSpacingsMm of the accepted series, by uuid
 */
export async function writeMetadata(
  raw: Store,
  out: Store,
  sliceSpacingsMm: Map<string, number>,
): Promise<Output[]> {
  const uuids = new Set<string>();
  const patientIds = new Set<number>();
  async function* series() {
    for await (const entry of streamSeries(raw, rawKeys.series)) {
      const spacingMm = sliceSpacingsMm.get(entry.uuid);
      if (spacingMm === undefined) continue;
      uuids.add(entry.uuid);
      patientIds.add(entry.patient_id);
      yield finalSeries(entry, spacingMm);
    }
  }
  const outputs = [await putOutput(out, outKeys.series, jsonListStream(series()))];
  const patients = await streamCsv(raw, rawKeys.patients, PATIENT_COLUMNS);
  const publishedPatients = publishedCsv(patients.rows, finalPatients(patients.columns, patientIds));
  outputs.push(await putOutput(out, outKeys.patients, publishedPatients));
  const windows = finalWindows(await readWindows(raw, rawKeys.windows), uuids);
  outputs.push(await putOutput(out, outKeys.windows, utf8(jsonText(windows))));
  if (await raw.head(rawKeys.recist)) {
    const recist = await streamCsv(raw, rawKeys.recist, RECIST_COLUMNS);
    const publishedRecist = publishedCsv(recist.rows, finalRecist(recist.columns, uuids));
    outputs.push(await putOutput(out, outKeys.recist, publishedRecist));
  } else await out.delete(outKeys.recist);
  return outputs;
}
