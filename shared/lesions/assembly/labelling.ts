/*
 * 26-connected components of the runs of one class, in AssemblyScript; two classes never merge.
 *
 * The four rows (2J, 2J+1) x (2K, 2K+1) make a bundle. Voxels of one class in the same column of a bundle, or in
 * neighbouring columns, all touch each other; so the bundle is as good as one row, the union of its four, and a
 * stretch of that row is connected (block-based labelling: Grana et al., IEEE TIP 2010; 19:1596). That leaves few
 * stretches where foreground is dense, and they meet in faces and edges between bundles, which are compared as rows
 * of bits.
 *
 * Invariants: a set's root is its lowest stretch; a stretch has its class's bits only; every run lies in one stretch.
 */
import { anyBit, hasBit, setBits } from './memory/bits';
import { allocate, allocateZeros, freeAll } from '../../wasm/assembly/memory/room';
import { getSigned, set32 } from '../../wasm/assembly/memory/tables';

/** Number of a value's class among those that are present, from 0 on, to be put here. */
export let classOf: usize = 0;

// Runs of two slices, to be put here: first voxel, voxel after the last, value; and of each row, its first run.
export let from: usize = 0;
export let to: usize = 0;
export let value: usize = 0;
export let firstOfRow: usize = 0;

/** Of each run, its stretch; in the end its component. */
export let ofRun: usize = 0;

// Of each stretch: first column, column after the last, and a lower stretch of its set, or itself.
let start: usize = 0;
let end: usize = 0;
let parent: usize = 0;
let stretches: i32 = 0;

let columns: i32 = 0;
let rowsPerSlice: i32 = 0;
let classes: i32 = 0;

/** What a bundle has of one class. Its four rows of bits follow, (j, k), (j + 1, k), (j, k + 1), (j + 1, k + 1). */
@unmanaged
class Slot {
  /** bundle * classes + class */
  place: i32;
  /** Its first stretch, the one after its last, and the one where the search for a run's stretch goes on. */
  first: i32;
  last: i32;
  next: i32;
  /** The slot made before in these slices. */
  before: Slot | null;

  // @ts-ignore: decorator
  @inline
  row(quarter: i32): usize {
    return changetype<usize>(this) + offsetof<Slot>() + quarter * rowBytes;
  }
}

/** Bytes of a row of bits, 64-bit words: at least one bit comes after the last column, which ends every stretch. */
let rowBytes: i32 = 0;
/** Slots to be used again. */
let spare: Slot | null = null;

// Of two slices and of the two before them: slots by place, and the latest.
let slotOf: usize = 0;
let latest: Slot | null = null;
let slotOfAbove: usize = 0;
let latestAbove: Slot | null = null;

// The facing rows of two bundles, each the union of one or two, and where the first touches the second.
let own: usize = 0;
let other: usize = 0;
let touching: usize = 0;

/** Begins a mask of so many runs, of which two slices that are given at once have `maxRuns` at most. */
export function begin(
  rowColumns: i32,
  rows: i32,
  classesPresent: i32,
  values: i32,
  runs: i32,
  maxRuns: i32,
): void {
  freeAll();
  columns = rowColumns;
  rowsPerSlice = rows;
  classes = classesPresent;
  rowBytes = ((columns >> 6) + 1) << 3;
  classOf = allocate(4 * values);
  from = allocate(4 * maxRuns);
  to = allocate(4 * maxRuns);
  value = allocate(4 * maxRuns);
  firstOfRow = allocate(4 * (2 * rows + 1));
  own = allocate(rowBytes);
  other = allocate(rowBytes);
  touching = allocate(rowBytes);
  const places = ((rows + 1) >> 1) * classes;
  slotOf = allocateZeros(4 * places);
  slotOfAbove = allocateZeros(4 * places);
  latest = null;
  latestAbove = null;
  spare = null;
  ofRun = allocate(4 * runs);
  // no more stretches than runs, and mostly far fewer
  start = allocate(4 * runs);
  end = allocate(4 * runs);
  parent = allocate(4 * runs);
  stretches = 0;
}

/** Labels one or two slices, whose first has an even number: finds their stretches and unites those that touch. */
export function label(slices: i32, firstVoxel: i32): void {
  // what is two slices back is done with
  for (let slot = latestAbove; slot !== null; ) {
    const before = slot.before;
    set32(slotOfAbove, slot.place, 0);
    slot.before = spare;
    spare = slot;
    slot = before;
  }
  const free = slotOfAbove;
  slotOfAbove = slotOf;
  slotOf = free;
  latestAbove = latest;
  latest = null;
  for (let j = 0; j < rowsPerSlice; j += 2) bundle(j, slices, firstVoxel);
}

