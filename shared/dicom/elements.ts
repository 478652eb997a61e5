import { inflateRawSync } from 'node:zlib';
import { DatasetError } from '../errors.ts';
import { ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, TAG } from './tags.ts';

const UNDEFINED_LENGTH = 0xffffffff;
const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** Value representations with a 32-bit length in explicit encodings (PS3.5 7.1.2). */
const LONG_LENGTH = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** Where the value of one data element stands. */
export interface Element {
  tag: number;
  vr: string;
  /** Of the value, from the start of `DataSet.bytes`. */
  offset: number;
  /** UNDEFINED when the value is a sequence or encapsulated pixel data closed by a delimiter. */
  length: number | undefined;
}

/** The bytes of a file from its first data element on, and how they are encoded. */
export interface DataSet {
  bytes: Uint8Array;
  view: DataView;
  /** Where the data set begins in `bytes`. */
  start: number;
  transferSyntaxUid: string;
  encoding: Encoding;
}

export interface Encoding {
  explicit: boolean;
  littleEndian: boolean;
}

/**
 * Opens a DICOM file (PS3.10): with or without preamble and meta header, deflated or not. `bytes` may be only the
 * beginning of the file.
 * @throws DICOM_UNREADABLE when the bytes are no DICOM file
 */
export function openDataSet(bytes: Uint8Array): DataSet {
  const view = viewOf(bytes);
  const preamble = bytes.length >= 132 && latin1(bytes, 128, 132) === 'DICM';
  let offset = preamble ? 132 : 0;
  let transferSyntaxUid: string | undefined;
  const meta = {
    bytes,
    view,
    start: offset,
    transferSyntaxUid: '',
    encoding: { explicit: true, littleEndian: true },
  };
  while (offset + 8 <= bytes.length && view.getUint16(offset, true) === 2) {
    const element = elementAt(meta, offset, meta.encoding);
    if (!element || element.length === undefined) break;
    if (element.tag === TAG.TransferSyntaxUID) transferSyntaxUid = textOf(meta, element);
    offset = element.offset + element.length;
  }
  if (!preamble && transferSyntaxUid === undefined && !looksLikeDataSet(view)) {
    throw new DatasetError('DICOM_UNREADABLE', 'it is not a DICOM file');
  }
  const encoding =
    transferSyntaxUid === undefined ? guessEncoding(view, offset) : encodingOf(transferSyntaxUid);
  const uid =
    transferSyntaxUid ??
    (encoding.explicit
      ? encoding.littleEndian
        ? '1.2.840.10008.1.2.1'
        : BIG_ENDIAN
      : IMPLICIT_LITTLE_ENDIAN);
  if (uid === DEFLATED) return inflated(bytes.subarray(offset), uid);
  return { bytes, view, start: offset, transferSyntaxUid: uid, encoding };
}

/** The element whose tag stands at `offset`; undefined when its head is cut off. */
export function elementAt({ bytes, view }: DataSet, offset: number, encoding: Encoding): Element | undefined {
  if (offset + 8 > bytes.length) return undefined;
  const { littleEndian } = encoding;
  const tag = ((view.getUint16(offset, littleEndian) << 16) | view.getUint16(offset + 2, littleEndian)) >>> 0;
  if (!encoding.explicit || tag >>> 16 === 0xfffe) {
    return { tag, vr: '', offset: offset + 8, length: defined(view.getUint32(offset + 4, littleEndian)) };
  }
  const vr = latin1(bytes, offset + 4, offset + 6);
  if (!LONG_LENGTH.has(vr)) {
    return { tag, vr, offset: offset + 8, length: view.getUint16(offset + 6, littleEndian) };
  }
  if (offset + 12 > bytes.length) return undefined;
  return { tag, vr, offset: offset + 12, length: defined(view.getUint32(offset + 8, littleEndian)) };
}

