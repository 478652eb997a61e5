import { crc32, inflateRawSync } from 'node:zlib';
import { DatasetError } from '../errors.ts';

/** A file or object that is read in ranges. */
export interface RandomAccess {
  bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A member of an archive as its directory has it. */
export interface ZipEntry {
  name: string;
  /** 0: stored, 8: deflated; nothing else is read. */
  method: number;
  crc32: number;
  compressedBytes: number;
  bytes: number;
  /** Of the local header. */
  offset: number;
  /** Unix mode, 0 where the archive was made elsewhere. */
  mode: number;
}

const END_BYTES = 22;
const LARGEST_COMMENT = 0xffff;
const LOCAL_HEADER_BYTES = 30;
const ENCRYPTED = 1;

/**
 * The directory of a zip archive (APPNOTE 6.3.10), zip64 included.
 * @throws ARCHIVE_CORRUPT when it is damaged, cut off, split or no zip at all
 */
export async function zipEntries(archive: RandomAccess): Promise<ZipEntry[]> {
  const tailBytes = Math.min(archive.bytes, END_BYTES + LARGEST_COMMENT);
  const tail = Buffer.from(await archive.read(archive.bytes - tailBytes, tailBytes));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + END_BYTES > tail.length)
    throw corrupt('it has no end record: it is no zip, or cut off');
  let count = tail.readUInt16LE(end + 10);
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (count === 0xffff || bytes === 0xffffffff || offset === 0xffffffff) {
    const end64 = await readEnd64(archive, tail, end);
    count = Number(end64.readBigUInt64LE(32));
    bytes = Number(end64.readBigUInt64LE(40));
    offset = Number(end64.readBigUInt64LE(48));
  }
  if (offset + bytes > archive.bytes) throw corrupt('its directory lies beyond its end');
  return parseDirectory(Buffer.from(await archive.read(offset, bytes)), count);
}

/**
 * The content of a member, held against the directory: the local header, the length and the checksum must agree.
 * @throws ARCHIVE_CORRUPT
 */
export async function readMember(archive: RandomAccess, entry: ZipEntry): Promise<Uint8Array> {
  const start = await contentOffset(archive, entry);
  const stored = await archive.read(start, entry.compressedBytes);
  if (stored.length !== entry.compressedBytes) throw corrupt('it ends within the member', entry);
  const content = entry.method === 0 ? stored : inflated(stored, entry);
  if (content.length !== entry.bytes)
    throw corrupt(`the member has ${content.length} bytes, not ${entry.bytes}`, entry);
  if (crc32(content) !== entry.crc32)
    throw corrupt('the content of the member does not match its checksum', entry);
  return content;
}

/** Holds the local header of a member against its directory entry; returns where the content begins. */
async function contentOffset(archive: RandomAccess, entry: ZipEntry): Promise<number> {
  const header = Buffer.from(await archive.read(entry.offset, LOCAL_HEADER_BYTES));
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== 0x04034b50) {
    throw corrupt('there is no local header where the directory says', entry);
  }
  const nameBytes = header.readUInt16LE(26);
  const name = Buffer.from(await archive.read(entry.offset + LOCAL_HEADER_BYTES, nameBytes)).toString();
  if (name !== entry.name) throw corrupt(`the local header names another member, ${name}`, entry);
  if (header.readUInt16LE(8) !== entry.method) throw corrupt('local header and directory disagree', entry);
  return entry.offset + LOCAL_HEADER_BYTES + nameBytes + header.readUInt16LE(28);
}

function inflated(stored: Uint8Array, entry: ZipEntry): Uint8Array {
  try {
    return inflateRawSync(stored, { maxOutputLength: Math.max(1, entry.bytes) });
  } catch (cause) {
    throw corrupt(`the member cannot be inflated (${(cause as Error).message})`, entry, cause);
  }
}

async function readEnd64(archive: RandomAccess, tail: Buffer, end: number): Promise<Buffer> {
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== 0x07064b50)
    throw corrupt('its zip64 end record is missing');
  const end64 = Buffer.from(await archive.read(Number(tail.readBigUInt64LE(locator + 8)), 56));
  if (end64.length < 56 || end64.readUInt32LE(0) !== 0x06064b50)
    throw corrupt('its zip64 end record is damaged');
  return end64;
}

function parseDirectory(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  while (entries.length < count) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) {
      throw corrupt(`its directory is damaged after ${entries.length} of ${count} members`);
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => directory.readUInt16LE(at + o));
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const [bytes, compressedBytes, offset] = wide(
      extra,
      [24, 20, 42].map((o) => directory.readUInt32LE(at + o)),
    );
    const method = directory.readUInt16LE(at + 10);
    const entry: ZipEntry = {
      name,
      method,
      crc32: directory.readUInt32LE(at + 16),
      compressedBytes,
      bytes,
      offset,
      mode: directory.readUInt16LE(at + 4) >> 8 === 3 ? directory.readUInt16LE(at + 40) : 0,
    };
    if (directory.readUInt16LE(at + 8) & ENCRYPTED) throw corrupt('the member is encrypted', entry);
    if (method !== 0 && method !== 8) throw corrupt(`the member is compressed by method ${method}`, entry);
    entries.push(entry);
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

/** Values that do not fit 32 bits stand, in this order, in the zip64 extra field. */
function wide(extra: Buffer, values: number[]): number[] {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  let next = at + 4;
  return values.map((value) => {
    if (value !== 0xffffffff || next + 8 > extra.length) return value;
    next += 8;
    return Number(extra.readBigUInt64LE(next - 8));
  });
}

function corrupt(what: string, entry?: ZipEntry, cause?: unknown): DatasetError {
  const message = entry ? what : `the archive is damaged: ${what}`;
  return new DatasetError('ARCHIVE_CORRUPT', message, { keys: entry ? [entry.name] : [], cause });
}
