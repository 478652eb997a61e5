// Packets: what a layer brings of the code-blocks of one resolution (ISO/IEC 15444-1 annex B.10).
import { allocate } from '../../../../wasm/assembly/memory/room';
import { beginHeader, endHeader, readBit, readBits } from './header-bits';
import { Block, Piece, Subband } from './subbands';
import { isBelow } from './tag-tree';

/** Bits of a length, at most. */
const MAX_LENGTH_BITS: i32 = 30;

/**
 * Reads a packet, and appends what it brings to the code-blocks of `count` subbands.
 * @returns the byte after it, or 0 if it contradicts itself or goes beyond `end`
 */
export function readPacket(start: usize, end: usize, bands: usize, count: i32, layer: i32): usize {
  beginHeader(start, end);
  let first: Piece | null = null;
  let last: Piece | null = null;
  if (readBit()) {
    for (let i = 0; i < count; i++) {
      const band = changetype<Subband>(bands + offsetof<Subband>() * usize(i));
      for (let index = 0; index < band.count; index++) {
        const block = band.block(index);
        if (!isBrought(band, block, index, layer)) continue;
        const piece = readPiece(block);
        if (!piece) return 0;
        if (last) last.beside = piece;
        else first = piece;
        last = piece;
      }
    }
  }
  let at = endHeader();
  while (first) {
    first.at = at;
    at += first.bytes;
    first = first.beside;
  }
  return at <= end ? at : 0;
}

function isBrought(band: Subband, block: Block, index: i32, layer: i32): bool {
  if (block.passes) return readBit() != 0;
  if (!isBelow(band.firstLayers, index, layer + 1)) return false;
  let empty = 0;
  while (empty < band.planes && !isBelow(band.emptyPlanes, index, empty + 1)) empty++;
  block.planes = band.planes - empty;
  block.lengthBits = 3;
  return true;
}

/** How many passes and bytes a packet brings of a block, or null if there cannot be so many. */
function readPiece(block: Block): Piece | null {
  const passes = readPasses();
  while (block.lengthBits <= MAX_LENGTH_BITS && readBit()) block.lengthBits++;
  const bits = block.lengthBits + 31 - clz(passes);
  if (bits > MAX_LENGTH_BITS || block.passes + passes > 3 * block.planes - 2) return null;
  const piece = changetype<Piece>(allocate(offsetof<Piece>()));
  piece.bytes = readBits(bits);
  piece.next = null;
  piece.beside = null;
  block.passes += passes;
  block.append(piece);
  return piece;
}

/** Table B.4. */
function readPasses(): i32 {
  if (!readBit()) return 1;
  if (!readBit()) return 2;
  const two = readBits(2);
  if (two < 3) return 3 + two;
  const five = readBits(5);
  if (five < 31) return 6 + five;
  return 37 + readBits(7);
}
