import type { Runs } from './runs.ts';

/** Connected components of a mask's runs. */
export interface Components {
  count: number;
  /** For each run, the number of its component: 1.. in raster order of the components' first voxels. */
  ofRun: Int32Array;
}

/**
 * 26-connected components of the runs of one class; two classes never merge.
 *
 * The four rows (2J, 2J+1) x (2K, 2K+1) make a bundle. Voxels of one class in the same column of a bundle, or in
 * neighbouring columns, all touch each other; so the bundle is as good as one row, the union of its four, and a
 * stretch of that row is connected (block-based labelling: Grana et al., IEEE TIP 2010; 19:1596). That leaves few
 * stretches where foreground is dense, and they meet in faces and edges between bundles, which are compared as rows
 * of bits.
 *
 * Invariants: a set's root is its lowest stretch; a stretch has its class's bits only; every run lies in one stretch.
 */
export function connectedComponents(runs: Runs): Components {
  const { stretch, parent } = stretchesOfRuns(runs);
  // parents are lower, so theirs is the root already
  for (let one = 0; one < parent.length; one++) parent[one] = parent[parent[one]];
  const numbers = new Int32Array(parent.length);
  const total = runs.count;
  let count = 0;
  for (let run = 0; run < total; run++) {
    const root = parent[stretch[run]];
    if (numbers[root] === 0) numbers[root] = ++count;
    stretch[run] = numbers[root];
  }
  return { count, ofRun: stretch };
}

/** The bundles of two slices, by bundle and class: a slot for each class that a bundle holds. */
interface Slab {
  slots: number;
  /** slot + 1 at `bundle * classes + class`, 0 where the bundle has nothing of the class. */
  slotOf: Int32Array;
  placeOfSlot: Int32Array;
  /** Stretches of each slot: the first, and the one after the last. */
  first: Int32Array;
  last: Int32Array;
  /** Where the search for a run's stretch goes on. */
  next: Int32Array;
  /** Four rows of bits a slot, in the order (j, k), (j + 1, k), (j, k + 1), (j + 1, k + 1). */
  bits: Int32Array;
}

/** The stretch of each run, and the union-find forest of the stretches. */
function stretchesOfRuns(runs: Runs): { stretch: Int32Array; parent: Int32Array } {
  const { count, from, to, value, firstOfRow } = runs;
  const [columns, rowsPerSlice, slices] = runs.shape;
  const { classes, classOf } = presentClasses(runs);
  const bundles = (rowsPerSlice + 1) >> 1;
  // there is at least one bit after the last column, which ends every stretch
  const words = (columns >> 5) + 1;
  // no more stretches than runs, and mostly far fewer: pages never touched cost nothing
  const start = new Int32Array(count);
  const end = new Int32Array(count);
  const parent = new Int32Array(count);
  const stretchOfRun = new Int32Array(count);
  const contacts = new Contacts(words, start, end, parent);
  let stretches = 0;
  let [slab, above] = [newSlab(bundles * classes, words), newSlab(bundles * classes, words)];

  for (let k = 0; k < slices; k += 2) {
    [slab, above] = [above, slab];
    slab.slots = 0;
    slab.slotOf.fill(0);
    for (let j = 0; j < rowsPerSlice; j += 2) {
      const firstSlot = slab.slots;
      const atBundle = (j >> 1) * classes;

      for (let quarter = 0; quarter < 4; quarter++) {
        const row = rowOfQuarter(quarter, j, k, rowsPerSlice, slices);
        if (row < 0) continue;
        const { slotOf } = slab;
        const lastRun = firstOfRow[row + 1];
        const rowStart = row * columns;
        for (let run = firstOfRow[row]; run < lastRun; run++) {
          const at = atBundle + classOf[value[run]];
          if (slotOf[at] === 0) addSlot(slab, at, 4 * words);
          const bitRow = ((slotOf[at] - 1) * 4 + quarter) * words;
          setBits(slab.bits, bitRow, from[run] - rowStart, to[run] - rowStart);
        }
      }
      if (slab.slots === firstSlot) continue;

      for (let slot = firstSlot; slot < slab.slots; slot++) {
        slab.first[slot] = stretches;
        stretches = listStretches(slab.bits, slot * 4 * words, words, stretches, start, end);
        slab.last[slot] = stretches;
        for (let stretch = slab.first[slot]; stretch < stretches; stretch++) parent[stretch] = stretch;
      }

      for (let quarter = 0; quarter < 4; quarter++) {
        const row = rowOfQuarter(quarter, j, k, rowsPerSlice, slices);
        if (row < 0) continue;
        const { slotOf, next, first, slots } = slab;
        for (let slot = firstSlot; slot < slots; slot++) next[slot] = first[slot];
        const lastRun = firstOfRow[row + 1];
        const rowStart = row * columns;
        for (let run = firstOfRow[row]; run < lastRun; run++) {
          const slot = slotOf[atBundle + classOf[value[run]]] - 1;
          const column = from[run] - rowStart;
          let stretch = next[slot];
          while (end[stretch] <= column) stretch++;
          next[slot] = stretch;
          stretchOfRun[run] = stretch;
        }
      }

      for (let slot = firstSlot; slot < slab.slots; slot++) {
        const at = slab.placeOfSlot[slot];
        if (j > 0) contacts.join(slab, slot, 0, 2, slab, slab.slotOf[at - classes] - 1, 1, 3);
        if (k === 0) continue;
        if (j > 0) contacts.join(slab, slot, 0, 0, above, above.slotOf[at - classes] - 1, 3, 3);
        contacts.join(slab, slot, 0, 1, above, above.slotOf[at] - 1, 2, 3);
        if (j + 2 < rowsPerSlice)
          contacts.join(slab, slot, 1, 1, above, above.slotOf[at + classes] - 1, 2, 2);
      }
    }
  }
  return { stretch: stretchOfRun, parent: parent.subarray(0, stretches) };
}

