import { crc32 } from 'node:zlib';
import { DatasetInfo } from '../../release/dataset-info.ts';
import { archiveDocuments, croissant, type ReleaseCounts } from '../../release/documents.ts';
import { ARCHIVE_ROOT, memberOf, prefixed } from '../../release/layout.ts';
import { type ZipMember, zipArchive } from '../../release/zip-writer.ts';
import { getJson, jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { outKeys, rawKeys, SUBSETS } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import { type FinalMetadata, tableText } from './metadata.ts';

/** What the archive needs to know of a file in `final/`. */
type File = Pick<Output, 'key' | 'bytes' | 'crc32'>;

/** What the raw folder tells of the dataset as a whole; everything has a default. */
export async function readDatasetInfo(raw: Store): Promise<DatasetInfo> {
  return (await raw.head(rawKeys.dataset))
    ? getJson(raw, rawKeys.dataset, DatasetInfo)
    : DatasetInfo.parse({});
}

/**
 * `final/` -> `final-formatted.zip`, sorted by region with file names prefixed by the patient, and the documents:
 * inside it and beside it, and its description as Croissant.
 * @returns the outputs, the archive first
 */
export async function writeRelease(
  out: Store,
  metadata: FinalMetadata,
  files: File[],
  info: DatasetInfo,
  lesions: number,
): Promise<Output[]> {
  const byKey = new Map(files.map((file) => [file.key, file]));
  const documents = archiveDocuments(info, countsOf(metadata, lesions));
  const members = metadata.series.flatMap((series) => seriesMembers(series, byKey, out));
  for (const [name, text] of Object.entries({ ...releaseTables(metadata), ...documents })) {
    members.push(textMember(name, text));
  }
  const archive = await putOutput(out, outKeys.archive, zipArchive(members));
  const outputs = [archive];
  for (const [name, text] of Object.entries({ ...documents, 'croissant.json': croissant(info, archive) })) {
    outputs.push(await putOutput(out, outKeys.document(name), utf8(text)));
  }
  return outputs;
}

function countsOf({ series, patients, recist }: FinalMetadata, lesions: number): ReleaseCounts {
  return {
    patients: patients.rows.length,
    series: series.length,
    lesions,
    targetMeasurements: recist?.rows.length ?? 0,
  };
}

function seriesMembers(series: Record<string, unknown>, files: Map<string, File>, out: Store): ZipMember[] {
  const uuid = String(series.uuid);
  const subset = SUBSETS.find((one) => files.has(outKeys.image(one, uuid)))!;
  const place = { region: String(series.region), subset, patientId: Number(series.patient_id), uuid };
  const kinds = [
    ['images', outKeys.image(subset, uuid)],
    ['masks', outKeys.mask(subset, uuid)],
    ['labels', outKeys.labels(subset, uuid)],
  ] as const;
  return kinds.map(([kind, key]) => {
    const { bytes, crc32 } = files.get(key)!;
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
