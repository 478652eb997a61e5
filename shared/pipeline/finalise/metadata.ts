import { getText, jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { csvHeader, csvRows, parseCsv, type Table } from '../../tables/csv.ts';
import { finalPatients, finalRecist, finalSeries, finalWindows } from '../../tables/final-metadata.ts';
import { RECIST_COLUMNS, readPatients, readSeries, readWindows } from '../../tables/metadata.ts';
import { outKeys, rawKeys } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';

/** The metadata of what is published: every table cut down to the accepted series and their patients. */
export interface FinalMetadata {
  series: Record<string, unknown>[];
  patients: Table;
  windows: Record<string, string>;
  recist: Table | undefined;
}

/**
 * Raw tables -> `final/metadata/` and `final/recist_measurements.csv`.
 * @param sliceSpacingsMm of the accepted series, by uuid
 */
export async function writeMetadata(
  raw: Store,
  out: Store,
  sliceSpacingsMm: Map<string, number>,
): Promise<{ metadata: FinalMetadata; outputs: Output[] }> {
  const metadata = await finalMetadata(raw, sliceSpacingsMm);
  const outputs = [
    await putOutput(out, outKeys.series, utf8(jsonText(metadata.series))),
    await putOutput(out, outKeys.patients, utf8(tableText(metadata.patients))),
    await putOutput(out, outKeys.windows, utf8(jsonText(metadata.windows))),
  ];
  if (metadata.recist) outputs.push(await putOutput(out, outKeys.recist, utf8(tableText(metadata.recist))));
  return { metadata, outputs };
}

async function finalMetadata(raw: Store, sliceSpacingsMm: Map<string, number>): Promise<FinalMetadata> {
  const entries = await readSeries(raw, rawKeys.series);
  const present = entries.filter(({ uuid }) => sliceSpacingsMm.has(uuid));
  const uuids = new Set(present.map(({ uuid }) => uuid));
  const recist = (await raw.head(rawKeys.recist))
    ? parseCsv(await getText(raw, rawKeys.recist), rawKeys.recist, RECIST_COLUMNS)
    : undefined;
  return {
    series: present.map((entry) => finalSeries(entry, sliceSpacingsMm.get(entry.uuid)!)),
    patients: finalPatients(
      await readPatients(raw, rawKeys.patients),
      new Set(present.map(({ patient_id }) => patient_id)),
    ),
    windows: finalWindows(await readWindows(raw, rawKeys.windows), uuids),
    recist: recist && finalRecist(recist, uuids),
  };
}

export function tableText({ columns, rows }: Table): string {
  return csvHeader(columns) + csvRows(columns, rows);
}
