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

/**
 * Which folders below `images/dicom/` hold which series. It grows with folders, not with files: the files of
 * one series are listed again when they are asked for.
 */
export class DicomIndex {
  readonly #raw: Store;
  readonly #folders: Record<string, FolderIndex>;
  readonly #foldersOf = new Map<string, string[]>();
  /** The folder of several series that was listed last: they are asked for one after the other. */
  #shared: { folder: string; files: Promise<Source[]> } | undefined;

  constructor(raw: Store, folders: Record<string, FolderIndex>) {
    this.#raw = raw;
    this.#folders = folders;
    for (const [folder, { members }] of Object.entries(folders)) {
      for (const uid of Object.keys(members)) pushTo(this.#foldersOf, uid, folder);
    }
  }

  /** Every series found, with the bytes of its folders. */
  series(): Map<string, number> {
    const found = new Map<string, number>();
    for (const { members, bytes } of Object.values(this.#folders)) {
      for (const uid of Object.keys(members)) if (uid) found.set(uid, (found.get(uid) ?? 0) + bytes);
    }
    return found;
  }

  /** The files of a series, and with them those of its folders whose series cannot be told. */
  async filesOf(uid: string): Promise<Source[]> {
    const files: Source[] = [];
    for (const folder of this.#foldersOf.get(uid) ?? []) {
      const { members } = this.#folders[folder];
      if (members[uid] === 'all') files.push(...(await listFolder(this.#raw, folder)));
      else {
        const listed = await this.#listShared(folder);
        const own = [...members[uid], ...(members[''] ?? [])].map(Number);
        for (const member of own.sort((a, b) => a - b)) files.push(listed[member]);
      }
    }
    return files;
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
