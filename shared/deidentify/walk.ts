import { type DataSet, type Element, type Encoding, elementAt, endOf, endOfItem } from '../dicom/elements.ts';
import { ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER, TAG } from '../dicom/tags.ts';
import { DatasetError } from '../errors.ts';
import type { AttributeNames } from './attribute-names.ts';

const UN_ENCODING: Encoding = { explicit: false, littleEndian: true };

/** An element of a data set or of an item, with where it ends and what it is. */
export interface Walked extends Element {
  /** Where the element's tag stands, and where the next element begins. */
  start: number;
  end: number;
  encoding: Encoding;
  keyword: string | undefined;
  /** What the file says, or for UN and implicit encodings the dictionary. */
  knownVr: string | undefined;
}

/**
 * The elements between two offsets, in file order.
 * @throws DICOM_UNREADABLE when the file is cut off or damaged
 */
export function* elementsBetween(
  dataSet: DataSet,
  from: number,
  to: number,
  encoding: Encoding,
  names: AttributeNames,
): Iterable<Walked> {
  let offset = from;
  while (offset < to) {
    const element = elementAt(dataSet, offset, encoding);
    if (element?.tag === ITEM_DELIMITER || element?.tag === SEQUENCE_DELIMITER) return;
    const end = element && endOf(dataSet, element, encoding);
    if (!element || end === undefined || end > to) {
      if (isPadding(dataSet, offset, to)) return;
      throw new DatasetError('DICOM_UNREADABLE', 'it ends within its data set; copy or export it again');
    }
    const attribute = names(element.tag);
    const stated = element.vr === '' || element.vr === 'UN' ? undefined : element.vr;
    yield {
      ...element,
      start: offset,
      end,
      encoding,
      keyword: attribute?.keyword,
      knownVr: stated ?? attribute?.vr,
    };
    offset = end;
  }
}

/** The items of a sequence: where the elements of each begin and end, and how they are encoded. */
export function* itemsOf(
  dataSet: DataSet,
  sequence: Walked,
): Iterable<{ from: number; to: number; encoding: Encoding }> {
  // the value of UN is implicit little-endian, whatever is around it (PS3.5 6.2.2 note 2)
  const encoding = sequence.vr === 'UN' ? UN_ENCODING : sequence.encoding;
  let offset = sequence.offset;
  while (offset < sequence.end) {
    const item = elementAt(dataSet, offset, encoding);
    if (item?.tag !== ITEM) return;
    const end = endOfItem(dataSet, item, encoding);
    if (end === undefined) return;
    yield { from: item.offset, to: end, encoding };
    offset = end;
  }
}

/** Whether an element holds items; encapsulated pixel data holds fragments instead. */
export function isSequence({ tag, knownVr, length, vr }: Walked): boolean {
  if (tag === TAG.PixelData) return false;
  return knownVr === 'SQ' || vr === 'SQ' || length === undefined;
}

/** Zeros after the last element, as some writers leave them. */
function isPadding({ bytes }: DataSet, from: number, to: number): boolean {
  return bytes.subarray(from, to).every((byte) => byte === 0);
}
