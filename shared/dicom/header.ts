import { DatasetError } from '../errors.ts';
import type { FrameFormat } from './codecs/frame.ts';
import { type DataSet, type Element, elementAt, endOf, endOfItem, openDataSet, textOf } from './elements.ts';
import { ITEM, TAG } from './tags.ts';

/** Where one frame lies, and what its stored values mean; a classic CT file has one frame. */
export interface FrameGeometry {
  /** Centre of the first pixel, in LPS mm (Image Position (Patient)). */
  positionMm: number[] | undefined;
  /** Direction cosines of a row and of a column (Image Orientation (Patient)). */
  orientation: number[] | undefined;
  /** Between rows, then between columns (Pixel Spacing). */
  pixelSpacingMm: number[] | undefined;
  rescaleSlope: number;
  rescaleIntercept: number;
}

/** What converting a CT series needs of one DICOM instance. */
export interface DicomHeader {
  transferSyntaxUid: string;
  sopClassUid: string;
  sopInstanceUid: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  modality: string;
  imageType: string[];
  manufacturer: string;
  model: string;
  seriesDescription: string;
  kernel: string;
  kvp: number | undefined;
  sliceThicknessMm: number | undefined;
  gantryTiltDegrees: number | undefined;
  patientId: string;
  studyDate: string;
  instanceNumber: number | undefined;
  acquisitionNumber: number | undefined;
  photometricInterpretation: string;
  pixelPaddingValue: number | undefined;
  format: FrameFormat;
  numberOfFrames: number;
  /** One a frame; frames of a classic file share theirs. */
  frames: FrameGeometry[];
  pixelData: PixelData | undefined;
}

export interface PixelData {
  /** The value of the element: whole for native data, from the offset table's item on when encapsulated. */
  value: Uint8Array;
  encapsulated: boolean;
  /** Length the header announces, in bytes; more than `value` has when the file is cut off. */
  announcedBytes: number | undefined;
  extendedOffsetTable: Uint8Array | undefined;
}

/** The tags of a frame's functional groups (PS3.3 C.7.6.16), wherever they are nested. */
const FRAME_TAGS = new Set<number>([
  TAG.ImagePositionPatient,
  TAG.ImageOrientationPatient,
  TAG.PixelSpacing,
  TAG.RescaleSlope,
  TAG.RescaleIntercept,
  TAG.SliceThickness,
]);

/** Media Storage Directory Storage, the class of a DICOMDIR (PS3.10 8.6). */
export const DICOM_DIRECTORY = '1.2.840.10008.1.3.10';

const WANTED = new Set<number>(Object.values(TAG));

/**
 * The header of a DICOM file, from all its bytes.
 * @throws DICOM_UNREADABLE when it is none, or ends before its pixel data
 */
