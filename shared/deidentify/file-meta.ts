import { elementAt, textOf } from '../dicom/elements.ts';
import { ascii, sizeOf, writeElement } from './write-element.ts';

const EXPLICIT = { explicit: true, littleEndian: true };
/** Of this program, made from a random UUID. */
const IMPLEMENTATION_CLASS_UID = '2.25.29394696681783724096483311627238750282';
const IMPLEMENTATION_VERSION = 'RECIST-DATASET';

/** Preamble and meta header of a DICOM file (PS3.10 7.1), saying nothing of where it came from. */
export function fileMeta(sopClassUid: string, sopInstanceUid: string, transferSyntaxUid: string): Uint8Array {
  const elements = [
    ...writeElement(0x00020001, 'OB', new Uint8Array([0, 1]), EXPLICIT),
    ...writeElement(0x00020002, 'UI', ascii(sopClassUid), EXPLICIT),
    ...writeElement(0x00020003, 'UI', ascii(sopInstanceUid), EXPLICIT),
    ...writeElement(0x00020010, 'UI', ascii(transferSyntaxUid), EXPLICIT),
    ...writeElement(0x00020012, 'UI', ascii(IMPLEMENTATION_CLASS_UID), EXPLICIT),
    ...writeElement(0x00020013, 'SH', ascii(IMPLEMENTATION_VERSION), EXPLICIT),
  ];
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, sizeOf(elements), true);
  const groupLength = writeElement(0x00020000, 'UL', length, EXPLICIT);
  return Buffer.concat([new Uint8Array(128), ascii('DICM'), ...groupLength, ...elements]);
}

/** SOP class and instance as the meta header states them, for files whose data set does not; '' where it has none. */
export function identityInMeta(file: Uint8Array): { sopClassUid: string; sopInstanceUid: string } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const meta = { bytes: file, view, start: 132, transferSyntaxUid: '', encoding: EXPLICIT };
  const identity = { sopClassUid: '', sopInstanceUid: '' };
  for (let offset = meta.start; offset + 8 <= file.length && view.getUint16(offset, true) === 2; ) {
    const element = elementAt(meta, offset, EXPLICIT);
    if (element?.length === undefined) break;
    if (element.tag === 0x00020002) identity.sopClassUid = textOf(meta, element);
    if (element.tag === 0x00020003) identity.sopInstanceUid = textOf(meta, element);
    offset = element.offset + element.length;
  }
  return identity;
}
