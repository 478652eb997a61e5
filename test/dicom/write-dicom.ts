import { deflateRawSync } from 'node:zlib';

/** A data element by its tag, as `[tag, vr, value]`; the value of a sequence (SQ) is a list of items. */
export type WrittenElement = [
  tag: number,
  vr: string,
  value: string | number | Uint8Array | WrittenElement[][],
];

export const SYNTAX = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  bigEndian: '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
} as const;

export interface WriteOptions {
  syntax?: string;
  preamble?: boolean;
  /** Sequences and their items end at delimiters instead of having a length. */
  undefinedLengths?: boolean;
}

const LONG = new Set(['OB', 'OW', 'SQ', 'UN']);

/** A DICOM file (PS3.10) of the given elements, which must be in ascending order. */
export function dicomFile(elements: WrittenElement[], options: WriteOptions = {}): Uint8Array {
  const { syntax = SYNTAX.explicit, preamble = true } = options;
  const body = dataSet(elements, { ...options, syntax });
  if (!preamble) return body;
  const meta = dataSet([[0x00020010, 'UI', syntax]], { ...options, syntax: SYNTAX.explicit });
  const start = Buffer.alloc(132);
  start.write('DICM', 128);
  return Buffer.concat([start, meta, syntax === SYNTAX.deflated ? deflateRawSync(body) : body]);
}

function dataSet(elements: WrittenElement[], options: WriteOptions): Buffer {
  return Buffer.concat(elements.map((element) => written(element, options)));
}

function written([tag, vr, value]: WrittenElement, options: WriteOptions): Buffer {
  const bigEndian = options.syntax === SYNTAX.bigEndian;
  const closed = vr === 'SQ' && options.undefinedLengths;
  const bytes = bytesOf(vr, value, options, bigEndian);
  const open = closed || (tag === 0x7fe00010 && vr === 'OB');
  const length = open ? 0xffffffff : bytes.length;
  const parts = [
    options.syntax === SYNTAX.implicit ? head(tag, length) : explicitHead(tag, vr, length, bigEndian),
    bytes,
  ];
  if (closed) parts.push(head(0xfffee0dd, 0, bigEndian));
  return Buffer.concat(parts);
}

function bytesOf(vr: string, value: WrittenElement[2], options: WriteOptions, bigEndian: boolean): Buffer {
  if (typeof value === 'string') return Buffer.from(value.length % 2 ? `${value} ` : value, 'latin1');
  if (typeof value === 'number') return swapped(Buffer.from([value & 255, (value >> 8) & 255]), bigEndian);
  if (value instanceof Uint8Array) return swapped(Buffer.from(value), bigEndian && vr === 'OW');
  return Buffer.concat(
    value.flatMap((item) => {
      const inner = dataSet(item, options);
      return options.undefinedLengths
        ? [head(0xfffee000, 0xffffffff, bigEndian), inner, head(0xfffee00d, 0, bigEndian)]
        : [head(0xfffee000, inner.length, bigEndian), inner];
    }),
  );
}

function swapped(bytes: Buffer, swap: boolean): Buffer {
  return swap ? bytes.swap16() : bytes;
}

function head(tag: number, length: number, bigEndian = false): Buffer {
  const bytes = Buffer.alloc(8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  view.setUint16(0, tag >>> 16, !bigEndian);
  view.setUint16(2, tag & 0xffff, !bigEndian);
  view.setUint32(4, length, !bigEndian);
  return bytes;
}

function explicitHead(tag: number, vr: string, length: number, bigEndian: boolean): Buffer {
  const bytes = Buffer.concat([head(tag, length, bigEndian), Buffer.alloc(LONG.has(vr) ? 4 : 0)]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(4, 0);
  bytes.write(vr, 4, 'latin1');
  if (LONG.has(vr)) view.setUint32(8, length, !bigEndian);
  else view.setUint16(6, length, !bigEndian);
  return bytes;
}
