import { crc32 } from 'node:zlib';
import { DatasetError } from '../errors.ts';

/** A file to put into an archive; size and checksum are known before its bytes are read. */
export interface ZipMember {
  name: string;
  bytes: number;
  crc32: number;
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What a central directory entry repeats of a member that was written. */
interface Written {
  name: Buffer;
  bytes: number;
  crc32: number;
  offset: number;
}

const HEADERS_A_CHUNK = 256;
const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const STORED_VERSION = 10;
const ZIP64_VERSION = 45;
const UTF8_NAMES = 0x0800;
const UNIX = 3;
const REGULAR_FILE_0644 = 0o100644;
/** 1 January 1980, 00:00: the first date a zip can hold; no archive tells when it was made. */
const DOS_DATE = (1 << 5) | 1;

/**
 * A zip archive (APPNOTE 6.3.10) as chunks: members STOREd, sorted by name, with fixed times and modes, so that the
 * same members give the same bytes anywhere. Zip64 records appear only where a size, an offset or the count needs
 * them.
 * @throws STORE_CONFLICT when a member's bytes are not what its size and checksum say
 */
export function zipArchive(members: ZipMember[]): AsyncGenerator<Uint8Array> {
  return zipInOrder(members.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}

/**
 * The archive of members that come sorted by name. None is held in memory; the directory is, at some 50 bytes a member
 * and its name.
 * @throws STORE_CONFLICT when a member's bytes are not what its size and checksum say
 */
export async function* zipInOrder(
  members: Iterable<ZipMember> | AsyncIterable<ZipMember>,
): AsyncGenerator<Uint8Array> {
  const directory = new Directory();
  let offset = 0;
  for await (const member of members) {
    const entry = { name: Buffer.from(member.name), bytes: member.bytes, crc32: member.crc32, offset };
    const header = localHeader(entry);
    yield header;
    yield* checked(member);
    directory.add(entry);
    offset += header.length + member.bytes;
  }
  yield* directory.chunks();
  yield endRecords(directory.members, offset, directory.bytes);
}

/** The central directory as it grows, in large chunks: an object a member would weigh more than its bytes. */
class Directory {
  members = 0;
  bytes = 0;
  readonly #chunks: Buffer[] = [];
  #latest: Buffer[] = [];

  add(entry: Written): void {
    const header = centralHeader(entry);
    this.members++;
    this.bytes += header.length;
    this.#latest.push(header);
    if (this.#latest.length === HEADERS_A_CHUNK) this.#join();
  }

  chunks(): Buffer[] {
    this.#join();
    return this.#chunks;
  }

  #join(): void {
    this.#chunks.push(Buffer.concat(this.#latest));
    this.#latest = [];
  }
}

/** The bytes of a member, held against what was announced while they pass. */
async function* checked(member: ZipMember): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let crc = 0;
  for await (const chunk of member.open()) {
    bytes += chunk.length;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes === member.bytes && crc === member.crc32) return;
  const message = `${member.name} changed while it was archived; run again`;
  throw new DatasetError('STORE_CONFLICT', message, { keys: [member.name] });
}

function localHeader({ name, bytes, crc32 }: Written): Buffer {
  const large = bytes >= LIMIT_32;
  const extra = large ? zip64Extra([bytes, bytes]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(large ? ZIP64_VERSION : STORED_VERSION, 4);
  writeCommon(header, 6, crc32, large ? LIMIT_32 : bytes, name.length, extra.length);
  return Buffer.concat([header, name, extra]);
}

function centralHeader({ name, bytes, crc32, offset }: Written): Buffer {
  const large = bytes >= LIMIT_32;
  const far = offset >= LIMIT_32;
  const extra =
    large || far ? zip64Extra([...(large ? [bytes, bytes] : []), ...(far ? [offset] : [])]) : Buffer.alloc(0);
  const version = large || far ? ZIP64_VERSION : STORED_VERSION;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((UNIX << 8) | version, 4);
  header.writeUInt16LE(version, 6);
  writeCommon(header, 8, crc32, large ? LIMIT_32 : bytes, name.length, extra.length);
  header.writeUInt32LE(REGULAR_FILE_0644 * 0x10000, 38);
  header.writeUInt32LE(far ? LIMIT_32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

/** Flags to extra length: the fields that local and central headers have in the same order. */
function writeCommon(
  header: Buffer,
  at: number,
  crc32: number,
  bytes: number,
  name: number,
  extra: number,
): void {
  header.writeUInt16LE(UTF8_NAMES, at);
  header.writeUInt16LE(DOS_DATE, at + 6);
  header.writeUInt32LE(crc32, at + 8);
  header.writeUInt32LE(bytes, at + 12);
  header.writeUInt32LE(bytes, at + 16);
  header.writeUInt16LE(name, at + 20);
  header.writeUInt16LE(extra, at + 22);
}

function zip64Extra(values: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return extra;
}

function endRecords(count: number, start: number, bytes: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 8);
  end.writeUInt16LE(Math.min(count, LIMIT_16), 10);
  end.writeUInt32LE(Math.min(bytes, LIMIT_32), 12);
  end.writeUInt32LE(Math.min(start, LIMIT_32), 16);
  if (count < LIMIT_16 && bytes < LIMIT_32 && start < LIMIT_32) return end;

  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE((UNIX << 8) | ZIP64_VERSION, 12);
  end64.writeUInt16LE(ZIP64_VERSION, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(bytes), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}
