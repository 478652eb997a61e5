/*
 * Deflate (RFC 1951) for the voxels of CT volumes and masks, in AssemblyScript.
 *
 * CT is noise: most voxels find no match worth its bits, so a general encoder spends its time on searches that fail.
 * This one looks at whole voxels only, at the two latest places with the same hash, and lets the prices of the block
 * before choose, backwards through a segment, which matches to take. Blocks are short, as tissue changes quickly.
 * The bytes depend on the input alone: not on the machine, nor on what was compressed before.
 */
import { get8, get16, get32, set8, set16, set32 } from '../../wasm/assembly/memory/tables';

/** Deflate's longest match, in bytes; whole voxels of 1 and of 2 bytes. */
const MAX_MATCH: i32 = 258;
const MIN_MATCH: i32 = 4;
/** A match of this many bytes is taken at once. */
const LONG_MATCH: i32 = 64;
const WINDOW_BYTES: i32 = 32768;
const SEGMENT_VOXELS: i32 = 6144;
/** A block ends with the first segment that brings it here; it has less than one segment more. */
const BLOCK_TOKENS: i32 = 6144;
const HASH_BITS: u32 = 14;

const LITERALS: i32 = 286;
const DISTANCES: i32 = 30;
/** Distances that have one symbol for certain: one by one up to 256, then by 128. */
const DISTANCE_CLASSES: i32 = 512;
const END_OF_BLOCK: i32 = 256;
const FIRST_LENGTH: i32 = 257;
const MAX_CODE_BITS: i32 = 15;
const MAX_HEADER_CODE_BITS: i32 = 7;
/** Sixteenths of a bit that a symbol is said to cost that the block before never used. */
const UNUSED_LITERAL: u16 = 13 * 16;
const UNUSED_DISTANCE: u16 = 9 * 16;

const EXTRA_LENGTH_BITS: StaticArray<u8> = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const HEADER_ORDER: StaticArray<u8> = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Of each hash, the two latest voxels that had it, 16 bits of their index each. */
const latest = memory.data(4 << HASH_BITS, 8);

// Of each voxel of the segment: the best match found, the price of the cheapest way from it to the segment's end in
// sixteenths of a bit, and that way's first step in bytes (0 for literals).
const matches = memory.data(4 * SEGMENT_VOXELS, 8);
const prices = memory.data(4 * (SEGMENT_VOXELS + 1), 8);
const steps = memory.data(2 * SEGMENT_VOXELS, 8);

/** What the block will hold: a voxel, or MATCH | (distance - 1) << 9 | length in bytes. */
const tokens = memory.data(4 * (BLOCK_TOKENS + SEGMENT_VOXELS + 1), 8);
const MATCH: u32 = 0x80000000;
let tokenCount: i32 = 0;

const literalCounts = memory.data(4 * LITERALS, 8);
const distanceCounts = memory.data(4 * DISTANCES, 8);
const literalPrices = memory.data(2 * LITERALS, 8);
const distancePrices = memory.data(2 * DISTANCE_CLASSES, 8);
const lengthPrices = memory.data(2 * (MAX_MATCH + 1), 8);
let priced: bool = false;

const distanceSymbols = memory.data(DISTANCE_CLASSES, 8);
const lengthSymbols = memory.data(MAX_MATCH + 1, 8);
const lengthBases = memory.data(2 * 29, 8);

const literalBits = memory.data(LITERALS, 8);
const distanceBits = memory.data(DISTANCES, 8);
const literalCodes = memory.data(2 * LITERALS, 8);
const distanceCodes = memory.data(2 * DISTANCES, 8);
/** Code and extra bits of each byte and each length, with their count above bit 24. */
const byteWords = memory.data(4 * 256, 8);
const lengthWords = memory.data(4 * (MAX_MATCH + 1), 8);