function bundle(j: i32, slices: i32, firstVoxel: i32): void {
  const earlier = latest;
  const firstPlace = (j >> 1) * classes;
  for (let quarter = 0; quarter < 4; quarter++) {
    const row = rowOfQuarter(quarter, j, slices);
    if (row >= 0) drawRuns(row, quarter, firstPlace, firstVoxel);
  }
  for (let slot = latest; slot !== earlier; slot = slot!.before) listStretches(slot!);
  for (let quarter = 0; quarter < 4 && latest !== earlier; quarter++) {
    const row = rowOfQuarter(quarter, j, slices);
    if (row < 0) continue;
    for (let slot = latest; slot !== earlier; slot = slot!.before) slot!.next = slot!.first;
    findStretches(row, firstPlace, firstVoxel);
  }
  for (let slot = latest; slot !== earlier; slot = slot!.before) {
    const place = slot!.place;
    if (j > 0) join(slot!, 0, 2, slotAt(slotOf, place - classes), 1, 3);
    if (j > 0) join(slot!, 0, 0, slotAt(slotOfAbove, place - classes), 3, 3);
    join(slot!, 0, 1, slotAt(slotOfAbove, place), 2, 3);
    if (j + 2 < rowsPerSlice) join(slot!, 1, 1, slotAt(slotOfAbove, place + classes), 2, 2);
  }
}

/** The row of a quarter of the bundle at j, counted through both slices; -1 when it is outside the volume. */
// @ts-ignore: decorator
@inline
function rowOfQuarter(quarter: i32, j: i32, slices: i32): i32 {
  const ownJ = j + (quarter & 1);
  const ownK = quarter >> 1;
  return ownJ < rowsPerSlice && ownK < slices ? ownK * rowsPerSlice + ownJ : -1;
}

/** Draws a row's runs as bits into the slots of their classes. */
function drawRuns(row: i32, quarter: i32, firstPlace: i32, firstVoxel: i32): void {
  const first = getSigned(firstOfRow, 0);
  const last = getSigned(firstOfRow, row + 1) - first;
  const rowStart = firstVoxel + row * columns;
  for (let run = getSigned(firstOfRow, row) - first; run < last; run++) {
    const place = firstPlace + getSigned(classOf, getSigned(value, run));
    const slot = slotAt(slotOf, place) || newSlot(place);
    setBits(slot!.row(quarter), getSigned(from, run) - rowStart, getSigned(to, run) - rowStart - 1);
  }
}

/** Notes the stretch of each of a row's runs. */
function findStretches(row: i32, firstPlace: i32, firstVoxel: i32): void {
  const first = getSigned(firstOfRow, 0);
  const last = getSigned(firstOfRow, row + 1) - first;
  const rowStart = firstVoxel + row * columns;
  for (let run = getSigned(firstOfRow, row) - first; run < last; run++) {
    const slot = slotAt(slotOf, firstPlace + getSigned(classOf, getSigned(value, run)))!;
    const column = getSigned(from, run) - rowStart;
    let stretch = slot.next;
    while (getSigned(end, stretch) <= column) stretch++;
    slot.next = stretch;
    set32(ofRun, first + run, stretch);
  }
}

// @ts-ignore: decorator
@inline
function slotAt(table: usize, place: i32): Slot | null {
  return changetype<Slot | null>(usize(getSigned(table, place)));
}

function newSlot(place: i32): Slot {
  const bytes = offsetof<Slot>() + 4 * rowBytes;
  const slot = spare || changetype<Slot>(allocate(bytes));
  if (spare) spare = spare!.before;
  memory.fill(changetype<usize>(slot), 0, bytes);
  slot!.place = place;
  slot!.before = latest;
  latest = slot;
  set32(slotOf, place, i32(changetype<usize>(slot)));
  return slot!;
}

