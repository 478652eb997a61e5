// The reversible wavelet, undone (ISO/IEC 15444-1 annex F.3), with its edges mirrored.
import { allocate } from '../../../../wasm/assembly/memory/room';

/** Detail of a row with one more before and after it, and every second sample of the row: room for a vector beyond. */
let detail: usize = 0;
let even: usize = 0;

/** Makes room for rows of so many samples. */
export function allocateRows(columns: i32): void {
  detail = allocate(4 * (columns / 2 + 8)) + 16;
  even = allocate(4 * (columns / 2 + 8));
}

/** So many samples are left at a lower resolution. */
export function lower(samples: i32, levels: i32): i32 {
  return (samples + (1 << levels) - 1) >> levels;
}

/**
 * Undoes all levels.
 * @param bands of each level, the lower resolution at the top left, and the details right, below and diagonally of it
 * @param image to be written; rows of both are `pitch` bytes apart, with room for a vector beyond the last sample
 */
export function undoWavelet(bands: usize, image: usize, pitch: usize, columns: i32, rows: i32, levels: i32): void {
  for (let level = levels - 1; level >= 0; level--) {
    const width = lower(columns, level);
    const height = lower(rows, level);
    const upper = lower(rows, level + 1);
    for (let row = 0; row < upper; row++) {
      mergeRow(bands + usize(row) * pitch, image + usize(2 * row) * pitch, width);
    }
    for (let row = upper; row < height; row++) {
      mergeRow(bands + usize(row) * pitch, image + usize(2 * (row - upper) + 1) * pitch, width);
    }
    mergeColumns(image, pitch, width, height);
    if (level == 0) return;
    for (let row = 0; row < height; row++) {
      memory.copy(bands + usize(row) * pitch, image + usize(row) * pitch, usize(4 * width));
    }
  }
}

/** A row of smooth samples followed by details becomes one of samples. */
function mergeRow(from: usize, to: usize, width: i32): void {
  const details = width >> 1;
  const smooth = width - details;
  if (details == 0) {
    store<i32>(to, load<i32>(from));
    return;
  }
  memory.copy(detail, from + usize(4 * smooth), usize(4 * details));
  store<i32>(detail - 4, load<i32>(detail));
  store<i32>(detail + usize(4 * details), load<i32>(detail + usize(4 * (details - 1))));
  for (let at: usize = 0, end = usize(4 * smooth); at < end; at += 16) {
    const both = i32x4.add(v128.load(detail + at - 4), v128.load(detail + at));
    v128.store(even + at, i32x4.sub(v128.load(from + at), quarter(both)));
  }
  store<i32>(even + usize(4 * smooth), load<i32>(even + usize(4 * (smooth - 1))));
  const pairs = usize(4 * details);
  for (let at: usize = 0; at < pairs; at += 16) {
    const here = v128.load(even + at);
    const both = i32x4.add(here, v128.load(even + at + 4));
    const odd = i32x4.add(v128.load(detail + at), i32x4.shr_s(both, 1));
    v128.store(to + 2 * at, v128.shuffle<i32>(here, odd, 0, 4, 1, 5));
    v128.store(to + 2 * at + 16, v128.shuffle<i32>(here, odd, 2, 6, 3, 7));
  }
  if (smooth > details) store<i32>(to + 2 * pairs, load<i32>(even + pairs));
}

/** Rows of smooth samples and of details, in turns, become rows of samples. */
function mergeColumns(image: usize, pitch: usize, width: i32, height: i32): void {
  if (height == 1) return;
  const end = usize(height) * pitch;
  for (let row: usize = 0; row < end; row += 2 * pitch) {
    const above = row == 0 ? row + pitch : row - pitch;
    const below = row + pitch == end ? row - pitch : row + pitch;
    smoothen(image + row, image + above, image + below, width);
    if (row > 0) sharpen(image + row - pitch, image + row - 2 * pitch, image + row, width);
  }
  const last = end - pitch;
  if ((height & 1) == 0) sharpen(image + last, image + last - pitch, image + last - pitch, width);
}

function smoothen(row: usize, above: usize, below: usize, width: i32): void {
  for (let at: usize = 0, end = usize(4 * width); at < end; at += 16) {
    const both = i32x4.add(v128.load(above + at), v128.load(below + at));
    v128.store(row + at, i32x4.sub(v128.load(row + at), quarter(both)));
  }
}

function sharpen(row: usize, above: usize, below: usize, width: i32): void {
  for (let at: usize = 0, end = usize(4 * width); at < end; at += 16) {
    const both = i32x4.add(v128.load(above + at), v128.load(below + at));
    v128.store(row + at, i32x4.add(v128.load(row + at), i32x4.shr_s(both, 1)));
  }
}

/** The sum of two details, halved twice and rounded. */
// @ts-ignore: decorator
@inline
function quarter(both: v128): v128 {
  return i32x4.shr_s(i32x4.add(both, i32x4.splat(2)), 2);
}
