import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { DatasetError } from '../../errors.ts';
import { DatasetInfo } from '../../release/dataset-info.ts';
import { archiveDocuments, croissant, type ReleaseCounts } from '../../release/documents.ts';
import { ARCHIVE_ROOT, folderOf, memberOf, prefixed } from '../../release/layout.ts';
import { type ZipMember, zipInOrder } from '../../release/zip-writer.ts';
import { getJson, getText, jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { parseCsv } from '../../tables/csv.ts';
import { prefetch } from '../concurrency.ts';
import { outKeys, rawKeys, SUBSETS, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import { tableText } from './metadata.ts';
import type { NamedFile, SeriesFiles } from './series-files.ts';

/** What the raw folder tells of the dataset as a whole; everything has a default. */
export async function readDatasetInfo(raw: Store): Promise<DatasetInfo> {
  return (await raw.head(rawKeys.dataset))
    ? getJson(raw, rawKeys.dataset, DatasetInfo)
    : DatasetInfo.parse({});
}

/**
 * `final/` -> `final-formatted.zip`, sorted by region with file names prefixed by the patient, and the documents:
 * inside it and beside it, and its description as Croissant.
 * @param files those of the series in `final/`
 * @returns the outputs, the archive first
 * @throws STORE_MISSING when a series of `final/metadata/series.json` lacks its image, mask or labels
 */
export async function writeRelease(
  out: Store,
  files: SeriesFiles,
  info: DatasetInfo,
  lesions: number,
): Promise<Output[]> {
  const places = await readPlaces(out);
  refuseIncomplete(files, places);
  const { tables, counts } = await readTables(out, places);
  const documents = archiveDocuments(info, { ...counts, series: places.size, lesions });
  const alone = [...tables, ...Object.entries(documents).map(([name, text]) => member(name, utf8(text)))];
  const members = prefetch(filesInOrder(files, places, alone), AHEAD, (file) => opened(out, file));
  const archive = await putOutput(out, outKeys.archive, zipInOrder(members));
  const outputs = [archive];
  for (const [name, text] of Object.entries({ ...documents, 'croissant.json': croissant(info, archive) })) {
    outputs.push(await putOutput(out, outKeys.document(name), utf8(text)));
  }
  return outputs;
}

/** Where in the archive a series stands. */
interface Place {
  region: string;
  patientId: number;
}

const PlacedSeries = z.array(z.object({ uuid: z.string(), region: z.string(), patient_id: z.number() }));

async function readPlaces(out: Store): Promise<Map<string, Place>> {
  const series = await getJson(out, outKeys.series, PlacedSeries);
  return new Map(series.map(({ uuid, region, patient_id }) => [uuid, { region, patientId: patient_id }]));
}

/** The tables as published: file names in them are the ones the archive has. */
async function readTables(
  out: Store,
  places: Map<string, Place>,
): Promise<{ tables: ZipMember[]; counts: Pick<ReleaseCounts, 'patients' | 'targetMeasurements'> }> {
  const renamed = (filename: string) =>
    prefixed(places.get(filename.replace(/\.nii\.gz$/, ''))!.patientId, filename);
  const windows = Object.entries(await getJson(out, outKeys.windows, z.record(z.string(), z.string())));
  const published = Object.fromEntries(windows.map(([filename, window]) => [renamed(filename), window]));
  const patients = await getText(out, outKeys.patients);
  const tables = [
    member('metadata/series.json', await out.get(outKeys.series)),
    member('metadata/patients.csv', utf8(patients)),
    member('metadata/windows_mapping.json', utf8(jsonText(published))),
  ];
  const counts = { patients: parseCsv(patients, outKeys.patients, ['patient_id']).rows.length };
  if (!(await out.head(outKeys.recist))) return { tables, counts: { ...counts, targetMeasurements: 0 } };
  const recist = parseCsv(await getText(out, outKeys.recist), outKeys.recist, ['filename']);
  const rows = recist.rows.map((row) => ({ ...row, filename: renamed(row.filename) }));
  tables.push(member('recist_measurements.csv', utf8(tableText({ ...recist, rows }))));
  return { tables, counts: { ...counts, targetMeasurements: rows.length } };
}

function member(name: string, bytes: Uint8Array): ZipMember {
  return { name: ARCHIVE_ROOT + name, bytes: bytes.length, crc32: crc32(bytes), open: () => [bytes] };
}

const FILES_OF_SERIES = { images: outKeys.image, masks: outKeys.mask, labels: outKeys.labels };
const KINDS = ['images', 'masks', 'labels'] as const;
const finalFolder = (subset: Subset, kind: (typeof KINDS)[number]) => `final/images/${subset}/${kind}/`;

function refuseIncomplete(files: SeriesFiles, places: Map<string, Place>): void {
  for (const kind of KINDS) {
    const there = new Set(SUBSETS.flatMap((subset) => [...files.keysIn(finalFolder(subset, kind))]));
    for (const uuid of places.keys()) {
      const keys = SUBSETS.map((subset) => FILES_OF_SERIES[kind](subset, uuid));
      if (keys.some((key) => there.has(key))) continue;
      throw new DatasetError(
        'STORE_MISSING',
        `${outKeys.series} has ${uuid}, but there is no ${keys.join(' or ')}`,
        {
          keys,
        },
      );
    }
  }
}

/** All files of the archive, in the order of their names. */
function* filesInOrder(
  files: SeriesFiles,
  places: Map<string, Place>,
  alone: ZipMember[],
): Generator<NamedFile | ZipMember> {
  const groups: { at: string; files: Iterable<NamedFile | ZipMember> }[] = [];
  for (const member of alone) groups.push({ at: member.name, files: [member] });
  for (const region of new Set([...places.values()].map((place) => place.region))) {
    for (const subset of SUBSETS) {
      for (const kind of KINDS) {
        const nameOf = (_key: string, uuid: string) => {
          const place = places.get(uuid);
          return place?.region === region ? memberOf(kind, { ...place, subset, uuid }) : undefined;
        };
        const inFolder = files.inOrder(finalFolder(subset, kind), nameOf);
        groups.push({ at: folderOf(kind, { region, subset }), files: inFolder });
      }
    }
  }
  for (const group of groups.sort((a, b) => (a.at < b.at ? -1 : 1))) yield* group.files;
}

/** Files up to this size are read whole, some of them ahead: to ask for one takes longer than to get it. */
const SMALL_BYTES = 1 << 18;
const AHEAD = 16;

async function opened(out: Store, file: NamedFile | ZipMember): Promise<ZipMember> {
  if ('open' in file) return file;
  if (file.bytes > SMALL_BYTES) return { ...file, open: () => out.stream(file.key) };
  const bytes = await out.get(file.key);
  return { ...file, open: () => [bytes] };
}