const headerBits = memory.data(LITERALS + DISTANCES, 8);
const headerRuns = memory.data(4 * (LITERALS + DISTANCES), 8);
const headerCounts = memory.data(4 * 19, 8);
const headerCodeBits = memory.data(19, 8);
const headerCodes = memory.data(2 * 19, 8);

// Symbols from rare to frequent, as the last code left them: the next block's order is nearly the same.
const literalOrder = memory.data(2 * LITERALS, 8);
const distanceOrder = memory.data(2 * DISTANCES, 8);
const headerOrder = memory.data(2 * 19, 8);
const weights = memory.data(4 * LITERALS, 8);
const nodeWeights = memory.data(4 * 2 * LITERALS, 8);
const parents = memory.data(2 * 2 * LITERALS, 8);
const depths = memory.data(2 * LITERALS, 8);
const nextCodes = memory.data(2 * 16, 8);

let output: usize = 0;
let pendingBits: u64 = 0;
let pendingCount: u64 = 0;

/** Where the bytes to deflate are put. */
export function inputAt(): usize {
  return (__heap_base + 63) & ~63;
}

/** Begins a part whose deflated bytes are put at `outputAt`. */
export function begin(outputAt: usize): void {
  memory.fill(latest, 0, 4 << HASH_BITS);
  memory.fill(literalCounts, 0, 4 * LITERALS);
  memory.fill(distanceCounts, 0, 4 * DISTANCES);
  inOrder(literalOrder, LITERALS);
  inOrder(distanceOrder, DISTANCES);
  let length = 3;
  for (let symbol = 0; symbol < 29; symbol++) {
    if (symbol == 28) length = MAX_MATCH;
    set16(lengthBases, symbol, length);
    const lengths = 1 << i32(unchecked(EXTRA_LENGTH_BITS[symbol]));
    for (let i = 0; i < lengths && length <= MAX_MATCH; i++) {
      set8(lengthSymbols, length, symbol);
      length++;
    }
  }
  for (let i = 0; i < DISTANCE_CLASSES; i++) set8(distanceSymbols, i, symbolOf(i < 256 ? i : (i - 256) << 7));
  output = outputAt;
  pendingBits = 0;
  pendingCount = 0;
  tokenCount = 0;
  priced = false;
}

// The ways to search.
const WIDE: i32 = 0;
const QUICK: i32 = 2;

/**
 * Deflates a segment of the `length` bytes at `inputAt()` from `at` on, as `deflate.ts` says of each way to search, and
 * gives where the next one starts. Each segment is a call of its own, as an engine changes to better code between calls only.
 */
export function advance(at: i32, length: i32, search: i32, last: bool): i32 {
  let next: i32;
  if (search == WIDE) next = wideSegment(at, length);
  else if (search == QUICK) next = quickSegment(at, length);
  else next = narrowSegment(at, length);
  if (tokenCount >= BLOCK_TOKENS || next >= length) {
    const isLast = last && next >= length;
    if (search == WIDE) block<u16>(isLast);
    else block<u8>(isLast);
  }
  return next;
}

function wideSegment(at: i32, length: i32): i32 {
  return segment<u16>(at, length, false);
}

function narrowSegment(at: i32, length: i32): i32 {
  return segment<u8>(at, length, false);
}

function quickSegment(at: i32, length: i32): i32 {
  return segment<u8>(at, length, true);
}

/**
 * Ends a part and gives the end of its bytes. Unless it is the `last` of a stream, it ends on a whole byte and another
 * part may follow.
 */
export function finish(last: bool): usize {
  if (!last) {
    // an empty stored block
    put(0, 3);
    toWholeByte();
    store<u32>(output, 0xffff0000);
    output += 4;
  }
  toWholeByte();
  return output;
}

/**
 * Turns voxels from `start` on into tokens, up to and with the first long match; gives where it stopped. When it is to be
 * quick, it takes each match that costs less than its voxels do; else what is cheapest for the whole segment. Inlined, so
 * that each of the three functions above has code of its own.
 */
