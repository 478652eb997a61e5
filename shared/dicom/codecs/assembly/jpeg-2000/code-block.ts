/*
 * Code-blocks: the coefficients of a part of a subband, bit plane by bit plane (ISO/IEC 15444-1 annex D).
 *
 * Four rows make a stripe, and a column of a stripe is one word of flags with all that its coefficients are decoded by.
 * Bit 3 * row + column says whether a coefficient is significant, for the column and those beside it and for the rows
 * from the one above the stripe to the one below; 32 bits higher stands whether it is negative. So the neighbourhood of
 * a coefficient is 9 bits of one word. A row of the stripe has its other flags at multiples of 3 bits as well.
 */
import { allocate } from '../../../../wasm/assembly/memory/room';
import { cells, following, HALF, PLACE, REFINE, resetContexts, RUN, SCALE, SYMBOL, UNIFORM } from './arithmetic';
import { signContexts, zeroContexts } from './contexts';
import { Block } from './subbands';

/** A coefficient was decoded by the first pass of this plane. */
const VISITED: u32 = 18;
/** A coefficient was refined before. */
const REFINED: u32 = 19;
/** The flags of all rows at once, for a flag at bit 0. */
const ROWS: u32 = 0o1111;
/** A coefficient itself, in its neighbourhood; those above, left, right and below; all but itself. */
const SELF: u32 = 4;
const SIDES: u64 = 0b010101010;
const AROUND: u32 = 0b111101111;
const NEGATIVE: u64 = 32;

// The passes, and what a decision is about unless it refines.
const SIGNIFICANCE = 0;
const REFINEMENT = 1;
const CLEANUP = 2;

const ZERO = 0;
const SIGN_OF_ONE = 1;
const RUN_OF_ZEROS = 2;
const RUN_HIGH = 3;
const RUN_LOW = 4;

let width: i32 = 0;
let height: i32 = 0;
/** Flags, with a stripe and a column more at each side, and bytes of such a stripe. */
let flags: usize = 0;
let flagsPitch: usize = 0;
/** Coefficients by stripe, column and row: magnitude and half of the last plane, doubled, with the sign in bit 31. */
let coefficients: usize = 0;
let contextOfZero: usize = 0;

// The interval of the decoder: `ahead` is what both `span` and `code` are more than they are put down as, the least
// that can be taken from both before there is more to do than to take it.
let span: i32 = 0;
let code: i32 = 0;
let ahead: i32 = 0;
let bitsLeft: i32 = 0;
let next: usize = 0;
let last: usize = 0;

/** Makes room for code-blocks of at most so many coefficients in each direction. */
export function allocateBlock(maxWidth: i32, maxHeight: i32): void {
  const stripes = (maxHeight + 3) >> 2;
  flags = allocate(8 * (maxWidth + 2) * (stripes + 2));
  coefficients = allocate(16 * maxWidth * stripes);
}

/**
 * Decodes a code-block of 1 to 30 bit planes, and puts its coefficients into their place of a plane.
 * @param data its bytes; the two after them are overwritten
 * @param kind of its subband
 * @param pitch bytes from row to row of the plane
 */
export function decodeBlock(block: Block, data: usize, bytes: i32, kind: i32, pitch: usize): void {
  width = block.width;
  height = block.height;
  const stripes = (height + 3) >> 2;
  flagsPitch = 8 * (width + 2);
  memory.fill(flags, 0, flagsPitch * (stripes + 2));
  memory.fill(coefficients, 0, 16 * width * stripes);
  contextOfZero = zeroContexts + (kind << 9);
  resetContexts();
  begin(data, unstuff(data, bytes));
  for (let pass = 0, unit = 1 << block.planes; pass < block.passes; pass++) {
    if (pass % 3 == 1) findSignificant(unit);
    else if (pass % 3 == 2) refine(unit);
    else {
      cleanUp(unit);
      unit >>= 1;
    }
  }
  putInRows(block.at, pitch);
}

/** Begins with the first bits of a code (C.3.5). @param data the code in bytes, without stuffed bits */
function begin(data: usize, end: usize): void {
  code = i32(bigEndian(data) << (SCALE - 1));
  bitsLeft = 1;
  next = data + 2;
  last = end;
  span = HALF;
  ahead = 0;
}

// @ts-ignore: decorator
@inline
function bigEndian(at: usize): u32 {
  return bswap(load<u16>(at));
}

/**
 * Takes the stuffed bits out of a code, in place: after a byte of ones comes one of 7 bits, whose eighth is to be added
 * to the bits before (C.3.4). What looks like a marker is the end, after which all bits are 1.
 * @returns where it ends then
 */