/** Lists the stretches of the union of a slot's four rows. */
function listStretches(slot: Slot): void {
  slot.first = stretches;
  let before: u64 = 0;
  let inside = false;
  for (let at: usize = 0; at < <usize>rowBytes; at += 8) {
    const union =
      load<u64>(slot.row(0) + at) |
      load<u64>(slot.row(1) + at) |
      load<u64>(slot.row(2) + at) |
      load<u64>(slot.row(3) + at);
    let changes = union ^ ((union << 1) | before);
    before = union >> 63;
    while (changes) {
      const column = i32(at << 3) + i32(ctz(changes));
      changes &= changes - 1;
      if (inside) {
        set32(end, stretches, column);
        stretches++;
      } else {
        set32(start, stretches, column);
        set32(parent, stretches, stretches);
      }
      inside = !inside;
    }
  }
  slot.last = stretches;
}

/** Unites what touches between two slots of one class, of which the quarters a and b, and c and d, face each other. */
function join(slot: Slot, a: i32, b: i32, otherSlot: Slot | null, c: i32, d: i32): void {
  if (otherSlot === null || !face(slot, a, b, otherSlot, c, d)) return;
  const last = slot.last;
  const otherLast = otherSlot.last;
  let low = otherSlot.first;
  for (let x = slot.first; x < last; x++) {
    while (low < otherLast && getSigned(end, low) < getSigned(start, x)) low++;
    for (let y = low; y < otherLast && getSigned(start, y) <= getSigned(end, x); y++) {
      if (getSigned(parent, x) != getSigned(parent, y) && touch(x, y)) unite(x, y);
    }
  }
}

/** Sets the facing rows where both slots have stretches, and a column around; false when nothing in them touches. */
function face(slot: Slot, a: i32, b: i32, otherSlot: Slot, c: i32, d: i32): bool {
  const low = max(getSigned(start, slot.first), getSigned(start, otherSlot.first)) - 1;
  const high = min(getSigned(end, slot.last - 1), getSigned(end, otherSlot.last - 1));
  if (low > high) return false;
  const first = usize(max(low, 0) >> 6) << 3;
  const last = usize(high >> 6) << 3;
  for (let at = first; at <= last; at += 8) {
    store<u64>(own + at, load<u64>(slot.row(a) + at) | load<u64>(slot.row(b) + at));
    store<u64>(other + at, load<u64>(otherSlot.row(c) + at) | load<u64>(otherSlot.row(d) + at));
  }
  let any: u64 = 0;
  let before: u64 = 0;
  for (let at = first; at <= last; at += 8) {
    const here = load<u64>(other + at);
    const after = at < last ? load<u64>(other + at + 8) << 63 : 0;
    const touches = load<u64>(own + at) & (here | (here << 1) | (here >> 1) | before | after);
    store<u64>(touching + at, touches);
    any |= touches;
    before = here >> 63;
  }
  return any != 0;
}

/**
 * Whether stretch x touches stretch y of the other bundle. In the columns of both, whatever a voxel of x touches
 * belongs to y, since other stretches are two columns away or more; at the ends of y, x may reach one column further.
 */
function touch(x: i32, y: i32): bool {
  const startX = getSigned(start, x);
  const startY = getSigned(start, y);
  const endX = getSigned(end, x);
  const endY = getSigned(end, y);
  const first = max(startX, startY);
  const last = min(endX, endY) - 1;
  if (first <= last && anyBit(touching, first, last)) return true;
  if (startY > startX && hasBit(own, startY - 1) && hasBit(other, startY)) return true;
  return endY < endX && hasBit(own, endY) && hasBit(other, endY - 1);
}

function unite(x: i32, y: i32): void {
  const rootX = rootOf(x);
  const rootY = rootOf(y);
  set32(parent, max(rootX, rootY), min(rootX, rootY));
}

// @ts-ignore: decorator
@inline
function rootOf(stretch: i32): i32 {
  let at = stretch;
  while (getSigned(parent, at) != at) {
    const above = getSigned(parent, getSigned(parent, at));
    set32(parent, at, above);
    at = above;
  }
  return at;
}

/** Puts the component of each of the runs in place of its stretch, and gives how many components there are. */
export function number(runs: i32): i32 {
  // parents are lower, so theirs is the root already
  for (let one = 0; one < stretches; one++) set32(parent, one, getSigned(parent, getSigned(parent, one)));
  const numbers = allocateZeros(4 * stretches);
  let count = 0;
  for (let run = 0; run < runs; run++) {
    const root = getSigned(parent, getSigned(ofRun, run));
    if (!getSigned(numbers, root)) set32(numbers, root, ++count);
    set32(ofRun, run, getSigned(numbers, root));
  }
  return count;
}
