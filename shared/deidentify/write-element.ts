import type { Encoding } from '../dicom/elements.ts';
import { ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER } from '../dicom/tags.ts';

const UNDEFINED_LENGTH = 0xffffffff;
/** Value representations with a 32-bit length in explicit encodings (PS3.5 7.1.2). */
const LONG_LENGTH = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** The bytes of an element with a value of a known length, which is padded to an even one. */
export function writeElement(tag: number, vr: string, value: Uint8Array, encoding: Encoding): Uint8Array[] {
  const odd = value.length % 2 === 1;
  const padding = odd ? [new Uint8Array([vr === 'UI' || vr === 'OB' ? 0 : 0x20])] : [];
  return [head(tag, vr, value.length + padding.length, encoding), value, ...padding];
}

/** A sequence with the given items, its length written the way the original had it: stated, or by delimiters. */
export function writeSequence(
  tag: number,
  vr: string,
  items: Uint8Array[][],
  encoding: Encoding,
  delimited: boolean,
): Uint8Array[] {
  const chunks = items.flatMap((item) => [
    ...(delimited
      ? [delimiter(ITEM, UNDEFINED_LENGTH, encoding)]
      : [delimiter(ITEM, sizeOf(item), encoding)]),
    ...item,
    ...(delimited ? [delimiter(ITEM_DELIMITER, 0, encoding)] : []),
  ]);
  if (!delimited) return [head(tag, vr, sizeOf(chunks), encoding), ...chunks];
  return [head(tag, vr, UNDEFINED_LENGTH, encoding), ...chunks, delimiter(SEQUENCE_DELIMITER, 0, encoding)];
}

export function sizeOf(chunks: Uint8Array[]): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}

export function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function head(tag: number, vr: string, length: number, { explicit, littleEndian }: Encoding): Uint8Array {
  const long = explicit && LONG_LENGTH.has(vr);
  const bytes = new Uint8Array(long ? 12 : 8);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, littleEndian);
  view.setUint16(2, tag & 0xffff, littleEndian);
  if (explicit) bytes.set(ascii(vr), 4);
  if (explicit && !long) view.setUint16(6, length, littleEndian);
  else view.setUint32(long ? 8 : 4, length, littleEndian);
  return bytes;
}

function delimiter(tag: number, length: number, encoding: Encoding): Uint8Array {
  return head(tag, '', length, { ...encoding, explicit: false });
}
