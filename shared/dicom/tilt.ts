import { DatasetError } from '../errors.ts';
import type { StoredValues } from './codecs/frame.ts';
import { dot, type Stack } from './slice-order.ts';

/** A line of slices that leans by less than this has no tilt. */
const UPRIGHT_DEGREES = 0.05;

/** How far each slice is shifted against a grid whose slices lie straight above each other. */
export interface Tilt {
  degrees: number;
  /** Rows that each slice lies higher than the first, in the order of a volume whose rows run bottom up. */
  shiftsRows: number[];
}

/**
 * The gantry tilt of a stack, from its positions alone: the header's Gantry/Detector Tilt is often missing, and its
 * sign is not standardised. Undefined when the slices lie straight above each other.
 * @throws SLICES_INCONSISTENT when they are shifted along their rows
 */
export function tiltOf({ slices, column, row, normal }: Stack): Tilt | undefined {
  const [first] = slices;
  const bed = last(slices).positionMm.map((x, axis) => x - first.positionMm[axis]);
  const [along, down, across] = [normal, column, row].map((direction) => dot(bed, direction));
  if (Math.abs(across) > first.pixelSpacingMm[1] / 2) {
    const message = `the slices are shifted sideways by ${across.toFixed(2)} mm, which no gantry tilt does`;
    throw new DatasetError('SLICES_INCONSISTENT', message, { keys: [first.key, last(slices).key] });
  }
  const degrees = (Math.atan2(Math.abs(down), along) * 180) / Math.PI;
  if (degrees < UPRIGHT_DEGREES) return undefined;
  const rowSpacingMm = first.pixelSpacingMm[0];
  const shiftsRows = slices.map(({ positionMm }) => {
    const from = positionMm.map((x, axis) => x - first.positionMm[axis]);
    return -dot(from, column) / rowSpacingMm;
  });
  return { degrees, shiftsRows };
}

/**
 * Shears a tilted stack onto a regular grid: each slice is moved along its columns by its shift, interpolating
 * linearly between rows; the volume gets as many rows more as the largest shift needs, filled with its lowest value.
 * @param padding the stored value that marks pixels outside the scanned field, where there is one
 * @returns the voxels, how many rows a slice has now, and how many rows the grid begins below the first slice
 */
export function shear(
  voxels: StoredValues,
  [columns, rows]: [number, number],
  shiftsRows: number[],
  padding: number | undefined,
): { voxels: StoredValues; rows: number; rowsBelow: number } {
  const rowsBelow = Math.ceil(Math.max(0, -Math.min(...shiftsRows)));
  const rowsAbove = Math.ceil(Math.max(0, ...shiftsRows));
  const outRows = rows + rowsBelow + rowsAbove;
  const lowest = lowestOf(voxels);
  const length = outRows * columns * shiftsRows.length;
  const sheared = voxels instanceof Int16Array ? new Int16Array(length) : new Uint16Array(length);
  sheared.fill(lowest);
  for (const [k, shift] of shiftsRows.entries()) {
    const slice = k * rows * columns;
    for (let r = 0; r < outRows; r++) {
      const source = r - rowsBelow - shift;
      if (source < 0 || source >= rows) continue;
      const low = Math.floor(source);
      const high = Math.min(low + 1, rows - 1);
      const share = source - low;
      const out = (k * outRows + r) * columns;
      for (let c = 0; c < columns; c++) {
        const below = voxels[slice + low * columns + c];
        const above = voxels[slice + high * columns + c];
        // a padding value is no density: it is not mixed into its neighbour
        if (below === padding || above === padding) sheared[out + c] = share < 0.5 ? below : above;
        else sheared[out + c] = Math.round(below + (above - below) * share);
      }
    }
  }
  return { voxels: sheared, rows: outRows, rowsBelow };
}

function last<T>(items: T[]): T {
  return items[items.length - 1];
}

function lowestOf(voxels: StoredValues): number {
  let lowest = voxels[0];
  for (const value of voxels) if (value < lowest) lowest = value;
  return lowest;
}