/**
 * Where the value of an element ends; undefined when that is beyond the bytes at hand. A sequence of undefined
 * length is walked item by item; one that is malformed is left at the next delimiter of a sequence.
 */
export function endOf(dataSet: DataSet, element: Element, encoding: Encoding): number | undefined {
  const { bytes } = dataSet;
  if (element.length !== undefined) {
    const end = element.offset + element.length;
    return end <= bytes.length ? end : undefined;
  }
  // the value of UN with undefined length is implicit little-endian (PS3.5 6.2.2 note 2)
  const inner = element.vr === 'UN' ? { explicit: false, littleEndian: true } : encoding;
  let offset = element.offset;
  while (true) {
    const item = elementAt(dataSet, offset, inner);
    if (!item) return undefined;
    if (item.tag === SEQUENCE_DELIMITER) return item.offset;
    if (item.tag !== ITEM) return endOfMalformed(bytes, element.offset);
    const end = endOfItem(dataSet, item, inner);
    if (end === undefined) return undefined;
    offset = end;
  }
}

/** Where an item of a sequence ends, its delimiter included. */
export function endOfItem(dataSet: DataSet, item: Element, encoding: Encoding): number | undefined {
  if (item.length !== undefined) {
    const end = item.offset + item.length;
    return end <= dataSet.bytes.length ? end : undefined;
  }
  let offset = item.offset;
  while (true) {
    const element = elementAt(dataSet, offset, encoding);
    if (!element) return undefined;
    if (element.tag === ITEM_DELIMITER) return element.offset;
    if (element.tag === SEQUENCE_DELIMITER) return element.offset - 8;
    const end = endOf(dataSet, element, encoding);
    if (end === undefined) return undefined;
    offset = end;
  }
}

/** The text of an element without its padding. */
export function textOf({ bytes }: DataSet, { offset, length = 0 }: Element): string {
  return latin1(bytes, offset, offset + length)
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

function endOfMalformed(bytes: Uint8Array, from: number): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(SEQUENCE_DELIMITER_LE, from);
  return at < 0 ? undefined : at + 8;
}

const SEQUENCE_DELIMITER_LE = Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);

function inflated(deflated: Uint8Array, transferSyntaxUid: string): DataSet {
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(deflated);
  } catch (cause) {
    throw new DatasetError('DICOM_UNREADABLE', 'its deflated data set is damaged or cut off', { cause });
  }
  return {
    bytes,
    view: viewOf(bytes),
    start: 0,
    transferSyntaxUid,
    encoding: { explicit: true, littleEndian: true },
  };
}

function encodingOf(transferSyntaxUid: string): Encoding {
  return {
    explicit: transferSyntaxUid !== IMPLICIT_LITTLE_ENDIAN,
    littleEndian: transferSyntaxUid !== BIG_ENDIAN,
  };
}

/** A file without a meta header says nothing of its encoding: two letters where a VR stands mean an explicit one. */
function guessEncoding(view: DataView, offset: number): Encoding {
  if (offset + 6 > view.byteLength) return { explicit: false, littleEndian: true };
  const letter = (at: number) => view.getUint8(at) >= 0x41 && view.getUint8(at) <= 0x5a;
  const explicit = letter(offset + 4) && letter(offset + 5);
  return {
    explicit,
    littleEndian: view.getUint16(offset, true) < 0x0100 || view.getUint16(offset, true) === 0x7fe0,
  };
}

/** A bare data set begins with an element of group 8 (2 when only the preamble is missing). */
function looksLikeDataSet(view: DataView): boolean {
  if (view.byteLength < 16) return false;
  return [view.getUint16(0, true), view.getUint16(0, false)].some((group) => group === 2 || group === 8);
}

function defined(length: number): number | undefined {
  return length === UNDEFINED_LENGTH ? undefined : length;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function latin1(bytes: Uint8Array, from: number, upTo: number): string {
  const to = Math.min(upTo, bytes.length);
  if (from >= to) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}