// @ts-ignore: decorator
@inline
function segment<Voxel>(start: i32, length: i32, quick: bool): i32 {
  const W = <i32>sizeof<Voxel>();
  const SHIFT = <i32>alignof<Voxel>();
  const input = inputAt();
  const stop = min(start + SEGMENT_VOXELS * W, length);
  if (quick && !priced) firstPrices(input + start, stop - start);
  let longLength = 0;
  let longDistance = 0;
  let match = matches;
  let at = start;
  for (; at < stop; at += W) {
    const here = input + at;
    const bytes = load<u64>(here);
    const slot = slotOf(u32(bytes));
    const both = load<u32>(slot);
    const voxel = u32(at >> SHIFT);
    store<u32>(slot, (both << 16) | (voxel & 0xffff));
    // what is too far becomes a distance of nought: the voxel itself, whose match counts for nothing
    const near = withinReach<Voxel>(voxel - both);
    const far = withinReach<Voxel>(voxel - (both >> 16));
    const nearLength = select<i32>(sameBytes(bytes, load<u64>(here - near)), 0, near != 0);
    const farLength = select<i32>(sameBytes(bytes, load<u64>(here - far)), 0, far != 0);
    let size = select<i32>(nearLength, farLength, nearLength >= farLength);
    let distance = select<i32>(near, far, nearLength >= farLength);
    if (size == 8) {
      const limit = min(MAX_MATCH, length - at);
      size = extended(here, distance, limit);
      if (nearLength == farLength) {
        const other = extended(here, far, limit);
        if (other > size) {
          size = other;
          distance = far;
        }
      }
      size = min(size, limit);
      if (size >= LONG_MATCH) {
        // a run is cheapest from the voxel before
        if (at >= W && bytes == load<u64>(here - W) && extended(here, W, limit) >= size) distance = W;
        longLength = wholeVoxels<Voxel>(size);
        longDistance = distance;
        break;
      }
    }
    if (quick) {
      at += take(input, at, min(size, length - at), distance - 1) - W;
      continue;
    }
    // it may pass the end of the segment, and be too short
    store<u32>(match, u32(wholeVoxels<Voxel>(size)) | (u32(distance - 1) << 16));
    match += 4;
  }
  if (at > start && !quick) weigh<Voxel>(input + start, (at - start) >> SHIFT);
  if (longLength) {
    set32(tokens, tokenCount++, matchToken(longLength, longDistance - 1));
    const end = at + longLength;
    // inside a run every voxel has the same hash
    if (longDistance != W) for (at += W; at < end; at += W) remember(input + at, u32(at >> SHIFT));
    at = end;
  }
  return at;
}

// @ts-ignore: decorator
@inline
function slotOf(bytes: u32): usize {
  return latest + (usize((bytes * 2654435761) >> (32 - HASH_BITS)) << 2);
}

// @ts-ignore: decorator
@inline
function remember(here: usize, voxel: u32): void {
  const slot = slotOf(load<u32>(here));
  store<u32>(slot, (load<u32>(slot) << 16) | (voxel & 0xffff));
}

/** The distance in bytes to a voxel so many before, of which 16 bits count; 0 for one outside the window. */
// @ts-ignore: decorator
@inline
function withinReach<Voxel>(voxels: u32): i32 {
  const distance = i32(voxels & 0xffff) << <i32>alignof<Voxel>();
  return select<i32>(distance, 0, distance <= WINDOW_BYTES);
}

// @ts-ignore: decorator
@inline
function sameBytes(a: u64, b: u64): i32 {
  return i32(ctz(a ^ b) >> 3);
}

// @ts-ignore: decorator
@inline
function wholeVoxels<Voxel>(bytes: i32): i32 {
  return bytes & -(<i32>sizeof<Voxel>());
}