export function readHeader(file: Uint8Array): DicomHeader {
  const dataSet = openDataSet(file);
  const { elements, complete } = scan(dataSet, WANTED, Number.POSITIVE_INFINITY);
  if (!complete)
    throw new DatasetError('DICOM_UNREADABLE', 'it ends within its header; copy or export it again');
  const text = (tag: number) => (elements.has(tag) ? textOf(dataSet, elements.get(tag)!) : '');
  const number = (tag: number) => numberOf(text(tag));
  const short = (tag: number) => shortOf(dataSet, elements.get(tag));
  const numberOfFrames = number(TAG.NumberOfFrames) || 1;
  // every frame has at least a byte of its own: more frames than bytes is damage, not an image
  if (!Number.isInteger(numberOfFrames) || numberOfFrames < 1 || numberOfFrames > dataSet.bytes.length)
    throw new DatasetError('DICOM_UNREADABLE', `it says it has ${numberOfFrames} frames`);
  const bitsAllocated = short(TAG.BitsAllocated) ?? 16;
  const bitsStored = short(TAG.BitsStored) ?? bitsAllocated;
  return {
    transferSyntaxUid: dataSet.transferSyntaxUid,
    // a directory names its class in the meta header only
    sopClassUid: elements.has(TAG.DirectoryRecordSequence) ? DICOM_DIRECTORY : text(TAG.SOPClassUID),
    sopInstanceUid: text(TAG.SOPInstanceUID),
    studyInstanceUid: text(TAG.StudyInstanceUID),
    seriesInstanceUid: text(TAG.SeriesInstanceUID),
    modality: text(TAG.Modality),
    imageType: text(TAG.ImageType).split('\\'),
    manufacturer: text(TAG.Manufacturer),
    model: text(TAG.ManufacturerModelName),
    seriesDescription: text(TAG.SeriesDescription),
    kernel: text(TAG.ConvolutionKernel),
    kvp: number(TAG.KVP),
    sliceThicknessMm: number(TAG.SliceThickness),
    gantryTiltDegrees: number(TAG.GantryDetectorTilt),
    patientId: text(TAG.PatientID),
    studyDate: text(TAG.StudyDate),
    instanceNumber: number(TAG.InstanceNumber),
    acquisitionNumber: number(TAG.AcquisitionNumber),
    photometricInterpretation: text(TAG.PhotometricInterpretation),
    pixelPaddingValue: short(TAG.PixelPaddingValue),
    format: {
      rows: short(TAG.Rows) ?? 0,
      columns: short(TAG.Columns) ?? 0,
      bitsAllocated,
      bitsStored,
      highBit: short(TAG.HighBit) ?? bitsStored - 1,
      pixelRepresentation: short(TAG.PixelRepresentation) === 1 ? 1 : 0,
      samplesPerPixel: short(TAG.SamplesPerPixel) ?? 1,
    },
    numberOfFrames,
    frames: framesOf(dataSet, elements, numberOfFrames),
    pixelData: pixelDataOf(dataSet, elements),
  };
}

/**
 * The Series Instance UID of a file, from as little of it as will do: `read` gives a range of its bytes.
 * @returns undefined when it is no DICOM file, or has no such UID
 */
