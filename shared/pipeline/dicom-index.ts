import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { seriesUidOf } from '../dicom/header.ts';
import { asDatasetError } from '../errors.ts';
import { getJson, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { mapConcurrently } from './concurrency.ts';
import { outKeys, rawKeys } from './layout.ts';
import type { Source } from './series-task.ts';

/** Which files of one folder belong to which series, by their place in the listing; `''` is for no DICOM. */
const FolderIndex = z.object({
  /** Hash of the folder's listing: names, sizes, versions. */
  fingerprint: z.string(),
  bytes: z.number(),
  files: z.number(),
  members: z.record(z.string(), z.union([z.literal('all'), z.array(z.number())])),
});
type FolderIndex = z.output<typeof FolderIndex>;

const SavedIndex = z.object({ version: z.literal(1), folders: z.record(z.string(), FolderIndex) });

/** Headers under way at once: fewer than the connections an S3 client keeps open. */
const READ_AT_ONCE = 32;
interface IndexOptions {
  below?: string;
  /** A run that is cut off loses no more than what it read from so many files. */
  savedAfterFiles?: number;
}

/** The files of a series in a folder: all of them, or by their place in its listing. */
interface Part {
  folder: string;
  files: 'all' | number[];
}

/**
 * Which folders below `images/dicom/` hold which series. It grows with folders, not with files: the files of
 * one series are listed again when they are asked for.
 */
export class DicomIndex {
  readonly #raw: Store;
  readonly #series = new Map<string, { bytes: number; parts: Part[] }>();
  /** By folder, the files whose series cannot be told. */
  readonly #strays = new Map<string, number[]>();
  /** The folder of several series that was listed last: they are asked for one after the other. */
  #shared: { folder: string; files: Promise<Source[]> } | undefined;

  constructor(raw: Store, folders: Record<string, FolderIndex>) {
    this.#raw = raw;
    for (const [folder, { members, bytes }] of Object.entries(folders)) {
      for (const [uid, files] of Object.entries(members)) {
        if (uid) this.#add(uid, bytes, { folder, files });
        else if (files !== 'all') this.#strays.set(folder, files);
      }
    }
  }

  #add(uid: string, bytes: number, part: Part): void {
    const known = this.#series.get(uid);
    if (!known) this.#series.set(uid, { bytes, parts: [part] });
    else {
      known.bytes += bytes;
      known.parts.push(part);
    }
  }

  /** Every series found, with the bytes of its folders. */
  series(): Map<string, number> {
    return new Map([...this.#series].map(([uid, { bytes }]) => [uid, bytes]));
  }

  /** The files of a series, and with them those of its folders whose series cannot be told. */
  async filesOf(uid: string): Promise<Source[]> {
    const found: Source[] = [];
    for (const { folder, files } of this.#series.get(uid)?.parts ?? []) {
      if (files === 'all') found.push(...(await listFolder(this.#raw, folder)));
      else {
        const listed = await this.#listShared(folder);
        const own = [...files, ...(this.#strays.get(folder) ?? [])];
        for (const member of own.sort((a, b) => a - b)) found.push(listed[member]);
      }
    }
    return found;
  }

  #listShared(folder: string): Promise<Source[]> {
    if (this.#shared?.folder !== folder) this.#shared = { folder, files: listFolder(this.#raw, folder) };
    return this.#shared.files;
  }
}

/**
 * Reads the Series Instance UID of every file below a folder. A folder whose listing has not changed
 * since the last run is not read again; what was learned is kept in OUT, also by a run that is cut off.
 */
export async function indexDicom(
  raw: Store,
  out: Store,
  { below = rawKeys.dicom, savedAfterFiles = 20_000 }: IndexOptions = {},
): Promise<DicomIndex> {
  const saved = await readSaved(out);
  const folders: Record<string, FolderIndex> = {};
  let changed = false;
  let unsavedFiles = 0;
  for await (const { folder, sources } of byFolder(raw, below)) {
    const fingerprint = hash('sha256', sources.map(({ key, etag }) => `${key}\0${etag}\n`).join(''));
    if (saved[folder]?.fingerprint === fingerprint) folders[folder] = saved[folder];
    else {
      const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
      folders[folder] = { fingerprint, bytes, files: sources.length, members: await membersOf(raw, sources) };
      changed = true;
      unsavedFiles += sources.length;
    }
    if (unsavedFiles < savedAfterFiles) continue;
    await save(out, { ...saved, ...folders });
    unsavedFiles = 0;
  }
  if (changed || Object.keys(saved).length !== Object.keys(folders).length) await save(out, folders);
  return new DicomIndex(raw, folders);
}

async function save(out: Store, folders: Record<string, FolderIndex>): Promise<void> {
  await out.put(outKeys.dicomIndex, utf8(JSON.stringify({ version: 1, folders })));
}

async function readSaved(out: Store): Promise<Record<string, FolderIndex>> {
  try {
    return (await getJson(out, outKeys.dicomIndex, SavedIndex)).folders;
  } catch (error) {
    if (['STORE_MISSING', 'TABLE_UNREADABLE'].includes(asDatasetError(error).code)) return {};
    throw error;
  }
}

async function listFolder(raw: Store, folder: string): Promise<Source[]> {
  const sources: Source[] = [];
  for await (const { key, bytes, etag } of raw.list(folder)) {
    if (key.lastIndexOf('/') === folder.length - 1) sources.push({ key, bytes, etag });
  }
  return sources;
}

/** Listings come in key order, so the files of a folder come together, but for those of folders inside it. */
async function* byFolder(raw: Store, below: string): AsyncGenerator<{ folder: string; sources: Source[] }> {
  const open = new Map<string, Source[]>();
  for await (const { key, bytes, etag } of raw.list(below)) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    for (const [known, sources] of open) {
      if (folder.startsWith(known)) continue;
      yield { folder: known, sources };
      open.delete(known);
    }
    const sources = open.get(folder) ?? [];
    sources.push({ key, bytes, etag });
    open.set(folder, sources);
  }
  for (const [folder, sources] of open) yield { folder, sources };
}

async function membersOf(raw: Store, sources: Source[]): Promise<FolderIndex['members']> {
  // a file that cannot be read goes with the series of its folder, whose conversion will name it
  const uids = await mapConcurrently(sources, READ_AT_ONCE, ({ key, bytes }) =>
    seriesUidOf(bytes, (offset, length) => raw.get(key, { offset, length })).catch(() => undefined),
  );
  const places = new Map<string, number[]>();
  for (const [place, uid = ''] of uids.entries()) pushTo(places, uid, place);
  const [only] = places.keys();
  if (places.size === 1) return { [only]: 'all' };
  return Object.fromEntries(places);
}

function pushTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
