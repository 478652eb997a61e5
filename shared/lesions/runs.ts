import type { Shape, Volume, VoxelArray } from '../volume/volume.ts';

/**
 * The foreground of a mask as runs: stretches of one voxel value along a row. Runs stand in raster order (slice,
 * row, column), so all that follows touches only the foreground, however large the volume.
 */
export interface Runs {
  shape: Shape;
  /** Class of a voxel value, 0 where it is background; negative values and those beyond it are background too. */
  classOf: ArrayLike<number>;
  count: number;
  /** First voxel of each run, and the voxel after its last, as indices into the volume. */
  from: Int32Array;
  to: Int32Array;
  /** Voxel value of each run, above 0. */
  value: Int32Array;
  /** The values that runs have, ascending. */
  values: number[];
  /** For each row, its first run; one entry more than there are rows. */
  firstOfRow: Int32Array;
  /** Values other than 0 that are not foreground, and how many voxels have them. */
  background: Map<number, number>;
}

/** Words of the volume whose changes are listed at a time: the list stays in the processor's cache. */
const CHUNK = 1 << 13;

/**
 * Runs of equal value, in one pass over the volume: the places where the value changes are listed without a branch
 * (see `listChanges`), and the stretches between them, cut at row ends, are the runs.
 * @param mask whole numbers; of a float type they are rounded towards 0
 * @param classOf class of each value that is foreground, from 1 on; 0 for others
 */
export function runsOf(mask: Pick<Volume, 'voxels' | 'shape'>, classOf: ArrayLike<number>): Runs {
  const { voxels, shape } = mask;
  const [columns, rowsPerSlice, slices] = shape;
  const n = voxels.length;
  const words = wordsOf(voxels);
  const lanes = lanesOf(voxels);
  const { perWord, bits, mask: valueMask } = lanes;
  const changes = new Int32Array(CHUNK * perWord + 1);

  const firstOfRow = new Int32Array(rowsPerSlice * slices + 1);
  const background = new Map<number, number>();
  const known = classOf.length;
  const met = new Uint8Array(known);
  let [runFrom, runTo, runValue] = [0, 0, 0].map(() => new Int32Array(1 << 14));
  let count = 0;
  let row = 0;
  let rowEnd = columns;
  let value = 0;
  let from = 0;
  for (let chunk = 0; chunk <= words.length; chunk += CHUNK) {
    let listed = listChanges(words, chunk, lanes, changes);
    // the end of the volume closes the last stretch
    if (chunk + CHUNK > words.length) changes[listed++] = n;
    for (let change = 0; change < listed; change++) {
      const to = changes[change];
      if (value > 0 && value < known && classOf[value] !== 0) {
        while (from < to) {
          while (from >= rowEnd) {
            rowEnd += columns;
            firstOfRow[++row] = count;
          }
          if (count === runFrom.length) {
            const room = roomFor(count, from / n);
            [runFrom, runTo, runValue] = [runFrom, runTo, runValue].map((array) => enlarged(array, room));
          }
          runFrom[count] = from;
          from = Math.min(to, rowEnd);
          runTo[count] = from;
          runValue[count] = value;
          count++;
        }
        met[value] = 1;
      } else if (value !== 0 && from < to) {
        background.set(voxels[from], (background.get(voxels[from]) ?? 0) + to - from);
      }
      from = to;
      if (to < n) value = (words[to >> (perWord >> 1)] >>> ((to & (perWord - 1)) * bits)) & valueMask;
    }
  }
  firstOfRow.fill(count, row + 1);
  const values: number[] = [];
  for (let one = met.indexOf(1); one >= 0; one = met.indexOf(1, one + 1)) values.push(one);
  return { shape, classOf, count, from: runFrom, to: runTo, value: runValue, values, firstOfRow, background };
}

/** How a 32-bit word holds voxels: one, two or four lanes. */
interface Lanes {
  perWord: number;
  bits: number;
  /** The bits of one voxel. */
  mask: number;
  /** The lowest bit of each lane, and all its bits but the highest. */
  lowest: number;
  allButHighest: number;
}

const LANES: Record<number, Lanes> = {
  1: { perWord: 4, bits: 8, mask: 0xff, lowest: 0x01010101, allButHighest: 0x7f7f7f7f },
  2: { perWord: 2, bits: 16, mask: 0xffff, lowest: 0x00010001, allButHighest: 0x7fff7fff },
  4: { perWord: 1, bits: 32, mask: 0xffffffff, lowest: 1, allButHighest: 0x7fffffff },
};

function lanesOf(voxels: VoxelArray): Lanes {
  return LANES[Math.min(4, voxels.BYTES_PER_ELEMENT)];
}

/**
 * Lists the voxels of a chunk that differ from the voxel before them. A word is compared with itself shifted by one
 * voxel; a lane that differs becomes a 1 without a branch, since adding 0x7f carries into the highest bit exactly when
 * another bit is set. The position is written always and kept when the 1 moves the end of the list past it.
 */
function listChanges(words: Int32Array, chunk: number, lanes: Lanes, changes: Int32Array): number {
  const { perWord, bits, lowest, allButHighest } = lanes;
  const highest = bits - 1;
  const to = Math.min(chunk + CHUNK, words.length);
  let listed = 0;
  let before = chunk === 0 ? 0 : words[chunk - 1] >>> (32 - bits);
  let same = Math.imul(before, lowest);
  for (let w = chunk; w < to; w++) {
    // most of a mask is background: 16 bytes of it pass at a time
    while (
      w + 4 <= to &&
      ((words[w] ^ same) | (words[w + 1] ^ same) | (words[w + 2] ^ same) | (words[w + 3] ^ same)) === 0
    ) {
      w += 4;
    }
    if (w === to) break;
    const word = words[w];
    const differs = word ^ (perWord === 1 ? before : (word << bits) | before);
    const changed = ((differs | ((differs & allButHighest) + allButHighest)) >>> highest) & lowest;
    for (let lane = 0; lane < perWord; lane++) {
      changes[listed] = w * perWord + lane;
      listed += (changed >>> (lane * bits)) & 1;
    }
    before = word >>> (32 - bits);
    same = Math.imul(before, lowest);
  }
  return listed;
}

/** The voxels as little-endian 32-bit words, copied where they do not fill them. */
function wordsOf(voxels: VoxelArray): Int32Array {
  if (voxels instanceof Float32Array || voxels instanceof Float64Array) return new Int32Array(voxels);
  const { buffer, byteOffset, byteLength } = voxels;
  if (byteOffset % 4 === 0 && byteLength % 4 === 0) return new Int32Array(buffer, byteOffset, byteLength / 4);
  const copy = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  copy.set(new Uint8Array(buffer, byteOffset, byteLength));
  return new Int32Array(copy.buffer);
}

/** Room for the runs of the whole volume when the rest is like what was seen; pages never touched cost nothing. */
function roomFor(count: number, seen: number): number {
  return Math.ceil(Math.max(2 * count, (1.1 * count) / seen));
}

function enlarged(array: Int32Array<ArrayBuffer>, room: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(room);
  larger.set(array);
  return larger;
}

/** Writes a number for each run into its voxels, where that number is not 0. */
export function paintRuns({ count, from, to }: Runs, numberOfRun: Int32Array, voxels: VoxelArray): void {
  for (let run = 0; run < count; run++) {
    const number = numberOfRun[run];
    if (number === 0) continue;
    const end = to[run];
    for (let v = from[run]; v < end; v++) voxels[v] = number;
  }
}