export async function seriesUidOf(
  fileBytes: number,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<string | undefined> {
  for (let length = 4096; ; length *= 16) {
    const bytes = await read(0, Math.min(length, fileBytes));
    const whole = bytes.length >= fileBytes || bytes.length < length;
    try {
      const dataSet = openDataSet(bytes);
      const { elements, complete } = scan(dataSet, new Set([TAG.SeriesInstanceUID]), TAG.SeriesInstanceUID);
      const element = elements.get(TAG.SeriesInstanceUID);
      if (element) return textOf(dataSet, element) || undefined;
      if (complete || whole) return undefined;
    } catch (error) {
      if (whole || !(error instanceof DatasetError)) return undefined;
    }
  }
}

interface Scan {
  elements: Map<number, Element>;
  /** The scan got past `last`, or to the pixel data, or to the very end of the data set. */
  complete: boolean;
}

/** The wanted elements of the data set's top level, up to the tag `last` or the pixel data. */
function scan(dataSet: DataSet, wanted: Set<number>, last: number): Scan {
  const { bytes, encoding } = dataSet;
  const elements = new Map<number, Element>();
  let offset = dataSet.start;
  while (offset < bytes.length) {
    const element = elementAt(dataSet, offset, encoding);
    if (!element) return { elements, complete: false };
    if (element.tag > last) return { elements, complete: true };
    if (element.tag === TAG.PixelData) {
      elements.set(element.tag, element);
      return { elements, complete: true };
    }
    const end = endOf(dataSet, element, encoding);
    if (end === undefined) return { elements, complete: false };
    if (wanted.has(element.tag)) elements.set(element.tag, element);
    offset = end;
  }
  return { elements, complete: offset === bytes.length };
}

/** Values of each frame: from its own functional groups, else from the shared ones, else from the top level. */
function framesOf(dataSet: DataSet, elements: Map<number, Element>, numberOfFrames: number): FrameGeometry[] {
  const topLevel = new Map([...elements].filter(([tag]) => FRAME_TAGS.has(tag)));
  const [shared] = groupsOf(dataSet, elements.get(TAG.SharedFunctionalGroups));
  const perFrame = groupsOf(dataSet, elements.get(TAG.PerFrameFunctionalGroups));
  return Array.from({ length: numberOfFrames }, (_, frame) => {
    const element = (tag: number) => perFrame[frame]?.get(tag) ?? shared?.get(tag) ?? topLevel.get(tag);
    const numbers = (tag: number, count: number) => {
      const found = element(tag);
      const values = found ? textOf(dataSet, found).split('\\').map(numberOf) : [];
      const known = values.filter((value) => value !== undefined);
      return known.length === count && values.length === count ? known : undefined;
    };
    return {
      positionMm: numbers(TAG.ImagePositionPatient, 3),
      orientation: numbers(TAG.ImageOrientationPatient, 6),
      pixelSpacingMm: numbers(TAG.PixelSpacing, 2),
      rescaleSlope: numbers(TAG.RescaleSlope, 1)?.[0] ?? 1,
      rescaleIntercept: numbers(TAG.RescaleIntercept, 1)?.[0] ?? 0,
    };
  });
}

/** For each item of a functional groups sequence, the frame tags nested anywhere in it. */
function groupsOf(dataSet: DataSet, sequence: Element | undefined): Map<number, Element>[] {
  if (!sequence) return [];
  const groups: Map<number, Element>[] = [];
  forEachItem(dataSet, sequence, (from, to) => {
    const found = new Map<number, Element>();
    collect(dataSet, from, to, found);
    groups.push(found);
  });
  return groups;
}

function collect(dataSet: DataSet, from: number, to: number, found: Map<number, Element>): void {
  let offset = from;
  while (offset < to) {
    const element = elementAt(dataSet, offset, dataSet.encoding);
    const end = element && endOf(dataSet, element, dataSet.encoding);
    if (!element || end === undefined || element.tag >>> 16 === 0xfffe) return;
    if (FRAME_TAGS.has(element.tag)) found.set(element.tag, element);
    else if (isSequence(dataSet, element)) {
      forEachItem(dataSet, element, (itemFrom, itemTo) => collect(dataSet, itemFrom, itemTo, found));
    }
    offset = end;
  }
}

/** In implicit encodings a sequence is known by its first item. */
function isSequence(dataSet: DataSet, element: Element): boolean {
  if (element.vr === 'SQ' || element.length === undefined) return true;
  if (dataSet.encoding.explicit || element.length < 8) return false;
  return elementAt(dataSet, element.offset, dataSet.encoding)?.tag === ITEM;
}

function forEachItem(dataSet: DataSet, sequence: Element, visit: (from: number, to: number) => void): void {
  const { encoding } = dataSet;
  const end = endOf(dataSet, sequence, encoding) ?? dataSet.bytes.length;
  let offset = sequence.offset;
  while (offset < end) {
    const item = elementAt(dataSet, offset, encoding);
    if (item?.tag !== ITEM) return;
    const itemEnd = endOfItem(dataSet, item, encoding);
    if (itemEnd === undefined) return;
    visit(item.offset, itemEnd);
    offset = itemEnd;
  }
}

function pixelDataOf({ bytes, encoding }: DataSet, elements: Map<number, Element>): PixelData | undefined {
  const element = elements.get(TAG.PixelData);
  if (!element) return undefined;
  const table = elements.get(TAG.ExtendedOffsetTable);
  const end = element.length === undefined ? bytes.length : element.offset + element.length;
  return {
    value: bytes.subarray(element.offset, end),
    encapsulated: element.length === undefined && encoding.littleEndian,
    announcedBytes: element.length,
    extendedOffsetTable: table && bytes.subarray(table.offset, table.offset + (table.length ?? 0)),
  };
}

function numberOf(text: string): number | undefined {
  const [first] = text.split('\\');
  const value = Number(first);
  return first.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

function shortOf({ view, encoding }: DataSet, element: Element | undefined): number | undefined {
  if (!element || element.length === undefined || element.length < 2) return undefined;
  return view.getUint16(element.offset, encoding.littleEndian);
}