function unstuff(data: usize, bytes: i32): usize {
  const stop = data + usize(bytes);
  let to = data;
  let bits: u32 = 0;
  let count: u32 = 0;
  let before: u32 = 0;
  for (let at = data; at < stop; at++) {
    const byte = u32(load<u8>(at));
    if (before == 0xff) {
      if (byte > 0x8f) break;
      bits = (bits << 7) + byte;
      count += 7;
      if (bits >> count) carry(to, data);
    } else {
      bits = (bits << 8) | byte;
      count += 8;
    }
    before = byte;
    if (count >= 8) {
      count -= 8;
      store<u8>(to++, u8(bits >> count));
    }
    bits &= (1 << count) - 1;
  }
  store<u8>(to, u8((bits << (8 - count)) | (0xff >> count)));
  to += usize(count > 0);
  store<u16>(to, 0xffff);
  return to;
}

/** Adds one to the bytes before `at`. */
function carry(at: usize, first: usize): void {
  while (at-- > first) {
    const sum = load<u8>(at) + 1;
    store<u8>(at, sum);
    if (sum) return;
  }
}

function findSignificant(unit: i32): void {
  decodePass(SIGNIFICANCE, unit);
}

function refine(unit: i32): void {
  decodePass(REFINEMENT, unit);
}

function cleanUp(unit: i32): void {
  decodePass(CLEANUP, unit);
}

/**
 * One pass over a bit plane. Compiled once for each kind of pass, so that its conditions on the kind fall away; the
 * decoder's interval stays in local variables, as there is one place where a decision is taken.
 * @param unit a coefficient that begins in this plane, doubled
 */
// @ts-ignore: decorator
@inline
function decodePass(kind: i32, unit: i32): void {
  const half = unit >> 1;
  // a and c of the standard, and what is ahead of both
  let a = span;
  let c = code;
  let d = ahead;
  let left = bitsLeft;
  let cell = coefficients;
  for (let top = 0; top < height; top += 4) {
    let at = flags + flagsPitch * ((top >> 2) + 1) + 8;
    const rows = ROWS & ((1 << (3 * min(4, height - top))) - 1);
    for (const end = at + 8 * usize(width); at < end; at += 8, cell += 16) {
      let f = load<u64>(at);
      const significant = u32(f);
      let todo: u32;
      let about = ZERO;
      if (kind == SIGNIFICANCE) {
        const inRow = significant | (significant >> 1) | (significant >> 2);
        todo = (inRow | (inRow >> 3) | (inRow >> 6)) & ~(significant >> SELF) & rows;
      } else if (kind == REFINEMENT) {
        todo = (significant >> SELF) & ~(significant >> VISITED) & rows;
      } else {
        todo = ~((significant >> SELF) | (significant >> VISITED)) & rows;
        if ((significant & 0x3ffff) == 0 && rows == ROWS) about = RUN_OF_ZEROS;
      }
      if (todo == 0) {
        if (kind == CLEANUP) store<u64>(at, f & ~(u64(ROWS) << VISITED));
        continue;
      }
      let row = ctz(todo);
      let signs: u32 = 0;
      let context = about == RUN_OF_ZEROS ? cells + (RUN << 2) : contextAt(kind, f, row);
      for (;;) {
        // a decision (C.3.2), without a branch for which symbol it is
        const cellNow = load<u32>(context);
        const p = i32(cellNow & ~PLACE);
        let bit = (cellNow >> SYMBOL) & 1;
        d -= p;
        if (d < 0) {
          a += d;
          c += d;
          const lower = c >> 31;
          const less = lower ^ ((a - p) >> 31);
          bit ^= u32(less & 1);
          const followers = load<u64>(following + usize(cellNow & PLACE));
          store<u32>(context, u32(followers >> (less & 32)));
          c += p & lower;
          a ^= (a ^ p) & lower;
          const up = clz(a) - 1;
          a <<= up;
          c <<= up;
          left -= up;
          if (left < 0) {
            c += i32(bigEndian(next) << (-1 - left));
            left += 16;
            next = min(next + 2, last);
          }
          d = min(a - HALF, c);
          a -= d;
          c -= d;
        }

        if (kind == REFINEMENT) {
          const coefficient = cell + usize((row * 22) >> 4);
          const turn = i32(bit) - 1;
          store<i32>(coefficient, load<i32>(coefficient) + ((half ^ turn) - turn));
          f |= u64(1) << (REFINED + row);
        } else if (about == ZERO) {
          if (kind == SIGNIFICANCE) f |= u64(1) << (VISITED + row);
          if (bit) {
            about = SIGN_OF_ONE;
            signs = signContextAt(f, row);
            context = cells + usize(signs & ~3);
            continue;
          }
        } else if (kind == CLEANUP && about == RUN_OF_ZEROS) {
          if (!bit) break;
          about = RUN_HIGH;
          context = cells + (UNIFORM << 2);
          continue;
        } else if (kind == CLEANUP && about == RUN_HIGH) {
          row = 6 * bit;
          about = RUN_LOW;
          continue;
        } else if (kind == CLEANUP && about == RUN_LOW) {
          row += 3 * bit;
          todo = ROWS & (-1 << row);
          about = SIGN_OF_ONE;
          signs = signContextAt(f, row);
          context = cells + usize(signs & ~3);
          continue;
        } else {
          const negative = (bit ^ signs) & 1;
          f = becomeSignificant(f, at, row, negative);
          store<u32>(cell + usize((row * 22) >> 4), u32(unit | half) | (negative << 31));
          // those below in the column have a significant neighbour now
          if (kind == SIGNIFICANCE) todo |= (u32(8) << row) & ~(u32(f) >> SELF) & rows;
          about = ZERO;
        }
        todo &= todo - 1;
        if (todo == 0) break;
        row = ctz(todo);
        context = contextAt(kind, f, row);
      }
      store<u64>(at, kind == CLEANUP ? f & ~(u64(ROWS) << VISITED) : f);
    }
  }
  span = a;
  code = c;
  ahead = d;
  bitsLeft = left;
}