/** How long a match is of which eight bytes are known; it may say up to seven more than `limit`. */
// @ts-ignore: decorator
@inline
function extended(here: usize, distance: i32, limit: i32): i32 {
  let size = 8;
  while (size < limit) {
    const different = load<u64>(here + size) ^ load<u64>(here + size - distance);
    if (different) return size + i32(ctz(different) >> 3);
    size += 8;
  }
  return size;
}

/** Makes a token of a match found at `at` or of the byte there, whichever is cheaper, and gives how many bytes it is for. */
// @ts-ignore: decorator
@inline
function take(input: usize, at: i32, size: i32, distance: i32): i32 {
  const here = input + at;
  if (size >= MIN_MATCH) {
    let price: u32 = 0;
    for (let i = 0; i < min(size, 8); i++) price += get16(literalPrices, load<u8>(here + i));
    if (u32(get16(lengthPrices, size)) + get16(distancePrices, distanceClass(distance)) < price) {
      set32(tokens, tokenCount++, matchToken(size, distance));
      for (let to = at + 1; to < at + size; to++) remember(input + to, u32(to));
      return size;
    }
  }
  const byte = load<u8>(here);
  increment(literalCounts, byte);
  set32(tokens, tokenCount++, byte);
  return 1;
}

/** Makes tokens of the cheapest way through the segment, at the prices of the block before. */
function weigh<Voxel>(input: usize, voxels: i32): void {
  const W = <i32>sizeof<Voxel>();
  const SHIFT = <i32>alignof<Voxel>();
  if (!priced) firstPrices(input, voxels << SHIFT);
  set32(prices, voxels, 0);
  let price: u32 = 0;
  for (let i = voxels - 1; i >= 0; i--) {
    const here = input + (i << SHIFT);
    price += get16(literalPrices, load<u8>(here));
    if (W == 2) price += get16(literalPrices, load<u8>(here, 1));
    let step = 0;
    const match = get32(matches, i);
    const size = min(i32(match & 0xffff), (voxels - i) << SHIFT);
    if (size >= MIN_MATCH) {
      const matched =
        get32(prices, i + (size >> SHIFT)) +
        get16(lengthPrices, size) +
        get16(distancePrices, distanceClass(i32(match >> 16)));
      if (matched < price) {
        price = matched;
        step = size;
      }
    }
    set32(prices, i, price);
    set16(steps, i, step);
  }
  let count = tokenCount;
  for (let i = 0; i < voxels; ) {
    const step = i32(get16(steps, i));
    if (step) {
      set32(tokens, count++, matchToken(step, i32(get32(matches, i) >> 16)));
      i += step >> SHIFT;
    } else {
      const here = input + (i << SHIFT);
      increment(literalCounts, load<u8>(here));
      if (W == 2) increment(literalCounts, load<u8>(here, 1));
      set32(tokens, count++, load<Voxel>(here));
      i++;
    }
  }
  tokenCount = count;
}

/** Counts a match and gives its token. */
// @ts-ignore: decorator
@inline
function matchToken(length: i32, distance: i32): u32 {
  increment(literalCounts, FIRST_LENGTH + i32(get8(lengthSymbols, length)));
  increment(distanceCounts, distanceSymbol(distance));
  return MATCH | (u32(distance) << 9) | u32(length);
}

/** The class of a distance, which is given less one. */
// @ts-ignore: decorator
@inline
function distanceClass(distance: i32): i32 {
  return select<i32>(distance, 256 + (distance >> 7), distance < 256);
}

// @ts-ignore: decorator
@inline
function distanceSymbol(distance: i32): i32 {
  return i32(get8(distanceSymbols, distanceClass(distance)));
}

/** The symbol of a distance less one (RFC 1951, 3.2.5). */
function symbolOf(distance: i32): i32 {
  if (distance < 2) return distance;
  const top = 31 - clz(distance);
  return (top << 1) + ((distance >> (top - 1)) & 1);
}

