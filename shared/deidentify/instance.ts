import { deflateRawSync } from 'node:zlib';
import { type DataSet, openDataSet } from '../dicom/elements.ts';
import { DatasetError } from '../errors.ts';
import { type AttributeNames, loadAttributeNames } from './attribute-names.ts';
import { fileMeta, identityInMeta } from './file-meta.ts';
import { type Found, findOriginals } from './find-originals.ts';
import type { Profile } from './profile.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { rewriteDataSet } from './rewrite.ts';
import type { Touched } from './touched.ts';
import { sizeOf } from './write-element.ts';

const DEFLATED = '1.2.840.10008.1.2.1.99';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const SEGMENTATIONS_AND_STRUCTURES = [
  '1.2.840.10008.5.1.4.1.1.66.4',
  '1.2.840.10008.5.1.4.1.1.66.7',
  '1.2.840.10008.5.1.4.1.1.481.3',
];

export interface DeidentifiedInstance {
  bytes: Uint8Array;
  touched: Touched[];
  /** Identity in the release. */
  patient: string;
  studyUid: string;
  seriesUid: string;
  sopInstanceUid: string;
}

/**
 * De-identifies one DICOM file (image, segmentation or structure set): rewrites the data set attribute by attribute
 * as the profile says, in the transfer syntax and with the pixel data it had, byte for byte.
 * @throws DICOM_UNREADABLE; BURNED_IN_ANNOTATION for an image that says so, and for a secondary capture that does
 * not deny it; UNSUPPORTED_PIXEL_FORMAT for what is neither image nor segmentation, such as a report
 */
export async function deidentifyInstance(
  file: Uint8Array,
  profile: Profile,
  pseudonyms: Pseudonyms,
): Promise<DeidentifiedInstance> {
  const names = await loadAttributeNames();
  const dataSet = openDataSet(file);
  const found = findOriginals(dataSet, names);
  found.sopClassUid ||= identityInMeta(file).sopClassUid;
  found.sopInstanceUid ||= identityInMeta(file).sopInstanceUid;
  refuse(found);
  pseudonyms.remember({
    names: [...found.names],
    ids: [...found.ids],
    dates: [...found.dates],
  });
  const touched = new Map<string, Touched>();
  const body = bodyOf(dataSet, names, profile, pseudonyms, found, touched);
  const sopInstanceUid = pseudonyms.remapUid(found.sopInstanceUid);
  const meta = fileMeta(found.sopClassUid, sopInstanceUid, dataSet.transferSyntaxUid);
  return {
    bytes: Buffer.concat([meta, ...body]),
    touched: [...touched.values()].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0)),
    patient: pseudonyms.remapPatient(found.patientId),
    studyUid: pseudonyms.remapUid(found.studyUid),
    seriesUid: pseudonyms.remapUid(found.seriesUid),
    sopInstanceUid,
  };
}

function bodyOf(
  dataSet: DataSet,
  names: AttributeNames,
  profile: Profile,
  pseudonyms: Pseudonyms,
  found: Found,
  touched: Map<string, Touched>,
): Uint8Array[] {
  const chunks = rewriteDataSet(dataSet, { names, profile, pseudonyms, found, touched });
  if (dataSet.transferSyntaxUid !== DEFLATED) return chunks;
  const deflated = deflateRawSync(Buffer.concat(chunks));
  return sizeOf([deflated]) % 2 === 1 ? [deflated, new Uint8Array(1)] : [deflated];
}

function refuse({ sopClassUid, burnedIn, hasPixelData }: Found): void {
  const capture = sopClassUid === SECONDARY_CAPTURE || sopClassUid.startsWith(`${SECONDARY_CAPTURE}.`);
  if (burnedIn === 'YES' || (capture && burnedIn !== 'NO')) {
    const why = burnedIn === 'YES' ? 'Burned In Annotation is YES' : 'a secondary capture may show names';
    throw new DatasetError(
      'BURNED_IN_ANNOTATION',
      `${why}; leave it out, or blank the text and set the flag to NO`,
    );
  }
  if (!hasPixelData && !SEGMENTATIONS_AND_STRUCTURES.includes(sopClassUid)) {
    throw new DatasetError(
      'UNSUPPORTED_PIXEL_FORMAT',
      `SOP class ${sopClassUid || 'unknown'} is neither an image nor a segmentation; leave it out`,
    );
  }
}
