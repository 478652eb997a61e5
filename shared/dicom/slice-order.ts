import { DatasetError } from '../errors.ts';
import type { Slice } from './select-slices.ts';

/** Directions and positions of a stack of slices, in LPS mm. */
export interface Stack {
  /** In the order of `k`: ascending along the normal. */
  slices: Slice[];
  row: number[];
  column: number[];
  normal: number[];
  /** Of each slice along the normal. */
  offsetsMm: number[];
  /** Instance numbers run against the normal. */
  descending: boolean;
}

/** Cosines of two slices of one volume may differ by rounding, no more. */
const ORIENTATION_TOLERANCE = 1e-3;

/**
 * Slices sorted by their position along the normal (PS3.3 C.7.6.2.1.1).
 * @throws SLICES_INCONSISTENT when they are not slices of one grid, RESCALE_INCONSISTENT when their values do not
 * mean the same, SINGLE_SLICE when they are fewer than two
 */
export function stackOf(slices: Slice[]): Stack {
  if (slices.length === 0)
    throw new DatasetError('NOT_A_CT_VOLUME', 'no file of the series is a slice of a CT volume');
  if (slices.length === 1) {
    throw new DatasetError('SINGLE_SLICE', `the only slice is ${slices[0].key}; one slice is no volume`, {
      keys: [slices[0].key],
    });
  }
  checkAgreement(slices);
  const [row, column] = [slices[0].orientation.slice(0, 3), slices[0].orientation.slice(3)];
  const normal = cross(row, column);
  const placed = slices.map((slice) => ({ slice, offsetMm: dot(slice.positionMm, normal) }));
  const byInstance = placed.toSorted(
    (a, b) => (a.slice.header.instanceNumber ?? 0) - (b.slice.header.instanceNumber ?? 0),
  );
  placed.sort((a, b) => a.offsetMm - b.offsetMm || (a.slice.key < b.slice.key ? -1 : 1));
  return {
    slices: placed.map(({ slice }) => slice),
    row,
    column,
    normal,
    offsetsMm: placed.map(({ offsetMm }) => offsetMm),
    descending: byInstance[0].offsetMm > byInstance.at(-1)!.offsetMm,
  };
}

function checkAgreement(slices: Slice[]): void {
  const [first] = slices;
  for (const slice of slices) {
    const differ = (what: string, a: unknown, b: unknown) =>
      new DatasetError('SLICES_INCONSISTENT', `${slice.key} has ${what} ${a}, ${first.key} has ${b}`, {
        keys: [slice.key, first.key],
      });
    const [a, b] = [slice.header.format, first.header.format];
    if (a.rows !== b.rows || a.columns !== b.columns) {
      throw differ('the size', `${a.columns} x ${a.rows}`, `${b.columns} x ${b.rows}`);
    }
    if (a.pixelRepresentation !== b.pixelRepresentation) {
      throw differ('Pixel Representation', a.pixelRepresentation, b.pixelRepresentation);
    }
    if (slice.orientation.some((x, i) => Math.abs(x - first.orientation[i]) > ORIENTATION_TOLERANCE)) {
      throw differ('the orientation', slice.orientation.join('\\'), first.orientation.join('\\'));
    }
    if (slice.pixelSpacingMm.some((x, i) => Math.abs(x - first.pixelSpacingMm[i]) > 1e-4)) {
      throw differ('the pixel spacing', slice.pixelSpacingMm.join('\\'), first.pixelSpacingMm.join('\\'));
    }
    if (slice.rescaleSlope !== first.rescaleSlope || slice.rescaleIntercept !== first.rescaleIntercept) {
      const scale = ({ rescaleSlope, rescaleIntercept }: Slice) => `${rescaleSlope}/${rescaleIntercept}`;
      const message = `${slice.key} has the rescale ${scale(slice)}, ${first.key} has ${scale(first)}`;
      throw new DatasetError('RESCALE_INCONSISTENT', message, { keys: [slice.key, first.key] });
    }
  }
}

export function dot(a: number[], b: number[]): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: number[], b: number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
