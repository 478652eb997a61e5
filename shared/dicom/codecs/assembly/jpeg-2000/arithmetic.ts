/*
 * What the arithmetic decoder of JPEG 2000 (the MQ decoder of ISO/IEC 15444-1 annex C) knows before it starts.
 *
 * A context is one number, a cell: the probability of its less probable symbol, at the scale of the interval, and below
 * it in `following` its place, of which one bit is the more probable symbol.
 */

/** Bits of the interval's registers below those of the standard's: room for bits that come next. */
export const SCALE: i32 = 15;
/** The least width of an interval. */
export const HALF: i32 = 0x8000 << SCALE;

/** Bits of a cell that are the place in `following`, and the one that is the more probable symbol. */
export const PLACE: u32 = 0x3ff;
export const SYMBOL: u32 = 3;

export const CONTEXTS: i32 = 19;
/** Contexts by their use (table D.1 to D.4); of the neighbourhood of a coefficient come 0 to 8, of its sign 9 to 13. */
export const SIGN: u32 = 9;
export const REFINE: u32 = 14;
export const RUN: u32 = 17;
export const UNIFORM: u32 = 18;

/** The cell of each context; the decoder works on these. */
export const cells = memory.data(4 * 20, 16);
/** For state and symbol, the cell that follows the more probable symbol, and the one that follows the other. */
export const following = memory.data(8 * 94, 16);

// Table C.2: probability, next state after the more and after the less probable symbol, and whether these then change.
const states: StaticArray<u16> = [
  0x5601, 1, 1, 1, 0x3401, 2, 6, 0, 0x1801, 3, 9, 0, 0x0ac1, 4, 12, 0, 0x0521, 5, 29, 0, 0x0221, 38, 33, 0,
  0x5601, 7, 6, 1, 0x5401, 8, 14, 0, 0x4801, 9, 14, 0, 0x3801, 10, 14, 0, 0x3001, 11, 17, 0, 0x2401, 12, 18, 0,
  0x1c01, 13, 20, 0, 0x1601, 29, 21, 0, 0x5601, 15, 14, 1, 0x5401, 16, 14, 0, 0x5101, 17, 15, 0,
  0x4801, 18, 16, 0, 0x3801, 19, 17, 0, 0x3401, 20, 18, 0, 0x3001, 21, 19, 0, 0x2801, 22, 19, 0,
  0x2401, 23, 20, 0, 0x2201, 24, 21, 0, 0x1c01, 25, 22, 0, 0x1801, 26, 23, 0, 0x1601, 27, 24, 0,
  0x1401, 28, 25, 0, 0x1201, 29, 26, 0, 0x1101, 30, 27, 0, 0x0ac1, 31, 28, 0, 0x09c1, 32, 29, 0,
  0x08a1, 33, 30, 0, 0x0521, 34, 31, 0, 0x0441, 35, 32, 0, 0x02a1, 36, 33, 0, 0x0221, 37, 34, 0,
  0x0141, 38, 35, 0, 0x0111, 39, 36, 0, 0x0085, 40, 37, 0, 0x0049, 41, 38, 0, 0x0025, 42, 39, 0,
  0x0015, 43, 40, 0, 0x0009, 44, 41, 0, 0x0005, 45, 42, 0, 0x0001, 45, 43, 0, 0x5601, 46, 46, 0,
];

function cellOf(state: u32, symbol: u32): u32 {
  return (u32(states[4 * state]) << SCALE) | (state << 4) | (symbol << SYMBOL);
}

/** All contexts as they are before a code-block (table D.7). */
export function resetContexts(): void {
  for (let context = 0; context < CONTEXTS; context++) store<u32>(cells + (context << 2), cellOf(0, 0));
  store<u32>(cells, cellOf(4, 0));
  store<u32>(cells + (RUN << 2), cellOf(3, 0));
  store<u32>(cells + (UNIFORM << 2), cellOf(46, 0));
}

for (let state: u32 = 0; state < 47; state++) {
  for (let symbol: u32 = 0; symbol < 2; symbol++) {
    const at = following + ((state << 4) | (symbol << SYMBOL));
    store<u32>(at, cellOf(states[4 * state + 1], symbol));
    store<u32>(at + 4, cellOf(states[4 * state + 2], symbol ^ u32(states[4 * state + 3])));
  }
}