/** The classes that runs have, numbered from 0, by voxel value. */
function presentClasses({ values, classOf }: Runs): { classes: number; classOf: Int32Array } {
  const numbers = new Map<number, number>();
  const ofValue = new Int32Array(classOf.length);
  for (const value of values) {
    const number = numbers.get(classOf[value]) ?? numbers.size;
    numbers.set(classOf[value], number);
    ofValue[value] = number;
  }
  return { classes: numbers.size, classOf: ofValue };
}

function newSlab(places: number, words: number): Slab {
  return {
    slots: 0,
    slotOf: new Int32Array(places),
    placeOfSlot: new Int32Array(64),
    first: new Int32Array(64),
    last: new Int32Array(64),
    next: new Int32Array(64),
    bits: new Int32Array(64 * 4 * words),
  };
}

function addSlot(slab: Slab, place: number, wordsOfSlot: number): void {
  const slot = slab.slots++;
  if (slot === slab.first.length) {
    slab.placeOfSlot = doubled(slab.placeOfSlot);
    slab.first = doubled(slab.first);
    slab.last = doubled(slab.last);
    slab.next = doubled(slab.next);
    slab.bits = doubled(slab.bits);
  }
  slab.slotOf[place] = slot + 1;
  slab.placeOfSlot[slot] = place;
  slab.bits.fill(0, slot * wordsOfSlot, (slot + 1) * wordsOfSlot);
}

