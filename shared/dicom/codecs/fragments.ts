import { corrupt, truncated } from './frame.ts';

const ITEM = 0xe000fffe;
const SEQUENCE_DELIMITER = 0xe0ddfffe;

/** One item of the encapsulated pixel data: where its tag stands, from the first item after the offset table. */
interface Fragment {
  offset: number;
  bytes: Uint8Array;
}

/**
 * The codestream of each frame of an encapsulated Pixel Data element (PS3.5 A.4). A frame of one fragment is a
 * view of `pixelData`; fragments of one frame are joined.
 *
 * Frames are told apart by the extended offset table, else the basic one, else (no table, or one that points
 * beside the items) by the end-of-image marker FF D9 that closes every JPEG, JPEG-LS and JPEG 2000 codestream.
 * @param pixelData the element's value: from the item of the basic offset table on, with or without the closing
 * sequence delimiter
 * @param extendedOffsetTable value of (7FE0,0001), where the data set has one
 * @throws TRUNCATED_PIXEL_DATA when an item is cut off or frames are missing; CORRUPT_PIXEL_DATA when the items
 * are none, or cannot be shared out between the frames
 */
export function frameCodestreams(
  pixelData: Uint8Array,
  numberOfFrames: number,
  extendedOffsetTable?: Uint8Array,
): Uint8Array[] {
  const [basicOffsetTable, ...items] = itemsOf(pixelData);
  if (!basicOffsetTable) throw truncated('the encapsulated pixel data has no items');
  const firstOffset = 8 + basicOffsetTable.bytes.length;
  const fragments = items
    .filter(({ bytes }) => bytes.length > 0)
    .map(({ offset, bytes }) => ({ offset: offset - firstOffset, bytes }));
  if (fragments.length < numberOfFrames) {
    throw truncated(`the pixel data has ${fragments.length} fragments for ${numberOfFrames} frames`);
  }
  if (numberOfFrames === 1) return [join(fragments)];
  if (fragments.length === numberOfFrames) return fragments.map(({ bytes }) => bytes);
  const groups =
    groupByOffsets(fragments, extendedOffsets(extendedOffsetTable), numberOfFrames) ??
    groupByOffsets(fragments, basicOffsets(basicOffsetTable.bytes), numberOfFrames) ??
    groupByEndMarkers(fragments);
  if (groups.length < numberOfFrames) {
    throw truncated(`the fragments of the pixel data hold ${groups.length} of ${numberOfFrames} frames`);
  }
  if (groups.length > numberOfFrames) {
    throw corrupt(`the fragments of the pixel data hold ${groups.length} frames, not ${numberOfFrames}`);
  }
  return groups.map(join);
}

function itemsOf(pixelData: Uint8Array): Fragment[] {
  const view = new DataView(pixelData.buffer, pixelData.byteOffset, pixelData.byteLength);
  const items: Fragment[] = [];
  let offset = 0;
  while (offset < pixelData.length) {
    if (offset + 8 > pixelData.length) throw truncated('the encapsulated pixel data ends within an item tag');
    const tag = view.getUint32(offset, true);
    if (tag === SEQUENCE_DELIMITER) break;
    if (tag !== ITEM) throw corrupt(`the encapsulated pixel data has no item tag at byte ${offset}`);
    const length = view.getUint32(offset + 4, true);
    const end = offset + 8 + length;
    if (end > pixelData.length) {
      throw truncated(`a fragment of ${length} bytes has only ${pixelData.length - offset - 8} left`);
    }
    items.push({ offset, bytes: pixelData.subarray(offset + 8, end) });
    offset = end;
  }
  return items;
}

function basicOffsets(table: Uint8Array): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: table.length >> 2 }, (_, i) => view.getUint32(4 * i, true));
}

function extendedOffsets(table: Uint8Array = new Uint8Array(0)): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: table.length >> 3 }, (_, i) => Number(view.getBigUint64(8 * i, true)));
}

/** The fragments of each frame, or nothing when the offsets are not those of `frames` rising items from 0 on. */
function groupByOffsets(fragments: Fragment[], offsets: number[], frames: number): Fragment[][] | undefined {
  const starts = offsets.map((offset) => fragments.findIndex((fragment) => fragment.offset === offset));
  const rising = starts.every((start, frame) => (frame === 0 ? start === 0 : start > starts[frame - 1]));
  if (starts.length !== frames || !rising) return undefined;
  return starts.map((start, frame) => fragments.slice(start, starts[frame + 1]));
}

function groupByEndMarkers(fragments: Fragment[]): Fragment[][] {
  const groups: Fragment[][] = [];
  let group: Fragment[] = [];
  for (const fragment of fragments) {
    group.push(fragment);
    if (!endsWithMarker(fragment.bytes)) continue;
    groups.push(group);
    group = [];
  }
  return groups;
}

/** Whether the bytes, less the padding that makes their length even, end with FF D9: EOI of T.81, EOC of T.800. */
export function endsWithMarker(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return end >= 2 && bytes[end - 1] === 0xd9 && bytes[end - 2] === 0xff;
}

function join(fragments: Fragment[]): Uint8Array {
  if (fragments.length === 1) return fragments[0].bytes;
  const joined = new Uint8Array(fragments.reduce((total, { bytes }) => total + bytes.length, 0));
  let at = 0;
  for (const { bytes } of fragments) {
    joined.set(bytes, at);
    at += bytes.length;
  }
  return joined;
}
