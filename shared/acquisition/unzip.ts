import { DatasetError } from '../errors.ts';
import { type RandomAccess, readMember, type ZipEntry, zipEntries } from '../release/zip-reader.ts';
import type { Store } from '../store/store.ts';

/** What an archive may hold; a study of a thousand slices stays well below. */
export interface UnzipLimits {
  members: number;
  bytes: number;
  /** Uncompressed over compressed bytes, of a member and of the whole archive, above `ratioFromBytes`. */
  ratio: number;
  /** An empty slice shrinks a thousandfold, so what expands to less than this is no bomb. */
  ratioFromBytes: number;
}

export const UNZIP_LIMITS: UnzipLimits = {
  members: 100_000,
  bytes: 64e9,
  ratio: 200,
  ratioFromBytes: 16 * 2 ** 20,
};

const SYMBOLIC_LINK = 0o120000;
const FILE_TYPE = 0o170000;

/**
 * Unpacks a zip archive into a store, below a prefix: all of it or, when it is unsafe or damaged, nothing. Nothing is
 * written before every member has been found safe.
 * @returns the keys written
 * @throws ARCHIVE_UNSAFE for names that leave the folder or stand twice, for links, for archives in archives, for
 * members that overlap and for what expands beyond the limits; ARCHIVE_CORRUPT for damage; NOTHING_USABLE for an
 * empty archive
 */
export async function unzip(
  archive: RandomAccess,
  out: Store,
  prefix: string,
  limits = UNZIP_LIMITS,
): Promise<string[]> {
  const entries = (await zipEntries(archive)).filter(({ name }) => !name.endsWith('/'));
  if (entries.length === 0) throw new DatasetError('NOTHING_USABLE', 'the archive is empty');
  checkSafe(archive.bytes, entries, limits);
  const written: string[] = [];
  try {
    for (const entry of entries) {
      const key = prefix + entry.name;
      await out.put(key, await readMember(archive, entry));
      written.push(key);
    }
  } catch (error) {
    for (const key of written) await out.delete(key);
    throw error;
  }
  return written;
}

function checkSafe(archiveBytes: number, entries: ZipEntry[], limits: UnzipLimits): void {
  const unsafe = (what: string, name?: string) =>
    new DatasetError('ARCHIVE_UNSAFE', name === undefined ? what : `${name}: ${what}`, {
      keys: name ? [name] : [],
    });
  if (entries.length > limits.members)
    throw unsafe(`${entries.length} members; at most ${limits.members} are taken`);
  const names = new Set<string>();
  let [bytes, compressed] = [0, 0];
  const explodes = (size: number, from: number) =>
    size > limits.ratioFromBytes && size > limits.ratio * Math.max(1, from);
  for (const { name, mode, bytes: size, compressedBytes } of entries) {
    const parts = name.split('/');
    if (name.startsWith('/') || /^[a-z]:/i.test(name) || name.includes('\\') || name.includes('\0')) {
      throw unsafe('an absolute name, or one of another system', name);
    }
    if (parts.includes('..') || parts.includes('.') || parts.includes(''))
      throw unsafe('its name leaves the folder', name);
    if (names.has(name)) throw unsafe('the name stands twice', name);
    names.add(name);
    if ((mode & FILE_TYPE) === SYMBOLIC_LINK) throw unsafe('a symbolic link', name);
    if (/\.(zip|7z|rar|tar|tgz|tar\.gz)$/i.test(name))
      throw unsafe('an archive in the archive; unpack it first', name);
    if (explodes(size, compressedBytes))
      throw unsafe(`it expands ${Math.round(size / Math.max(1, compressedBytes))} times`, name);
    bytes += size;
    compressed += compressedBytes;
  }
  // members that share their compressed bytes make small archives endless (Fifield, WOOT 2019)
  if (compressed > archiveBytes) throw unsafe('its members overlap');
  if (bytes > limits.bytes) throw unsafe(`it expands to more than ${limits.bytes} bytes`);
  if (explodes(bytes, archiveBytes)) throw unsafe(`it expands ${Math.round(bytes / archiveBytes)} times`);
}
