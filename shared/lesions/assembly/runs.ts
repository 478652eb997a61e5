/*
 * Runs of one value along the rows of a mask, in AssemblyScript.
 *
 * SIMD compares 64 voxels at a time with the voxels before them, and the places where they differ become the bits of a
 * word: between two of them lies a stretch of one value. Most words are 0, inside the background or a long run.
 */
import { allocate, allocateZeros, freeAll } from '../../wasm/assembly/memory/room';
import { getSigned, set32 } from '../../wasm/assembly/memory/tables';

/** Voxels compared at a time. */
const AT_ONCE: i32 = 64;

/** Class of a value, 0 for background, to be put here; and a byte that says whether a run has the value. */
export let classOf: usize = 0;
export let met: usize = 0;
/** Whole rows, to be put here. */
export let voxels: usize = 0;

// The runs of these rows: first voxel, voxel after the last, value; and of each row, its first run.
export let from: usize = 0;
export let to: usize = 0;
export let value: usize = 0;
export let firstOfRow: usize = 0;
let runs: i32 = 0;

// The stretches of these rows that are neither 0 nor foreground.
export let strayFrom: usize = 0;
export let strayTo: usize = 0;
export let strays: i32 = 0;

let known: u32 = 0;
let columns: i32 = 0;
let voxelBytes: i32 = 0;

/**
 * Begins a mask.
 * @param classes how many values `classOf` is for
 * @param limit values from here on are negative ones, and background
 * @param maxRows how many rows are given at a time, at most
 */
export function begin(classes: i32, limit: u32, rowColumns: i32, maxRows: i32, bytesOfVoxel: i32): void {
  freeAll();
  voxelBytes = bytesOfVoxel;
  known = min(<u32>classes, limit);
  columns = rowColumns;
  classOf = allocate(4 * classes);
  met = allocateZeros(classes);
  const most = maxRows * columns;
  // the voxel before the first and those after the last are compared, but do not count
  voxels = allocate(16 + (most + AT_ONCE) * voxelBytes) + 16;
  from = allocate(4 * most);
  to = allocate(4 * most);
  value = allocate(4 * most);
  strayFrom = allocate(4 * most);
  strayTo = allocate(4 * most);
  firstOfRow = allocate(4 * maxRows);
}

/**
 * Finds the runs of so many rows and gives how many there are.
 * @param first voxel of the mask that these rows begin with
 * @param before how many runs the rows before have
 */
export function find(rows: i32, first: i32, before: i32): i32 {
  runs = 0;
  strays = 0;
  for (let row = 0; row < rows; row++) {
    set32(firstOfRow, row, before + runs);
    const at = row * columns;
    if (voxelBytes == 1) findInRow<u8>(voxels + at, first + at);
    else if (voxelBytes == 2) findInRow<u16>(voxels + 2 * at, first + at);
    else findInRow<u32>(voxels + 4 * at, first + at);
  }
  return runs;
}

// @ts-ignore: decorator
@inline
function findInRow<T>(row: usize, first: i32): void {
  const end = columns;
  let start = 0;
  let current: u32 = load<T>(row);
  for (let column = 0; column < end; column += AT_ONCE) {
    let changes = changesAt<T>(row + column * sizeof<T>());
    if (!changes) continue;
    if (column == 0) changes &= ~1;
    if (end - column < AT_ONCE) changes &= (1 << u64(end - column)) - 1;
    while (changes) {
      const change = column + i32(ctz(changes));
      changes &= changes - 1;
      if (current) stretch(current, first + start, first + change);
      current = load<T>(row + change * sizeof<T>());
      start = change;
    }
  }
  if (current) stretch(current, first + start, first + end);
}

/** A bit for each of 64 voxels: 1 where it differs from the one before. */
// @ts-ignore: decorator
@inline
function changesAt<T>(at: usize): u64 {
  const a = differences<T>(at);
  const b = differences<T>(at + 16 * sizeof<T>());
  const c = differences<T>(at + 32 * sizeof<T>());
  const d = differences<T>(at + 48 * sizeof<T>());
  if (!v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) return 0;
  return (
    u64(i8x16.bitmask(a)) |
    (u64(i8x16.bitmask(b)) << 16) |
    (u64(i8x16.bitmask(c)) << 32) |
    (u64(i8x16.bitmask(d)) << 48)
  );
}

/** Of 16 voxels, a byte that is not 0 where one differs from the one before. */
// @ts-ignore: decorator
@inline
function differences<T>(at: usize): v128 {
  if (sizeof<T>() == 1) return i8x16.ne(v128.load(at), v128.load(at - 1));
  if (sizeof<T>() == 2) return i8x16.narrow_i16x8_s(differences16(at), differences16(at + 16));
  return i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(differences32(at), differences32(at + 16)),
    i16x8.narrow_i32x4_s(differences32(at + 32), differences32(at + 48)),
  );
}

// @ts-ignore: decorator
@inline
function differences16(at: usize): v128 {
  return i16x8.ne(v128.load(at), v128.load(at - 2));
}

// @ts-ignore: decorator
@inline
function differences32(at: usize): v128 {
  return i32x4.ne(v128.load(at), v128.load(at - 4));
}

// @ts-ignore: decorator
@inline
function stretch(held: u32, start: i32, end: i32): void {
  if (held < known && getSigned(classOf, held)) {
    set32(from, runs, start);
    set32(to, runs, end);
    set32(value, runs, held);
    runs++;
    store<u8>(met + held, 1);
  } else {
    set32(strayFrom, strays, start);
    set32(strayTo, strays, end);
    strays++;
  }
}
