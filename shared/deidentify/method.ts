import type { Encoding } from '../dicom/elements.ts';
import type { Profile } from './profile.ts';
import { ascii, writeElement, writeSequence } from './write-element.ts';

/** Codes of the profile and its options (PS3.16 CID 7050). */
const BASIC = { code: '113100', meaning: 'Basic Application Confidentiality Profile' };
const CLEAN_DESCRIPTORS = { code: '113105', meaning: 'Clean Descriptors Option' };
const MODIFIED_DATES = {
  code: '113107',
  meaning: 'Retain Longitudinal Temporal Information Modified Dates Option',
};
const CHARACTERISTICS = { code: '113108', meaning: 'Retain Patient Characteristics Option' };

/** The attributes by which a data set says that, and how, it was de-identified (PS3.3 C.7.1.1, C.12.1). */
export function methodElements(
  profile: Profile,
  encoding: Encoding,
): { tag: number; chunks: Uint8Array[] }[] {
  const options = [
    BASIC,
    ...(profile.cleanDescriptors ? [CLEAN_DESCRIPTORS] : []),
    ...(profile.dates === 'shift' ? [MODIFIED_DATES] : []),
    ...(profile.keepCharacteristics ? [CHARACTERISTICS] : []),
  ];
  const items = options.map(({ code, meaning }) => [
    ...writeElement(0x00080100, 'SH', ascii(code), encoding),
    ...writeElement(0x00080102, 'SH', ascii('DCM'), encoding),
    ...writeElement(0x00080104, 'LO', ascii(meaning), encoding),
  ]);
  const text = (tag: number, vr: string, value: string) => ({
    tag,
    chunks: writeElement(tag, vr, ascii(value), encoding),
  });
  return [
    text(0x00120062, 'CS', 'YES'),
    text(0x00120063, 'LO', `recist-dataset, DICOM PS3.15 annex E, profile ${profile.name}`),
    { tag: 0x00120064, chunks: writeSequence(0x00120064, 'SQ', items, encoding, false) },
    text(0x00280303, 'CS', profile.dates === 'shift' ? 'MODIFIED' : 'REMOVED'),
  ];
}
