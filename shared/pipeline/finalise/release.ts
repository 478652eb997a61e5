import { crc32 } from 'node:zlib';
import { ARCHIVE_ROOT, memberOf, prefixed } from '../../release/layout.ts';
import { type ZipMember, zipArchive } from '../../release/zip-writer.ts';
import { jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { outKeys, SUBSETS, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import { type FinalMetadata, tableText } from './metadata.ts';

/** `final/` -> `final-formatted.zip`: sorted by region, file names prefixed with the patient. */
export async function writeRelease(out: Store, metadata: FinalMetadata, written: Output[]): Promise<Output> {
  const outputs = new Map(written.map((output) => [output.key, output]));
  const members = metadata.series.flatMap((series) => seriesMembers(series, outputs, out));
  for (const [name, text] of Object.entries(releaseTables(metadata))) members.push(textMember(name, text));
  return putOutput(out, outKeys.archive, zipArchive(members));
}

function seriesMembers(
  series: Record<string, unknown>,
  outputs: Map<string, Output>,
  out: Store,
): ZipMember[] {
  const uuid = String(series.uuid);
  const patientId = Number(series.patient_id);
  const subset = SUBSETS.find((one) => outputs.has(outKeys.image(one, uuid))) as Subset;
  const place = { region: String(series.region), subset, patientId, uuid };
  const files = [
    ['images', outKeys.image(subset, uuid)],
    ['masks', outKeys.mask(subset, uuid)],
    ['labels', outKeys.labels(subset, uuid)],
  ] as const;
  return files.map(([kind, key]) => {
    const { bytes, crc32 } = outputs.get(key)!;
    return { name: memberOf(kind, place), bytes, crc32, open: () => out.stream(key) };
  });
}

/** The tables as published: file names in them are the ones the archive has. */
function releaseTables({ series, patients, windows, recist }: FinalMetadata): Record<string, string> {
  const patientOf = new Map(series.map((entry) => [String(entry.uuid), Number(entry.patient_id)]));
  const renamed = (filename: string) =>
    prefixed(patientOf.get(filename.replace(/\.nii\.gz$/, ''))!, filename);
  const tables: Record<string, string> = {
    'metadata/series.json': jsonText(series),
    'metadata/patients.csv': tableText(patients),
    'metadata/windows_mapping.json': jsonText(
      Object.fromEntries(Object.entries(windows).map(([filename, window]) => [renamed(filename), window])),
    ),
  };
  if (recist) {
    const rows = recist.rows.map((row) => ({ ...row, filename: renamed(row.filename) }));
    tables['recist_measurements.csv'] = tableText({ ...recist, rows });
  }
  return tables;
}

function textMember(name: string, text: string): ZipMember {
  const bytes = utf8(text);
  return { name: ARCHIVE_ROOT + name, bytes: bytes.length, crc32: crc32(bytes), open: () => [bytes] };
}
