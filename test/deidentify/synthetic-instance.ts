import { deflateRawSync } from 'node:zlib';
import { fileMeta } from '../../shared/deidentify/file-meta.ts';
import { ascii, writeElement, writeSequence } from '../../shared/deidentify/write-element.ts';
import type { Encoding } from '../../shared/dicom/elements.ts';

export const ORIGINALS = {
  patientId: 'MRN-0048213',
  names: ['Quintanilla', 'Eduvigis', 'Rostov'],
  uids: ['1.2.752.24.7.111.1', '1.2.752.24.7.111.2', '1.2.752.24.7.111.3', '1.2.752.24.7.111.9'],
  dates: ['19310228', '20190220', '20190221'],
  texts: ['Calle Olmo 12', 'ACC77120', 'SECRETO', 'Hospital Sur'],
};

/** Fragments of encapsulated pixel data, delimiter included: what must come through unchanged. */
export const FRAGMENTS = Buffer.from('feff00e000000000feff00e004000000ffd8ffd9feffdde000000000', 'hex');
export const PIXELS = Uint8Array.from({ length: 32 }, (_, i) => (i * 37) % 251);

export const SYNTAXES = {
  implicit: '1.2.840.10008.1.2',
  explicit: '1.2.840.10008.1.2.1',
  'big endian': '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
  'JPEG lossless': '1.2.840.10008.1.2.4.70',
};
export type Syntax = keyof typeof SYNTAXES;

export interface Change {
  tag: number;
  vr: string;
  value: string;
}

/** A CT slice that names a patient wherever one can be named; `changes` overwrite or add attributes. */
export function syntheticInstance(syntax: Syntax = 'explicit', changes: Change[] = []): Uint8Array {
  const encoding = { explicit: syntax !== 'implicit', littleEndian: syntax !== 'big endian' };
  const [sop, series, study, frame] = ORIGINALS.uids;
  const fields: Change[] = [
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' },
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
    { tag: 0x00080018, vr: 'UI', value: sop },
    { tag: 0x00080020, vr: 'DA', value: '20190220' },
    { tag: 0x00080022, vr: 'DA', value: '20190221' },
    { tag: 0x0008002a, vr: 'DT', value: '20190221101530.5' },
    { tag: 0x00080030, vr: 'TM', value: '101530' },
    { tag: 0x00080050, vr: 'SH', value: 'ACC77120' },
    { tag: 0x00080080, vr: 'LO', value: 'Hospital Sur' },
    { tag: 0x00080090, vr: 'PN', value: 'Rostov^Ivan^^Dr' },
    { tag: 0x0008103e, vr: 'LO', value: 'Torax Quintanilla 2019-02-20 portal' },
    { tag: 0x00100010, vr: 'PN', value: 'Quintanilla^Eduvigis' },
    { tag: 0x00100020, vr: 'LO', value: ORIGINALS.patientId },
    { tag: 0x00100030, vr: 'DA', value: '19310228' },
    { tag: 0x00100040, vr: 'CS', value: 'F' },
    { tag: 0x00101010, vr: 'AS', value: '093Y' },
    { tag: 0x00101030, vr: 'DS', value: '61.5' },
    { tag: 0x00101040, vr: 'LO', value: 'Calle Olmo 12' },
    { tag: 0x00104000, vr: 'LT', value: 'SECRETO' },
    { tag: 0x00180050, vr: 'DS', value: '5.0' },
    { tag: 0x00181210, vr: 'SH', value: 'I30f' },
    { tag: 0x00191001, vr: 'LO', value: 'SECRETO' },
    { tag: 0x00190010, vr: 'LO', value: 'VENDOR' },
    { tag: 0x0020000d, vr: 'UI', value: study },
    { tag: 0x0020000e, vr: 'UI', value: series },
    { tag: 0x00200052, vr: 'UI', value: frame },
    { tag: 0x60004000, vr: 'LT', value: 'SECRETO' },
  ];
  const replaced = [...fields.filter(({ tag }) => !changes.some((change) => change.tag === tag)), ...changes];
  const chunks = replaced.map(({ tag, vr, value }) => ({
    tag,
    chunks: writeElement(tag, vr, ascii(value), encoding),
  }));
  chunks.push(...sequences(encoding), pixels(syntax, encoding));
  const body = Buffer.concat(chunks.sort((a, b) => a.tag - b.tag).flatMap((element) => element.chunks));
  const meta = fileMeta('1.2.840.10008.5.1.4.1.1.2', sop, SYNTAXES[syntax]);
  meta.set(ascii('Quintanilla'), 3); // some writers leave things in the preamble
  return Buffer.concat([meta, syntax === 'deflated' ? deflateRawSync(body) : body]);
}

/** Sequences of both length forms, with identifiers and a private element inside, and one of names alone. */
function sequences(encoding: Encoding) {
  const text = (tag: number, vr: string, value: string) => writeElement(tag, vr, ascii(value), encoding);
  const image = [
    ...text(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    ...text(0x00081155, 'UI', ORIGINALS.uids[0]),
    ...text(0x00191002, 'LO', 'SECRETO'),
  ];
  const nested = writeSequence(0x0040a170, 'SQ', [text(0x00080104, 'LO', 'of Eduvigis')], encoding, true);
  return [
    { tag: 0x00081140, chunks: writeSequence(0x00081140, 'SQ', [[...image, ...nested]], encoding, false) },
    { tag: 0x00082112, chunks: writeSequence(0x00082112, 'SQ', [image, image], encoding, true) },
    {
      tag: 0x00400275,
      chunks: writeSequence(0x00400275, 'SQ', [text(0x00400007, 'LO', 'SECRETO')], encoding, true),
    },
  ];
}

function pixels(syntax: Syntax, encoding: Encoding) {
  if (syntax !== 'JPEG lossless')
    return { tag: 0x7fe00010, chunks: writeElement(0x7fe00010, 'OW', PIXELS, encoding) };
  const [head] = writeElement(0x7fe00010, 'OB', new Uint8Array(0), encoding);
  new DataView(head.buffer).setUint32(8, 0xffffffff, true);
  return { tag: 0x7fe00010, chunks: [head, FRAGMENTS] };
}
