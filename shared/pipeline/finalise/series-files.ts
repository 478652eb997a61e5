import { crc32 } from 'node:zlib';
import type { Output } from '../step.ts';

/** What the archive and the manifest need to know of a file. */
export type File = Omit<Output, 'etag'>;

/** A file with the version that a step wrote, where that is known. */
type Versioned = File & { etag?: string };

/** A file under the name it is to be found by. */
export type NamedFile = File & { name: string };

/**
 * The files of all series, some 100 bytes each: those of many thousand series are known at once, without an object for
 * each. Folders are kept apart, for their order is that of the archive and of the manifest.
 */
export class SeriesFiles {
  readonly #uuids: string[] = [];
  readonly #endings: string[] = [];
  readonly #folders = new Map<string, Rows>();

  /** Adds files of a series; their names begin with its uuid. */
  add(uuid: string, files: Iterable<Versioned>): void {
    const series = this.#uuids.push(uuid) - 1;
    for (const file of files) {
      const nameAt = file.key.lastIndexOf('/') + 1;
      const ending = this.#endingOf(file.key.slice(nameAt + uuid.length));
      writeRow(this.#rowsOf(file.key.slice(0, nameAt)).add(), series, ending, file);
    }
  }

  /** Every folder that has a file, as the prefix of its keys. */
  folders(): string[] {
    return [...this.#folders.keys()];
  }

  /** How many bytes stand below a prefix. */
  bytesBelow(prefix: string): number {
    let bytes = 0;
    for (const [folder, rows] of this.#folders) {
      if (!folder.startsWith(prefix)) continue;
      for (let row = 0; row < rows.length; row++) bytes += rows.at(row).readDoubleLE(ROW.bytes);
    }
    return bytes;
  }

  /** The keys in a folder. */
  *keysIn(folder: string): Generator<string> {
    for (const [key] of this.versionsIn(folder)) yield key;
  }

  /** The keys in a folder, and whether a version is the one that a step wrote. */
  *versionsIn(folder: string): Generator<[key: string, isVersion: (etag: string) => boolean]> {
    const rows = this.#folders.get(folder) ?? new Rows();
    for (let row = 0; row < rows.length; row++) {
      const version = rows.at(row).readUInt32LE(ROW.version);
      yield [this.#keyOf(folder, rows.at(row)), (etag) => crc32(etag) === version];
    }
  }

  /**
   * The files of a folder, ordered by name.
   * @param nameOf what orders them, their key when not given; a file without a name is left out
   */
  *inOrder(
    folder: string,
    nameOf: (key: string, uuid: string) => string | undefined = (key) => key,
  ): Generator<NamedFile> {
    const rows = this.#folders.get(folder) ?? new Rows();
    const named: { name: string; row: number }[] = [];
    for (let row = 0; row < rows.length; row++) {
      const name = nameOf(this.#keyOf(folder, rows.at(row)), this.#uuidOf(rows.at(row)));
      if (name !== undefined) named.push({ name, row });
    }
    named.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, row } of named) {
      yield { name, key: this.#keyOf(folder, rows.at(row)), ...readRow(rows.at(row)) };
    }
  }

  #rowsOf(folder: string): Rows {
    const known = this.#folders.get(folder);
    if (known) return known;
    const rows = new Rows();
    this.#folders.set(folder, rows);
    return rows;
  }

  #endingOf(ending: string): number {
    const known = this.#endings.indexOf(ending);
    return known >= 0 ? known : this.#endings.push(ending) - 1;
  }

  #uuidOf(row: Buffer): string {
    return this.#uuids[row.readUInt32LE(ROW.series)];
  }

  #keyOf(folder: string, row: Buffer): string {
    return folder + this.#uuidOf(row) + this.#endings[row.readUInt32LE(ROW.ending)];
  }
}

/** Where in a row each field begins. */
const ROW = { series: 0, ending: 4, bytes: 8, crc32: 16, version: 20, sha256: 24, md5: 56 };
const ROW_BYTES = 72;
const ROWS_A_BLOCK = 256;

/** Rows of one size, one after the other in blocks of memory. */
class Rows {
  readonly #blocks: Buffer[] = [];
  length = 0;

  /** A new row, all zero. */
  add(): Buffer {
    if (this.length % ROWS_A_BLOCK === 0) this.#blocks.push(Buffer.alloc(ROWS_A_BLOCK * ROW_BYTES));
    return this.at(this.length++);
  }

  at(row: number): Buffer {
    const from = (row % ROWS_A_BLOCK) * ROW_BYTES;
    return this.#blocks[Math.floor(row / ROWS_A_BLOCK)].subarray(from, from + ROW_BYTES);
  }
}

function writeRow(row: Buffer, series: number, ending: number, file: Versioned): void {
  row.writeUInt32LE(series, ROW.series);
  row.writeUInt32LE(ending, ROW.ending);
  row.writeDoubleLE(file.bytes, ROW.bytes);
  row.writeUInt32LE(file.crc32, ROW.crc32);
  row.writeUInt32LE(crc32(file.etag ?? ''), ROW.version);
  row.write(file.sha256, ROW.sha256, 'hex');
  row.write(file.md5, ROW.md5, 'hex');
}

function readRow(row: Buffer): Omit<File, 'key'> {
  const hex = (from: number, to: number) => row.toString('hex', from, to);
  return {
    bytes: row.readDoubleLE(ROW.bytes),
    crc32: row.readUInt32LE(ROW.crc32),
    sha256: hex(ROW.sha256, ROW.md5),
    md5: hex(ROW.md5, ROW_BYTES),
  };
}
