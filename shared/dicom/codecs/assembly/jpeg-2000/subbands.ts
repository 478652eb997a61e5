// The subbands of an image and their code-blocks (ISO/IEC 15444-1 annex B.5 to B.7).
import { allocate } from '../../../../wasm/assembly/memory/room';
import { tagTree } from './tag-tree';

/** A part of a code-block that one packet brings. */
@unmanaged
export class Piece {
  at: usize;
  bytes: i32;
  /** The part of the same block in a later packet. */
  next: Piece | null;
  /** The part of another block after it in its packet. */
  beside: Piece | null;
}

@unmanaged
export class Block {
  /** Its first coefficient in the plane. */
  at: usize;
  width: i32;
  height: i32;
  passes: i32;
  /** Bit planes that are not empty, once a packet has brought some of it. */
  planes: i32;
  /** Bits of a length, but for those that depend on the passes. */
  lengthBits: i32;
  bytes: i32;
  first: Piece | null;
  last: Piece | null;

  append(piece: Piece): void {
    const last = this.last;
    if (last) last.next = piece;
    else this.first = piece;
    this.last = piece;
    this.bytes += piece.bytes;
  }
}

@unmanaged
export class Subband {
  /** `ACROSS`, `DOWN` or `DIAGONAL`. */
  kind: i32;
  /** Bit planes, of which a code-block may have some empty. */
  planes: i32;
  count: i32;
  blocks: usize;
  /** Tag trees over the blocks: the layer that brings a block first, and how many of its planes are empty. */
  firstLayers: usize;
  emptyPlanes: usize;

  block(index: i32): Block {
    return changetype<Block>(this.blocks + offsetof<Block>() * usize(index));
  }
}

/**
 * A subband of so many coefficients, cut into blocks of at most `blockWidth` x `blockHeight`.
 * @param at its first coefficient in the plane, whose rows are `pitch` bytes apart
 */
export function layOut(
  band: Subband,
  at: usize,
  pitch: usize,
  width: i32,
  height: i32,
  blockWidth: i32,
  blockHeight: i32,
): void {
  const columns = (width + blockWidth - 1) / blockWidth;
  const rows = (height + blockHeight - 1) / blockHeight;
  band.count = columns * rows;
  if (band.count == 0) return;
  const bytes = offsetof<Block>() * usize(band.count);
  band.blocks = allocate(bytes);
  memory.fill(band.blocks, 0, bytes);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = band.block(row * columns + column);
      block.at = at + usize(row * blockHeight) * pitch + 4 * usize(column * blockWidth);
      block.width = min(blockWidth, width - column * blockWidth);
      block.height = min(blockHeight, height - row * blockHeight);
    }
  }
  band.firstLayers = tagTree(columns, rows);
  band.emptyPlanes = tagTree(columns, rows);
}
