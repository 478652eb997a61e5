import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { DatasetError } from '../../errors.ts';
import { DatasetInfo } from '../../release/dataset-info.ts';
import { archiveDocuments, croissant, type ReleaseCounts } from '../../release/documents.ts';
import { ARCHIVE_ROOT, folderOf, memberOf, prefixed } from '../../release/layout.ts';
import { type ZipMember, zipInOrder } from '../../release/zip-writer.ts';
import { getJson, jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { streamCsv, streamJsonList } from '../../tables/read-stream.ts';
import { publishedCsv } from '../../tables/stream.ts';
import type { Digester } from '../../threads/remote-digests.ts';
import { prefetch } from '../concurrency.ts';
import { outKeys, rawKeys, SUBSETS, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import type { File, NamedFile, SeriesFiles } from './series-files.ts';

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
 * @param tables those in `final/metadata/`
 * @returns the outputs, the archive first
 * @throws STORE_MISSING when a series of `final/metadata/series.json` lacks its image, mask or labels
 */
export async function writeRelease(
  out: Store,
  files: SeriesFiles,
  tables: File[],
  info: DatasetInfo,
  lesions: number,
  { signal, openDigester }: { signal: AbortSignal; openDigester?: (() => Digester) | undefined },
): Promise<Output[]> {
  const places = await readPlaces(out);
  refuseIncomplete(files, places);
  const { renamedTables, counts } = await readTables(out, places);
  const documents = archiveDocuments(info, { ...counts, series: places.size, lesions });
  const alone: ArchivedFile[] = [
    ...tables
      .filter(({ key }) => key === outKeys.series || key === outKeys.patients)
      .map((file) => ({ ...file, name: file.key.replace('final/', ARCHIVE_ROOT) })),
    ...renamedTables,
    ...Object.entries(documents).map(([name, text]) => member(name, utf8(text))),
  ];
  const members = prefetch(filesInOrder(files, places, alone), AHEAD, (file) => {
    signal.throwIfAborted();
    return opened(out, file);
  });
  const archive = await putOutput(out, outKeys.archive, zipInOrder(members), openDigester);
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

const PlacedSeries = z.object({ uuid: z.string(), region: z.string(), patient_id: z.number() });

async function readPlaces(out: Store): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  for await (const { uuid, region, patient_id } of streamJsonList(out, outKeys.series, PlacedSeries)) {
    places.set(uuid, { region, patientId: patient_id });
  }
  return places;
}

/** The tables in which file names become those of the archive, and what all tables count. */
async function readTables(
  out: Store,
  places: Map<string, Place>,
): Promise<{ renamedTables: ZipMember[]; counts: Pick<ReleaseCounts, 'patients' | 'targetMeasurements'> }> {
  const renamed = (filename: string) =>
    prefixed(places.get(filename.replace(/\.nii\.gz$/, ''))!.patientId, filename);
  const windows = Object.entries(await getJson(out, outKeys.windows, z.record(z.string(), z.string())));
  const published = Object.fromEntries(windows.map(([filename, window]) => [renamed(filename), window]));
  const renamedTables = [member('metadata/windows_mapping.json', utf8(jsonText(published)))];
  const counts = { patients: 0, targetMeasurements: 0 };
  for await (const _ of (await streamCsv(out, outKeys.patients, ['patient_id'])).rows) counts.patients++;
  if (!(await out.head(outKeys.recist))) return { renamedTables, counts };
  const { columns, rows } = await streamCsv(out, outKeys.recist, ['filename']);
  const rowOf = (row: Record<string, string>) => {
    counts.targetMeasurements++;
    return { ...row, filename: renamed(row.filename) };
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of publishedCsv(rows, { columns, rowOf })) chunks.push(chunk);
  renamedTables.push(member('recist_measurements.csv', Buffer.concat(chunks)));
  return { renamedTables, counts };
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

/** A file that is read when its turn comes, or is there already. */
type ArchivedFile = NamedFile | ZipMember;

/** All files of the archive, in the order of their names. */
function* filesInOrder(
  files: SeriesFiles,
  places: Map<string, Place>,
  alone: ArchivedFile[],
): Generator<ArchivedFile> {
  const groups: { at: string; files: Iterable<ArchivedFile> }[] = [];
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

async function opened(out: Store, file: ArchivedFile): Promise<ZipMember> {
  if ('open' in file) return file;
  if (file.bytes > SMALL_BYTES) return { ...file, open: () => out.stream(file.key) };
  const bytes = await out.get(file.key);
  return { ...file, open: () => [bytes] };
}