// @ts-ignore: decorator
@inline
function extraDistanceBits(symbol: i32): i32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

/** Prices before any block: literals by how often the segment has them, lengths and distances by custom. */
function firstPrices(input: usize, bytes: i32): void {
  memory.fill(weights, 0, 4 * 256);
  for (let i = 0; i < bytes; i++) increment(weights, load<u8>(input + i));
  for (let i = 0; i < 256; i++) {
    const count = get32(weights, i);
    set16(literalPrices, i, count ? 16 * (clz(count) - clz(bytes)) + 16 : UNUSED_LITERAL);
  }
  for (let i = 256; i < LITERALS; i++) set16(literalPrices, i, 7 * 16);
  for (let i = 0; i < DISTANCE_CLASSES; i++) {
    set16(distancePrices, i, 16 * (4 + extraDistanceBits(i32(get8(distanceSymbols, i)))));
  }
  priceLengths();
}

/** Prices from the codes of the block just written. */
function nextPrices(): void {
  for (let i = 0; i < LITERALS; i++) {
    const bits = get8(literalBits, i);
    set16(literalPrices, i, bits ? 16 * bits : UNUSED_LITERAL);
  }
  for (let i = 0; i < DISTANCE_CLASSES; i++) {
    const symbol = i32(get8(distanceSymbols, i));
    const bits = get8(distanceBits, symbol);
    set16(distancePrices, i, (bits ? 16 * bits : UNUSED_DISTANCE) + 16 * extraDistanceBits(symbol));
  }
  priceLengths();
}

function priceLengths(): void {
  for (let length = 3; length <= MAX_MATCH; length++) {
    const symbol = i32(get8(lengthSymbols, length));
    const extra = u32(unchecked(EXTRA_LENGTH_BITS[symbol]));
    set16(lengthPrices, length, get16(literalPrices, FIRST_LENGTH + symbol) + 16 * extra);
  }
  priced = true;
}

/** Writes the tokens as one block with codes of its own. */
function block<Voxel>(last: bool): void {
  set32(literalCounts, END_OF_BLOCK, 1);
  codeLengths(literalCounts, literalOrder, LITERALS, literalBits, MAX_CODE_BITS);
  codeLengths(distanceCounts, distanceOrder, DISTANCES, distanceBits, MAX_CODE_BITS);
  codesOf(literalBits, LITERALS, literalCodes);
  codesOf(distanceBits, DISTANCES, distanceCodes);
  header(last);
  for (let i = 0; i < 256; i++) set32(byteWords, i, get16(literalCodes, i) | (get8(literalBits, i) << 24));
  for (let length = 3; length <= MAX_MATCH; length++) {
    const symbol = i32(get8(lengthSymbols, length));
    const bits = get8(literalBits, FIRST_LENGTH + symbol);
    const extra = u32(length) - get16(lengthBases, symbol);
    const count = bits + u32(unchecked(EXTRA_LENGTH_BITS[symbol]));
    set32(lengthWords, length, get16(literalCodes, FIRST_LENGTH + symbol) | (extra << bits) | (count << 24));
  }
  writeTokens<Voxel>();
  put(get16(literalCodes, END_OF_BLOCK), get8(literalBits, END_OF_BLOCK));
  drain();
  nextPrices();
  tokenCount = 0;
  memory.fill(literalCounts, 0, 4 * LITERALS);
  memory.fill(distanceCounts, 0, 4 * DISTANCES);
}

