import type { Volume } from '../volume/volume.ts';

/**
 * The foreground of a mask as runs: stretches of one class along a row. Runs stand in raster order (slice, row,
 * column), so all that follows touches only the foreground, however large the volume.
 */
export interface Runs {
  count: number;
  /** Row of each run, counted through all slices: `k * rows + j`. */
  row: Int32Array;
  /** First column, and the column after the last. */
  start: Int32Array;
  end: Int32Array;
  /** Class of each run, above 0. */
  label: Int32Array;
  /** For each row, its first run; one entry more than there are rows. */
  firstOfRow: Int32Array;
}

/**
 * Runs of equal class. `classOf` maps a stored value to its class, 0 for background; values beyond its length are
 * background too.
 */
export function runsOf(mask: Pick<Volume, 'voxels' | 'shape'>, classOf: ArrayLike<number>): Runs {
  const { voxels, shape } = mask;
  const [columns, rowsPerSlice, slices] = shape;
  const rows = rowsPerSlice * slices;
  const firstOfRow = new Int32Array(rows + 1);
  let [row, start, end, label] = [0, 0, 0, 0].map(() => new Int32Array(1 << 12));
  let count = 0;
  let nextRow = 0;
  const known = classOf.length;
  const words = zeroTestable(voxels);
  const perWord = 4 / voxels.BYTES_PER_ELEMENT;
  const n = voxels.length;
  for (let v = 0; v < n; ) {
    // most of a mask is zero: four bytes are skipped at a time
    if (words && v % perWord === 0 && words[v / perWord] === 0 && v + perWord <= n) {
      v += perWord;
      continue;
    }
    const value = voxels[v];
    const cls = value > 0 && value < known ? classOf[value] : 0;
    if (cls === 0) {
      v++;
      continue;
    }
    const r = Math.floor(v / columns);
    const rowStart = r * columns;
    const rowEnd = rowStart + columns;
    let to = v + 1;
    while (to < rowEnd && (voxels[to] === value || classOfValue(voxels[to], classOf) === cls)) to++;
    if (count === row.length) [row, start, end, label] = [row, start, end, label].map(doubled);
    while (nextRow <= r) firstOfRow[nextRow++] = count;
    row[count] = r;
    start[count] = v - rowStart;
    end[count] = to - rowStart;
    label[count] = cls;
    count++;
    v = to;
  }
  while (nextRow <= rows) firstOfRow[nextRow++] = count;
  return { count, row, start, end, label, firstOfRow };
}

function classOfValue(value: number, classOf: ArrayLike<number>): number {
  return value > 0 && value < classOf.length ? classOf[value] : 0;
}

/** The voxels as 32-bit words, where a word of zero means that all its voxels are. */
function zeroTestable(voxels: Volume['voxels']): Int32Array | undefined {
  if (voxels.BYTES_PER_ELEMENT > 4 || voxels.byteOffset % 4 !== 0 || voxels instanceof Float32Array)
    return undefined;
  return new Int32Array(voxels.buffer, voxels.byteOffset, voxels.byteLength >> 2);
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