// @ts-ignore: decorator
@inline
function contextAt(kind: i32, f: u64, row: u32): usize {
  return kind == REFINEMENT ? refinementContext(f, row) : zeroContextAt(f, row);
}

// @ts-ignore: decorator
@inline
function zeroContextAt(f: u64, row: u32): usize {
  return cells + usize(load<u8>(contextOfZero + usize((u32(f) >> row) & AROUND)));
}

// @ts-ignore: decorator
@inline
function signContextAt(f: u64, row: u32): u32 {
  const around = ((f >> row) & SIDES) | ((f >> (NEGATIVE + 1 + row)) & (SIDES >> 1));
  return load<u8>(signContexts + usize(around));
}

/** Table D.4. */
// @ts-ignore: decorator
@inline
function refinementContext(f: u64, row: u32): usize {
  const here = u32(f) >> row;
  const context = (here >> REFINED) & 1 ? REFINE + 2 : REFINE + u32((here & AROUND) != 0);
  return cells + usize(context << 2);
}

/** Tells the coefficients around one in row `row` / 3 of a stripe's column. @returns the flags of its own column */
// @ts-ignore: decorator
@inline
function becomeSignificant(f: u64, at: usize, row: u32, negative: u32): u64 {
  const one = 1 | (u64(negative) << NEGATIVE);
  add(at - 8, one << (row + 5));
  add(at + 8, one << (row + 3));
  if (row == 0) addRow(at - flagsPitch, one << 15);
  if (row == 9) addRow(at + flagsPitch, one);
  return f | (one << (row + SELF));
}

/** Tells the three columns of another stripe, to which the coefficient is in the row of `left`. */
// @ts-ignore: decorator
@inline
function addRow(at: usize, left: u64): void {
  add(at - 8, left << 2);
  add(at, left << 1);
  add(at + 8, left);
}

// @ts-ignore: decorator
@inline
function add(at: usize, bits: u64): void {
  store<u64>(at, load<u64>(at) | bits);
}

/** Puts the coefficients into their rows, as numbers with a sign, no longer doubled. */
function putInRows(plane: usize, pitch: usize): void {
  let column = coefficients;
  for (let top = 0; top < height; top += 4) {
    const rows = min(4, height - top);
    for (let at = plane + usize(top) * pitch, end = at + 4 * usize(width); at < end; at += 4, column += 16) {
      const four = v128.load(column);
      const signs = i32x4.shr_s(four, 31);
      const magnitudes = i32x4.shr_u(i32x4.shl(four, 1), 2);
      const values = i32x4.sub(v128.xor(magnitudes, signs), signs);
      v128.store_lane<i32>(at, values, 0);
      if (rows > 1) v128.store_lane<i32>(at + pitch, values, 1);
      if (rows > 2) v128.store_lane<i32>(at + 2 * pitch, values, 2);
      if (rows > 3) v128.store_lane<i32>(at + 3 * pitch, values, 3);
    }
  }
}
