// Which context a coefficient is decoded in, by its neighbours (ISO/IEC 15444-1 annex D.3).
import { SIGN } from './arithmetic';

/** For each kind of subband and each neighbourhood of 3 x 3, the place of the cell for its significance. */
export const zeroContexts = memory.data(3 * 512, 16);
/** For the significance and sign of the four next to it, the place of the cell for its sign, and in bit 0 what to turn. */
export const signContexts = memory.data(256, 16);

/** Kinds of subbands: the detail is across, along the columns (or nowhere), or both. */
export const ACROSS: i32 = 0;
export const DOWN: i32 = 1;
export const DIAGONAL: i32 = 2;

/** Table D.1. */
function zeroContext(kind: i32, across: i32, down: i32, diagonal: i32): u32 {
  if (kind == DIAGONAL) {
    const sides = across + down;
    if (diagonal >= 3) return 8;
    if (diagonal == 2) return sides >= 1 ? 7 : 6;
    if (diagonal == 1) return 3 + min(sides, 2);
    return min(sides, 2);
  }
  const main = kind == ACROSS ? down : across;
  const other = kind == ACROSS ? across : down;
  if (main == 2) return 8;
  if (main == 1) return other >= 1 ? 7 : diagonal >= 1 ? 6 : 5;
  if (other > 0) return 2 + other;
  return min(diagonal, 2);
}

/** What two neighbours say of a sign (table D.2): 1, 0 or -1. Each is 0, or 1 when significant, or 3 when negative too. */
function contribution(one: i32, other: i32): i32 {
  const sum = (one == 1 ? 1 : one == 3 ? -1 : 0) + (other == 1 ? 1 : other == 3 ? -1 : 0);
  return max(-1, min(1, sum));
}

/** Table D.3. */
function signContext(across: i32, down: i32): u32 {
  const turned = across < 0 || (across == 0 && down < 0);
  const context = across == 0 ? abs(down) : 3 + (turned ? -down : down);
  return ((SIGN + context) << 2) | u32(turned);
}

for (let kind = 0; kind < 3; kind++) {
  for (let around = 0; around < 512; around++) {
    const across = bit(around, 3) + bit(around, 5);
    const down = bit(around, 1) + bit(around, 7);
    const diagonal = bit(around, 0) + bit(around, 2) + bit(around, 6) + bit(around, 8);
    store<u8>(zeroContexts + (kind << 9) + around, u8(zeroContext(kind, across, down, diagonal) << 2));
  }
}
// bits 1, 3, 5 and 7 say which of above, left, right and below are significant, the bits before them which are negative
for (let around = 0; around < 256; around++) {
  const across = contribution(neighbour(around, 3), neighbour(around, 5));
  const down = contribution(neighbour(around, 1), neighbour(around, 7));
  store<u8>(signContexts + around, u8(signContext(across, down)));
}

function bit(bits: i32, at: i32): i32 {
  return (bits >> at) & 1;
}

function neighbour(around: i32, at: i32): i32 {
  return bit(around, at) | (bit(around, at - 1) << 1);
}
