/*
 * What is done to every voxel of a CT, in AssemblyScript: counting its values, and putting it through a table. A volume
 * passes in portions that stay in the processor's cache.
 */

/** Voxels of a portion; a multiple of 4. */
const PORTION: i32 = 32768;
const VALUES: i32 = 65536;

const voxels = memory.data(2 * PORTION, 64);
const mapped = memory.data(PORTION, 64);
/** A byte for each pattern of 16 bits. */
const table = memory.data(VALUES, 64);
/** Four counts for each pattern, so that runs of one value do not wait for their own last increment. */
const counts = memory.data(4 * 4 * VALUES, 64);

/** Where the 16-bit voxels of a portion are put; there is room for `portion()` of them. */
export function voxelsAt(): usize {
  return voxels;
}

export function portion(): i32 {
  return PORTION;
}

/** Where the table is put that `map` looks into. */
export function tableAt(): usize {
  return table;
}

/** Where `map` leaves the bytes of a portion. */
export function mappedAt(): usize {
  return mapped;
}

/** Begins to count anew. */
export function forget(): void {
  memory.fill(counts, 0, 4 * 4 * VALUES);
}

/** Counts the first `count` voxels of the portion, each under its bits with those of `sign` turned. */
export function countVoxels(count: i32, sign: u32): void {
  const signs = u64(sign | (sign << 16)) * 0x100000001;
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const four = load<u64>(voxels + (usize(i) << 1)) ^ signs;
    increment(u32(four) & 0xffff, 0);
    increment(u32(four) >> 16, 1);
    increment(u32(four >> 32) & 0xffff, 2);
    increment(u32(four >> 48), 3);
  }
  for (let i = whole; i < count; i++) increment(load<u16>(voxels + (usize(i) << 1)) ^ sign, 0);
}

// @ts-ignore: decorator
@inline
function increment(value: u32, lane: u32): void {
  const at = counts + (usize((lane << 16) + value) << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Adds up the four counts of each value, and gives where they stand by value. */
export function counted(): usize {
  for (let at = counts, end = counts + 4 * VALUES; at < end; at += 16) {
    const a = i32x4.add(v128.load(at), v128.load(at, 4 * VALUES));
    const b = i32x4.add(v128.load(at, 2 * 4 * VALUES), v128.load(at, 3 * 4 * VALUES));
    v128.store(at, i32x4.add(a, b));
  }
  return counts;
}

/** Puts the first `count` voxels of the portion through the table. */
export function mapVoxels(count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const four = load<u64>(voxels + (usize(i) << 1));
    const low = grey(u32(four) & 0xffff) | (grey(u32(four) >> 16) << 8);
    const high = grey(u32(four >> 32) & 0xffff) | (grey(u32(four >> 48)) << 8);
    store<u32>(mapped + usize(i), low | (high << 16));
  }
}

// @ts-ignore: decorator
@inline
function grey(bits: u32): u32 {
  return load<u8>(table + usize(bits));
}
