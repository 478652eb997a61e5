import type { Shape, Volume, VoxelArray } from '../volume/volume.ts';
import { instanceOf } from '../wasm/instance.ts';
import { wasm } from './runs-wasm.ts';

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

/** What the compiled module exports. */
interface Finder {
  memory: WebAssembly.Memory;
  begin(classes: number, limit: number, columns: number, maxRows: number, voxelBytes: number): void;
  find(rows: number, first: number, before: number): number;
  classOf: WebAssembly.Global;
  met: WebAssembly.Global;
  voxels: WebAssembly.Global;
  from: WebAssembly.Global;
  to: WebAssembly.Global;
  value: WebAssembly.Global;
  firstOfRow: WebAssembly.Global;
  strayFrom: WebAssembly.Global;
  strayTo: WebAssembly.Global;
  strays: WebAssembly.Global;
}

/** Voxels that the module is given at a time, in whole rows: they and their runs stay in the processor's cache. */
const CHUNK = 1 << 15;

let finder: Finder | undefined;

/**
 * Runs of equal value, in one pass over the volume.
 * @param mask whole numbers; of a float type they are rounded towards 0
 * @param classOf class of each value that is foreground, from 1 on; 0 for others
 */
export function runsOf(mask: Pick<Volume, 'voxels' | 'shape'>, classOf: ArrayLike<number>): Runs {
  const { voxels, shape } = mask;
  const [columns, rowsPerSlice, slices] = shape;
  const rows = rowsPerSlice * slices;
  const maxRows = Math.max(1, Math.floor(CHUNK / columns));
  const { Words, limit } = wordsFor(voxels);
  finder ??= instanceOf<Finder>(wasm);
  finder.begin(classOf.length, limit, columns, maxRows, Words.BYTES_PER_ELEMENT);
  const { buffer } = finder.memory;
  const table = ({ value: at }: WebAssembly.Global, length: number) => new Int32Array(buffer, at, length);
  table(finder.classOf, classOf.length).set(classOf);
  const words = new Words(buffer, finder.voxels.value, maxRows * columns);
  const [strayFrom, strayTo, ...found] = [
    finder.strayFrom,
    finder.strayTo,
    finder.from,
    finder.to,
    finder.value,
  ].map((one) => table(one, maxRows * columns));
  const firstOfChunk = table(finder.firstOfRow, maxRows);

  const firstOfRow = new Int32Array(rows + 1);
  const background = new Map<number, number>();
  let runs = found.map(() => new Int32Array(1 << 14));
  let count = 0;
  for (let row = 0; row < rows; row += maxRows) {
    const first = row * columns;
    const rowsHere = Math.min(maxRows, rows - row);
    words.set(voxels.subarray(first, first + rowsHere * columns));
    const more = finder.find(rowsHere, first, count);
    firstOfRow.set(firstOfChunk.subarray(0, rowsHere), row);
    if (count + more > runs[0].length) {
      const room = roomFor(count + more, (row + rowsHere) / rows);
      runs = runs.map((array) => enlarged(array, room));
    }
    for (const [i, array] of runs.entries()) array.set(found[i].subarray(0, more), count);
    count += more;
    for (let stray = 0; stray < finder.strays.value; stray++) {
      const value = Math.trunc(voxels[strayFrom[stray]]);
      background.set(value, (background.get(value) ?? 0) + strayTo[stray] - strayFrom[stray]);
    }
  }
  firstOfRow[rows] = count;
  const met = new Uint8Array(buffer, finder.met.value, classOf.length);
  const values: number[] = [];
  for (let one = met.indexOf(1); one >= 0; one = met.indexOf(1, one + 1)) values.push(one);
  const [from, to, value] = runs;
  return { shape, classOf, count, from, to, value, values, firstOfRow, background };
}

/** How voxels are given to the module, as unsigned words, and the word from which on they are negative. */
function wordsFor(voxels: VoxelArray) {
  if (voxels instanceof Uint8Array) return { Words: Uint8Array, limit: 2 ** 8 };
  if (voxels instanceof Int8Array) return { Words: Uint8Array, limit: 2 ** 7 };
  if (voxels instanceof Uint16Array) return { Words: Uint16Array, limit: 2 ** 16 };
  if (voxels instanceof Int16Array) return { Words: Uint16Array, limit: 2 ** 15 };
  return { Words: Uint32Array, limit: 2 ** 31 };
}

/** Room for the runs of the whole volume when the rest is like what was seen; pages never touched cost nothing. */
function roomFor(count: number, seen: number): number {
  return Math.ceil(Math.max(2 * count, (1.1 * count) / seen));
}

function enlarged(array: Int32Array, room: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(room);
  larger.set(array);
  return larger;
}

/** Writes a number for each run into its voxels, where that number is not 0. */
export function paintRuns({ count, from, to }: Runs, numberOfRun: Int32Array, voxels: VoxelArray): void {
  for (let run = 0; run < count; run++) {
    if (numberOfRun[run] !== 0) voxels.fill(numberOfRun[run], from[run], to[run]);
  }
}