function writeTokens<Voxel>(): void {
  // the bits in registers: two literals, or a length and a distance, are 48 at most, and 7 may wait
  let to = output;
  let bits = pendingBits;
  let count = pendingCount;
  for (let i = 0; i < tokenCount; i++) {
    const token = get32(tokens, i);
    if (token & MATCH) {
      const length = get32(lengthWords, token & 511);
      bits |= u64(length & 0xffffff) << count;
      count += length >> 24;
      const distance = i32((token >> 9) & 0x7fff);
      const symbol = distanceSymbol(distance);
      bits |= u64(get16(distanceCodes, symbol)) << count;
      count += get8(distanceBits, symbol);
      const extra = extraDistanceBits(symbol);
      bits |= u64(distance & ((1 << extra) - 1)) << count;
      count += extra;
    } else {
      const low = get32(byteWords, token & 255);
      bits |= u64(low & 0xffffff) << count;
      count += low >> 24;
      if (sizeof<Voxel>() == 2) {
        const high = get32(byteWords, token >> 8);
        bits |= u64(high & 0xffffff) << count;
        count += high >> 24;
      }
    }
    store<u64>(to, bits);
    to += usize(count >> 3);
    bits >>= count & ~7;
    count &= 7;
  }
  output = to;
  pendingBits = bits;
  pendingCount = count;
}

