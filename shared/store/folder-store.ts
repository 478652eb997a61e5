import { randomUUID } from 'node:crypto';
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { DatasetError, type ErrorCode } from '../errors.ts';
import type { Body, ByteRange, PutCondition, Store, StoredObject } from './store.ts';

/** Writes in progress stand here and move to their key when whole; a killed process leaves only these. */
const PARTIAL = '.partial';
/** Files are streamed in chunks of this size, and smaller ones as one. */
const CHUNK_BYTES = 1 << 20;

const CODE_OF_ERRNO: Record<string, ErrorCode> = {
  ENOENT: 'STORE_MISSING',
  ENOTDIR: 'STORE_MISSING',
  EACCES: 'STORE_DENIED',
  EPERM: 'STORE_DENIED',
  EROFS: 'STORE_DENIED',
  ENOSPC: 'STORE_FULL',
  EDQUOT: 'STORE_FULL',
  EFBIG: 'STORE_FULL',
  EEXIST: 'STORE_CONFLICT',
};

const ADVICE: Partial<Record<ErrorCode, string>> = {
  STORE_MISSING: 'there is no such file',
  STORE_DENIED: 'permission denied; check the owner and mode of the file and its folder',
  STORE_FULL: 'no space left on the device; free some room and run again, the work done so far is kept',
  STORE_CONFLICT: 'the file is there already',
};

/** Folders for writes in progress that this process has made; those left empty go with it. */
const partialFolders = new Set<string>();
if (isMainThread) {
  process.on('exit', () => {
    for (const folder of partialFolders) {
      try {
        rmdirSync(folder);
      } catch {
        // another process writes there, or removed it
      }
    }
  });
}

/**
 * A folder as a store: keys are paths below it. Files are read and written at once: a study has hundreds of small ones,
 * and to wait for each by promises takes ten times as long as the reading.
 */
export class FolderStore implements Store {
  readonly url: string;

  constructor(folder: string) {
    this.url = resolve(folder);
  }

  async head(key: string): Promise<StoredObject | undefined> {
    const stats = statSync(this.#path(key), { throwIfNoEntry: false });
    return stats?.isFile() ? { key, bytes: stats.size, etag: etagOf(stats) } : undefined;
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    try {
      return range ? this.#getRange(key, range) : readFileSync(this.#path(key));
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async *stream(key: string): AsyncIterable<Uint8Array> {
    try {
      const path = this.#path(key);
      if (statSync(path).size <= CHUNK_BYTES) yield readFileSync(path);
      else yield* chunksOf(path);
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async put(key: string, body: Body, condition?: PutCondition): Promise<StoredObject> {
    const target = this.#path(key);
    const partial = this.#newPartial();
    try {
      mkdirSync(dirname(partial), { recursive: true });
      mkdirSync(dirname(target), { recursive: true });
      if (body instanceof Uint8Array) writeFileSync(partial, body);
      else await writeChunks(partial, body);
      this.#moveInto(target, partial, condition);
      const stats = statSync(target);
      return { key, bytes: stats.size, etag: etagOf(stats) };
    } catch (error) {
      rmSync(partial, { force: true });
      throw this.#failure(error, key);
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    yield* this.#walk(prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
  }

  async delete(key: string): Promise<void> {
    try {
      rmSync(this.#path(key), { force: true });
    } catch (error) {
      throw this.#failure(error, key);
    }
  }

  async copy(from: string, to: string): Promise<StoredObject> {
    const target = this.#path(to);
    const partial = this.#newPartial();
    try {
      mkdirSync(dirname(partial), { recursive: true });
      mkdirSync(dirname(target), { recursive: true });
      linkSync(this.#path(from), partial);
      renameSync(partial, target);
      // rename() does nothing when both names are links to one file, so the partial name can be left
      rmSync(partial, { force: true });
      const stats = statSync(target);
      return { key: to, bytes: stats.size, etag: etagOf(stats) };
    } catch (error) {
      rmSync(partial, { force: true });
      throw this.#failure(error, from);
    }
  }

  /** Removes what a killed process left half written. Call only while nobody else writes here. */
  sweepPartial(): void {
    rmSync(join(this.url, PARTIAL), { recursive: true, force: true });
  }

  #newPartial(): string {
    const folder = join(this.url, PARTIAL);
    partialFolders.add(folder);
    return join(folder, `${process.pid}-${randomUUID()}`);
  }

  #path(key: string): string {
    if (isAbsolute(key) || key.split('/').includes('..')) {
      throw new DatasetError('STORE_DENIED', `the key ${key} leaves the store`, { keys: [key] });
    }
    return join(this.url, key);
  }

  #getRange(key: string, { offset, length }: ByteRange): Uint8Array {
    const file = openSync(this.#path(key), 'r');
    try {
      const buffer = Buffer.allocUnsafe(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    } finally {
      closeSync(file);
    }
  }

  #moveInto(target: string, partial: string, condition?: PutCondition): void {
    if (condition && 'ifAbsent' in condition) {
      linkSync(partial, target);
      rmSync(partial);
      return;
    }
    if (condition) {
      const stats = statSync(target, { throwIfNoEntry: false });
      if (!stats || etagOf(stats) !== condition.ifMatch) {
        throw new DatasetError('STORE_CONFLICT', `${target} was changed by another writer`);
      }
    }
    renameSync(partial, target);
  }

  *#walk(folder: string, prefix: string): Generator<StoredObject> {
    let entries: { name: string; folder: boolean }[];
    try {
      entries = readdirSync(join(this.url, folder), { withFileTypes: true })
        .filter((entry) => folder !== '' || entry.name !== PARTIAL)
        .map((entry) => ({
          name: entry.name,
          folder: entry.isDirectory() || this.#linksToFolder(folder, entry),
        }));
    } catch (error) {
      if (isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR')) return;
      throw this.#failure(error, folder);
    }
    // a folder sorts as if its name ended in '/', as its keys do
    const names = entries.map((entry) => (entry.folder ? `${entry.name}/` : entry.name)).sort();
    for (const name of names) {
      const key = folder + name;
      if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue;
      if (name.endsWith('/')) yield* this.#walk(key, prefix);
      else {
        const stats = statSync(join(this.url, key), { throwIfNoEntry: false });
        if (stats?.isFile() && key.startsWith(prefix)) yield { key, bytes: stats.size, etag: etagOf(stats) };
      }
    }
  }

  #linksToFolder(folder: string, entry: { name: string; isSymbolicLink(): boolean }): boolean {
    if (!entry.isSymbolicLink()) return false;
    return statSync(join(this.url, folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  #failure(error: unknown, key: string): DatasetError {
    if (error instanceof DatasetError) return error;
    const errno = error instanceof Error && 'code' in error ? String(error.code) : '';
    const code = CODE_OF_ERRNO[errno] ?? 'STORE_UNREADABLE';
    const advice = ADVICE[code] ?? (error instanceof Error ? error.message : String(error));
    return new DatasetError(code, `${key}: ${advice}`, { keys: [key], cause: error });
  }
}

function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      const bytes = readSync(file, chunk);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
    }
  } finally {
    closeSync(file);
  }
}

async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const file = openSync(path, 'w');
  try {
    for await (const chunk of chunks) writeFileSync(file, chunk);
  } finally {
    closeSync(file);
  }
}

function isErrno(error: unknown, errno: string): boolean {
  return error instanceof Error && 'code' in error && error.code === errno;
}

/** Size and modification time: as cheap as a listing, and changed by every write. */
function etagOf(stats: Stats): string {
  return `${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}`;
}