function doubled(array: Int32Array): Int32Array {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** The row of a quarter of the bundle at (j, k), counted through all slices; -1 when it is outside the volume. */
function rowOfQuarter(quarter: number, j: number, k: number, rowsPerSlice: number, slices: number): number {
  const ownJ = j + (quarter & 1);
  const ownK = k + (quarter >> 1);
  return ownJ < rowsPerSlice && ownK < slices ? ownK * rowsPerSlice + ownJ : -1;
}

function setBits(bits: Int32Array, at: number, from: number, to: number): void {
  const firstWord = at + (from >> 5);
  const lastWord = at + ((to - 1) >> 5);
  const ahead = -1 << (from & 31);
  const behind = -1 >>> (31 - ((to - 1) & 31));
  if (firstWord === lastWord) {
    bits[firstWord] |= ahead & behind;
    return;
  }
  bits[firstWord] |= ahead;
  for (let w = firstWord + 1; w < lastWord; w++) bits[w] = -1;
  bits[lastWord] |= behind;
}

/** Lists the stretches of the union of a slot's four rows, from number `next` on; returns the number after the last. */
function listStretches(
  bits: Int32Array,
  at: number,
  words: number,
  next: number,
  start: Int32Array,
  end: Int32Array,
): number {
  let before = 0;
  let inside = 0;
  for (let w = 0; w < words; w++) {
    const union = bits[at + w] | bits[at + words + w] | bits[at + 2 * words + w] | bits[at + 3 * words + w];
    let changes = union ^ ((union << 1) | before);
    before = union >>> 31;
    while (changes !== 0) {
      const column = w * 32 + 31 - Math.clz32(changes & -changes);
      changes &= changes - 1;
      if (inside === 0) start[next] = column;
      else end[next++] = column;
      inside ^= 1;
    }
  }
  return next;
}

/** Unites the stretches of neighbouring bundles that touch. */
class Contacts {
  readonly #words: number;
  readonly #start: Int32Array;
  readonly #end: Int32Array;
  readonly #parent: Int32Array;
  /** The facing rows of two bundles, each the union of one or two, and where the first touches the second. */
  readonly #own: Int32Array;
  readonly #other: Int32Array;
  readonly #touching: Int32Array;

  constructor(words: number, start: Int32Array, end: Int32Array, parent: Int32Array) {
    this.#words = words;
    this.#start = start;
    this.#end = end;
    this.#parent = parent;
    [this.#own, this.#other, this.#touching] = [0, 0, 0].map(() => new Int32Array(words));
  }

  /** Unites what touches between two slots of one class, of which the quarters a and b, and c and d, face each other. */
  join(
    slab: Slab,
    slot: number,
    a: number,
    b: number,
    otherSlab: Slab,
    otherSlot: number,
    c: number,
    d: number,
  ) {
    if (otherSlot < 0 || !this.#face(slab, slot * 4, a, b, otherSlab, otherSlot * 4, c, d)) return;
    const start = this.#start;
    const end = this.#end;
    const parent = this.#parent;
    const to = slab.last[slot];
    const otherTo = otherSlab.last[otherSlot];
    let low = otherSlab.first[otherSlot];
    for (let x = slab.first[slot]; x < to; x++) {
      while (low < otherTo && end[low] < start[x]) low++;
      for (let y = low; y < otherTo && start[y] <= end[x]; y++) {
        if (parent[x] !== parent[y] && this.#touch(x, y)) unite(parent, x, y);
      }
    }
  }

  /** Sets the facing rows; false when nothing in them touches. */
  #face(
    slab: Slab,
    at: number,
    a: number,
    b: number,
    otherSlab: Slab,
    otherAt: number,
    c: number,
    d: number,
  ) {
    const words = this.#words;
    const own = this.#own;
    const other = this.#other;
    const touching = this.#touching;
    const { bits } = slab;
    const otherBits = otherSlab.bits;
    for (let w = 0; w < words; w++) {
      own[w] = bits[(at + a) * words + w] | bits[(at + b) * words + w];
      other[w] = otherBits[(otherAt + c) * words + w] | otherBits[(otherAt + d) * words + w];
    }
    let any = 0;
    let before = 0;
    for (let w = 0; w < words; w++) {
      const here = other[w];
      const after = w + 1 < words ? other[w + 1] << 31 : 0;
      touching[w] = own[w] & (here | (here << 1) | (here >>> 1) | before | after);
      any |= touching[w];
      before = here >>> 31;
    }
    return any !== 0;
  }

  /**
   * Whether stretch x touches stretch y of the other bundle. In the columns of both, whatever a voxel of x touches
   * belongs to y, since other stretches are two columns away or more; at the ends of y, x may reach one column further.
   */
  #touch(x: number, y: number): boolean {
    const from = Math.max(this.#start[x], this.#start[y]);
    const to = Math.min(this.#end[x], this.#end[y]);
    if (from < to && anyBit(this.#touching, from, to)) return true;
    const beforeY = this.#start[y] - 1;
    if (beforeY >= this.#start[x] && hasBit(this.#own, beforeY) && hasBit(this.#other, beforeY + 1))
      return true;
    const afterY = this.#end[y];
    return afterY < this.#end[x] && hasBit(this.#own, afterY) && hasBit(this.#other, afterY - 1);
  }
}

function hasBit(bits: Int32Array, column: number): boolean {
  return ((bits[column >> 5] >>> (column & 31)) & 1) === 1;
}

function anyBit(bits: Int32Array, from: number, to: number): boolean {
  const firstWord = from >> 5;
  const lastWord = (to - 1) >> 5;
  const ahead = -1 << (from & 31);
  const behind = -1 >>> (31 - ((to - 1) & 31));
  if (firstWord === lastWord) return (bits[firstWord] & ahead & behind) !== 0;
  if ((bits[firstWord] & ahead) !== 0 || (bits[lastWord] & behind) !== 0) return true;
  for (let w = firstWord + 1; w < lastWord; w++) if (bits[w] !== 0) return true;
  return false;
}

function unite(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

function rootOf(parent: Int32Array, stretch: number): number {
  let at = stretch;
  while (parent[at] !== at) {
    parent[at] = parent[parent[at]];
    at = parent[at];
  }
  return at;
}