/** Writes the codes' lengths, themselves in a code (RFC 1951, 3.2.7). */
function header(last: bool): void {
  let literals = LITERALS;
  let distances = DISTANCES;
  while (literals > FIRST_LENGTH && !get8(literalBits, literals - 1)) literals--;
  while (distances > 1 && !get8(distanceBits, distances - 1)) distances--;
  memory.copy(headerBits, literalBits, literals);
  memory.copy(headerBits + literals, distanceBits, distances);
  const total = literals + distances;
  memory.fill(headerCounts, 0, 4 * 19);
  let runs = 0;
  for (let i = 0; i < total; ) {
    const bits = get8(headerBits, i);
    let run = 1;
    while (i + run < total && get8(headerBits, i + run) == bits) run++;
    let symbol = bits;
    let extra = 0;
    if (bits == 0 && run >= 11) {
      run = min(run, 138);
      symbol = 18;
      extra = run - 11;
    } else if (bits == 0 && run >= 3) {
      symbol = 17;
      extra = run - 3;
    } else if (i > 0 && run >= 3 && get8(headerBits, i - 1) == bits) {
      run = min(run, 6);
      symbol = 16;
      extra = run - 3;
    } else {
      run = 1;
    }
    set32(headerRuns, runs++, symbol | (extra << 8));
    increment(headerCounts, symbol);
    i += run;
  }
  inOrder(headerOrder, 19);
  codeLengths(headerCounts, headerOrder, 19, headerCodeBits, MAX_HEADER_CODE_BITS);
  codesOf(headerCodeBits, 19, headerCodes);
  let codes = 19;
  while (codes > 4 && !get8(headerCodeBits, unchecked(HEADER_ORDER[codes - 1]))) codes--;

  put(last ? 1 : 0, 1);
  put(2, 2);
  put(literals - FIRST_LENGTH, 5);
  put(distances - 1, 5);
  put(codes - 4, 4);
  drain();
  for (let i = 0; i < codes; i++) {
    put(get8(headerCodeBits, unchecked(HEADER_ORDER[i])), 3);
    drain();
  }
  for (let i = 0; i < runs; i++) {
    const run = get32(headerRuns, i);
    const symbol = run & 255;
    put(get16(headerCodes, symbol), get8(headerCodeBits, symbol));
    if (symbol >= 16) put(run >> 8, symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
    drain();
  }
}

/**
 * The lengths of a Huffman code of at most `limit` bits for symbols that occur so many times; where the best code is
 * longer, counts are halved until it is not.
 */
function codeLengths(counts: usize, order: usize, symbols: i32, lengths: usize, limit: i32): void {
  memory.copy(weights, counts, 4 * symbols);
  memory.fill(lengths, 0, symbols);
  for (;;) {
    sortByWeight(order, symbols);
    let unused = 0;
    while (unused < symbols && !get32(weights, get16(order, unused))) unused++;
    const leaves = symbols - unused;
    const used = order + 2 * unused;
    if (leaves < 2) {
      // readers want two symbols in a code
      const only = leaves ? get16(used, 0) : 0;
      set8(lengths, only, 1);
      set8(lengths, only ? 0 : 1, 1);
      return;
    }
    if (treeDepths(used, leaves) <= limit) {
      for (let i = 0; i < leaves; i++) set8(lengths, get16(used, i), get8(depths, i));
      return;
    }
    for (let i = 0; i < symbols; i++) {
      const weight = get32(weights, i);
      if (weight) set32(weights, i, (weight >> 1) | 1);
    }
  }
}

function sortByWeight(order: usize, symbols: i32): void {
  for (let i = 1; i < symbols; i++) {
    const symbol = get16(order, i);
    const weight = get32(weights, symbol);
    let to = i;
    for (; to > 0; to--) {
      const before = get16(order, to - 1);
      if (get32(weights, before) <= weight) break;
      set16(order, to, before);
    }
    set16(order, to, symbol);
  }
}

/** Builds the tree over leaves sorted by weight, leaves each one's depth in `depths`, and gives the deepest. */
function treeDepths(used: usize, leaves: i32): i32 {
  for (let i = 0; i < leaves; i++) set32(nodeWeights, i, get32(weights, get16(used, i)));
  const root = 2 * leaves - 2;
  let leaf = 0;
  let inner = leaves;
  for (let node = leaves; node <= root; node++) {
    let sum: u32 = 0;
    for (let side = 0; side < 2; side++) {
      const leafIsLighter =
        leaf < leaves && (inner >= node || get32(nodeWeights, leaf) <= get32(nodeWeights, inner));
      const child = leafIsLighter ? leaf++ : inner++;
      sum += get32(nodeWeights, child);
      set16(parents, child, node);
    }
    set32(nodeWeights, node, sum);
  }
  let deepest: u32 = 0;
  set8(depths, root, 0);
  for (let i = root - 1; i >= 0; i--) {
    const depth = get8(depths, get16(parents, i)) + 1;
    set8(depths, i, depth);
    deepest = max(deepest, depth);
  }
  return i32(deepest);
}

/** The codes of these lengths, their bits turned round as deflate sends them (RFC 1951, 3.2.2). */
function codesOf(lengths: usize, symbols: i32, codes: usize): void {
  memory.fill(nextCodes, 0, 2 * 16);
  for (let i = 0; i < symbols; i++) {
    const bits = get8(lengths, i);
    if (bits) set16(nextCodes, bits, get16(nextCodes, bits) + 1);
  }
  let code: u32 = 0;
  let shorter: u32 = 0;
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    code = (code + shorter) << 1;
    shorter = get16(nextCodes, bits);
    set16(nextCodes, bits, code);
  }
  for (let i = 0; i < symbols; i++) {
    const bits = get8(lengths, i);
    if (!bits) continue;
    let left = get16(nextCodes, bits);
    set16(nextCodes, bits, left + 1);
    let turned: u32 = 0;
    for (let bit: u32 = 0; bit < bits; bit++) {
      turned = (turned << 1) | (left & 1);
      left >>= 1;
    }
    set16(codes, i, turned);
  }
}

// @ts-ignore: decorator
@inline
function put(bits: u64, count: u64): void {
  pendingBits |= bits << pendingCount;
  pendingCount += count;
}

function drain(): void {
  store<u64>(output, pendingBits);
  output += usize(pendingCount >> 3);
  pendingBits >>= pendingCount & ~7;
  pendingCount &= 7;
}

function toWholeByte(): void {
  pendingCount = (pendingCount + 7) & ~7;
  drain();
}

function inOrder(order: usize, symbols: i32): void {
  for (let i = 0; i < symbols; i++) set16(order, i, i);
}

// @ts-ignore: decorator
@inline
function increment(table: usize, index: u32): void {
  set32(table, index, get32(table, index) + 1);
}
