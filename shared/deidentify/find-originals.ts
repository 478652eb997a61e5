import { type DataSet, type Encoding, textOf } from '../dicom/elements.ts';
import { TAG } from '../dicom/tags.ts';
import type { AttributeNames } from './attribute-names.ts';
import { nameParts, type Originals } from './clean-text.ts';
import { elementsBetween, isSequence, itemsOf } from './walk.ts';

/** What a file tells of who and what it is, before anything is changed. */
export interface Found extends Originals {
  /** Patient ID; a file without one takes its study for the patient. */
  patientId: string;
  sopClassUid: string;
  sopInstanceUid: string;
  seriesUid: string;
  studyUid: string;
  /** Burned In Annotation: YES, NO, or '' when the file does not say. */
  burnedIn: string;
  hasPixelData: boolean;
}

const BURNED_IN_ANNOTATION = 0x00280301;
const PIXEL_DATA = new Set<number>([TAG.PixelData, 0x7fe00008, 0x7fe00009]);
/** Attributes whose values name a patient, a study or an order, besides those that are person names. */
const IDS = new Set([
  0x00080050,
  TAG.PatientID,
  0x00101000,
  0x00101001,
  0x00101090,
  0x00102154,
  0x00120040,
  0x00200010,
  0x00380010,
  0x00400253,
  0x00401001,
  0x00402016,
  0x00402017,
]);

/** Reads a whole data set for its identity, and for every name, id and date that stands in it. */
export function findOriginals(dataSet: DataSet, names: AttributeNames): Found {
  const found: Found = {
    names: new Set(),
    ids: new Set(),
    dates: new Set(),
    patientId: '',
    sopClassUid: '',
    sopInstanceUid: '',
    seriesUid: '',
    studyUid: '',
    burnedIn: '',
    hasPixelData: false,
  };
  collect(dataSet, dataSet.start, dataSet.bytes.length, dataSet.encoding, names, found, true);
  if (found.patientId === '') found.patientId = found.studyUid;
  return found;
}

function collect(
  dataSet: DataSet,
  from: number,
  to: number,
  encoding: Encoding,
  names: AttributeNames,
  found: Found,
  topLevel: boolean,
): void {
  for (const element of elementsBetween(dataSet, from, to, encoding, names)) {
    if (isSequence(element)) {
      for (const item of itemsOf(dataSet, element)) {
        collect(dataSet, item.from, item.to, item.encoding, names, found, false);
      }
      continue;
    }
    if (PIXEL_DATA.has(element.tag)) {
      found.hasPixelData ||= topLevel;
      continue;
    }
    const isId = IDS.has(element.tag);
    if (!topLevel && !isId && element.knownVr !== 'PN' && element.knownVr !== 'DA') continue;
    if ((element.length ?? 0) > 10_240) continue;
    const text = textOf(dataSet, element);
    if (topLevel) noteIdentity(element.tag, text, found);
    if (element.knownVr === 'PN') for (const part of nameParts(text)) found.names.add(part);
    if (element.knownVr === 'DA')
      for (const date of text.match(/\d{4}\.?\d{2}\.?\d{2}/g) ?? [])
        found.dates.add(date.replaceAll('.', ''));
    if (isId) for (const id of text.split('\\')) if (id.trim().length >= 4) found.ids.add(id.trim());
  }
}

function noteIdentity(tag: number, text: string, found: Found): void {
  if (tag === TAG.PatientID) found.patientId = text;
  else if (tag === TAG.SOPClassUID) found.sopClassUid = text;
  else if (tag === TAG.SOPInstanceUID) found.sopInstanceUid = text;
  else if (tag === TAG.SeriesInstanceUID) found.seriesUid = text;
  else if (tag === TAG.StudyInstanceUID) found.studyUid = text;
  else if (tag === BURNED_IN_ANNOTATION) found.burnedIn = text.toUpperCase();
}
