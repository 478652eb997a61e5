import { endsWithMarker } from './fragments.ts';
import { checkCodestream, corrupt, type FrameFormat, truncated, unsupported } from './frame.ts';

// Markers of ISO/IEC 15444-1 table A.1.
const SOC = 0xff4f;
const SIZ = 0xff51;
export const COD = 0xff52;
export const QCD = 0xff5c;
const SOT = 0xff90;
export const SOD = 0xff93;
const EOC = 0xffd9;

/** What the SIZ segment says (A.5.1), but for the samples that components leave out. */
export interface Size {
  /** The image on its reference grid, and the grid of its tiles. */
  right: number;
  bottom: number;
  left: number;
  top: number;
  tileWidth: number;
  tileHeight: number;
  tileLeft: number;
  tileTop: number;
  /** Of a sample of the first component, in bits. */
  precision: number;
  isSigned: boolean;
}

/** A codestream whose main header was checked. */
export interface Codestream {
  view: DataView;
  size: Size;
  /** The other segments of its main header: their markers, and where these stand. */
  segments: { marker: number; at: number }[];
  /** Its tile-parts, each from its SOT marker on. */
  tileParts: { start: number; end: number }[];
}

/**
 * Checks the main header of a JPEG 2000 codestream against the data set, and walks its tile-parts by their lengths
 * (ISO/IEC 15444-1 annex A), without decoding: the codecs return zeros for what is missing, and can spin on a
 * header that is out of range.
 * @throws TRUNCATED_PIXEL_DATA when a tile-part is cut off, a tile is missing, or the end marker is
 * @throws CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT
 */
export function checkJpeg2000(bytes: Uint8Array, format: FrameFormat): Codestream {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments: Codestream['segments'] = [];
  const tileParts: Codestream['tileParts'] = [];
  const tiles = new Set<number>();
  let size: Size | undefined;
  let at = codestreamStart(view) + 2;
  while (at + 4 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === EOC) break;
    if (marker < 0xff00) throw corrupt(`the JPEG 2000 codestream has no marker at byte ${at}`);
    const length = view.getUint16(at + 2);
    if (at + 2 + length > bytes.length) throw cutOff();
    if (marker !== SOT) {
      if (marker === COD) checkCoding(view, at, length);
      if (marker === SIZ) size = readSize(view, at, length, format);
      else segments.push({ marker, at });
      at += 2 + length;
      continue;
    }
    tiles.add(view.getUint16(at + 4));
    const partLength = view.getUint32(at + 6);
    if (partLength !== 0 && partLength < 14) {
      throw corrupt('the JPEG 2000 codestream has a tile-part without data');
    }
    const end = partLength === 0 ? lastMarker(bytes) : at + partLength;
    tileParts.push({ start: at, end });
    at = end;
    if (partLength === 0) break;
  }
  if (at + 2 > bytes.length || view.getUint16(at) !== EOC) throw cutOff();
  if (!size) throw corrupt('the JPEG 2000 codestream has no SIZ segment');
  const tileCount = tilesOf(size);
  if (tiles.size !== tileCount)
    throw truncated(`the JPEG 2000 codestream has ${tiles.size} of ${tileCount} tiles`);
  return { view, size, segments, tileParts };
}

const cutOff = () => truncated('the JPEG 2000 codestream ends before its end marker');

/** Where SOC stands: at the start, or in the contiguous codestream box of a JP2 file (annex I). */
function codestreamStart(view: DataView): number {
  let at = 0;
  while (at + 12 <= view.byteLength) {
    if (view.getUint16(at) === SOC) return at;
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === 0x6a703263) at += length === 1 ? 16 : 8;
    else if (length >= 8) at += length;
    else break;
  }
  if (at + 12 > view.byteLength) throw cutOff();
  throw corrupt('the frame holds no JPEG 2000 codestream');
}

/** Reads and checks the SIZ segment. */
function readSize(view: DataView, siz: number, length: number, format: FrameFormat): Size {
  if (length < 41) throw corrupt('the JPEG 2000 codestream has a short SIZ segment');
  const [right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from(
    { length: 8 },
    (_, index) => view.getUint32(siz + 6 + 4 * index),
  );
  const depth = view.getUint8(siz + 40);
  const precision = (depth & 0x7f) + 1;
  const components = view.getUint16(siz + 38);
  checkCodestream(format, { rows: bottom - top, columns: right - left, components, precision });
  if (view.getUint16(siz + 41) !== 0x0101) throw unsupported('a subsampled JPEG 2000 component');
  if (tileWidth === 0 || tileHeight === 0 || tileLeft > left || tileTop > top) {
    throw corrupt('the JPEG 2000 codestream has no valid tile grid');
  }
  const isSigned = depth >= 0x80;
  return { right, bottom, left, top, tileWidth, tileHeight, tileLeft, tileTop, precision, isSigned };
}

function tilesOf({ right, bottom, tileWidth, tileHeight, tileLeft, tileTop }: Size): number {
  return Math.ceil((right - tileLeft) / tileWidth) * Math.ceil((bottom - tileTop) / tileHeight);
}

/** Checks the COD segment (A.6.1): at most 32 levels, code-blocks of 4 to 1024 and at most 4096 samples. */
function checkCoding(view: DataView, cod: number, length: number): void {
  if (length < 12) throw corrupt('the JPEG 2000 codestream has a short COD segment');
  const levels = view.getUint8(cod + 9);
  const blockWidth = view.getUint8(cod + 10);
  const blockHeight = view.getUint8(cod + 11);
  if (levels > 32 || blockWidth > 8 || blockHeight > 8 || blockWidth + blockHeight > 8) {
    throw corrupt('the JPEG 2000 codestream has coding parameters out of range');
  }
}

/** Where the end marker of a codestream whose last tile-part runs to it (Psot 0) stands. */
function lastMarker(bytes: Uint8Array): number {
  return endsWithMarker(bytes) ? bytes.lastIndexOf(0xd9) - 1 : bytes.length;
}
