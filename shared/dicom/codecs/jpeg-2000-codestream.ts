import { endsWithMarker } from './fragments.ts';
import { corrupt, truncated } from './frame.ts';

// Markers of ISO/IEC 15444-1 table A.1.
const SOC = 0xff4f;
const SIZ = 0xff51;
const SOT = 0xff90;
const EOC = 0xffd9;

/**
 * Walks the tile-parts of a JPEG 2000 codestream by their lengths (ISO/IEC 15444-1 annex A), without decoding.
 * @throws TRUNCATED_PIXEL_DATA when a tile-part is cut off, a tile is missing, or the end marker is
 * @throws CORRUPT_PIXEL_DATA when it is no such codestream
 */
export function checkTileParts(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = codestreamStart(view);
  const tiles = new Set<number>();
  let tileCount = 0;
  at += 2;
  while (at + 2 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker === EOC) {
      if (tiles.size !== tileCount) {
        throw truncated(`the JPEG 2000 codestream has ${tiles.size} of ${tileCount} tiles`);
      }
      return;
    }
    if (marker < 0xff00) throw corrupt(`the JPEG 2000 codestream has no marker at byte ${at}`);
    if (at + 4 > bytes.length || at + 2 + view.getUint16(at + 2) > bytes.length) break;
    const length = view.getUint16(at + 2);
    if (marker === SIZ && length >= 41) tileCount = tilesOf(view, at);
    if (marker !== SOT) {
      at += 2 + length;
      continue;
    }
    tiles.add(view.getUint16(at + 4));
    const partLength = view.getUint32(at + 6);
    if (partLength === 0 && endsWithMarker(bytes)) return;
    if (partLength < 14) throw corrupt('the JPEG 2000 codestream has a tile-part without data');
    at += partLength;
  }
  throw truncated('the JPEG 2000 codestream ends before its end marker');
}

/** Where SOC stands: at the start, or in the contiguous codestream box of a JP2 file. */
function codestreamStart(view: DataView): number {
  if (view.byteLength >= 4 && view.getUint16(0) === SOC) return 0;
  let at = 0;
  while (at + 10 <= view.byteLength) {
    const isCodestream = view.getUint32(at + 4) === 0x6a703263;
    const length = view.getUint32(at);
    const header = length === 1 ? 16 : 8;
    if (isCodestream && at + header + 2 <= view.byteLength && view.getUint16(at + header) === SOC) {
      return at + header;
    }
    if (length < 8) break;
    at += length;
  }
  throw corrupt('the frame holds no JPEG 2000 codestream');
}

/** The number of tiles of a SIZ segment: the grid of (XTsiz, YTsiz) from (XTOsiz, YTOsiz) on. */
function tilesOf(view: DataView, siz: number): number {
  const field = (index: number) => view.getUint32(siz + 6 + 4 * index);
  const across = Math.ceil((field(0) - field(6)) / field(4));
  const down = Math.ceil((field(1) - field(7)) / field(5));
  return across * down;
}
