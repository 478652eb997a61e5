import { getText, jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { csvHeader, csvRows, parseCsv, type Table } from '../../tables/csv.ts';
import { finalPatients, finalRecist, finalSeries, finalWindows } from '../../tables/final-metadata.ts';
import { RECIST_COLUMNS, readPatients, readSeries, readWindows } from '../../tables/metadata.ts';
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
  const { output, uuids, patientIds } = await writeSeries(raw, out, sliceSpacingsMm);
  const patients = finalPatients(await readPatients(raw, rawKeys.patients), patientIds);
  const windows = finalWindows(await readWindows(raw, rawKeys.windows), uuids);
  const outputs = [
    output,
    await putOutput(out, outKeys.patients, utf8(tableText(patients))),
    await putOutput(out, outKeys.windows, utf8(jsonText(windows))),
  ];
  if (await raw.head(rawKeys.recist)) {
    const recist = parseCsv(await getText(raw, rawKeys.recist), rawKeys.recist, RECIST_COLUMNS);
    outputs.push(await putOutput(out, outKeys.recist, utf8(tableText(finalRecist(recist, uuids)))));
  } else await out.delete(outKeys.recist);
  return outputs;
}

async function writeSeries(raw: Store, out: Store, sliceSpacingsMm: Map<string, number>) {
  const entries = await readSeries(raw, rawKeys.series);
  const present = entries.filter(({ uuid }) => sliceSpacingsMm.has(uuid));
  const series = present.map((entry) => finalSeries(entry, sliceSpacingsMm.get(entry.uuid)!));
  return {
    output: await putOutput(out, outKeys.series, utf8(jsonText(series))),
    uuids: new Set(present.map(({ uuid }) => uuid)),
    patientIds: new Set(present.map(({ patient_id }) => patient_id)),
  };
}

export function tableText({ columns, rows }: Table): string {
  return csvHeader(columns) + csvRows(columns, rows);
}
