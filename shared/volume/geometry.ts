import type { Grid } from './volume.ts';

/** How far entries of two affines may differ, in mm: above the rounding of headers, well below a voxel. */
const TOLERANCE_MM = 1e-3;

/**
 * How the grids of two volumes differ, in words, or undefined when they are one: the same shape, and affines equal
 * within a thousandth of a millimetre.
 */
export function geometryDifference(a: Grid, b: Grid): string | undefined {
  if (a.shape.some((size, axis) => size !== b.shape[axis])) {
    return `the shapes ${a.shape.join(' x ')} and ${b.shape.join(' x ')}`;
  }
  const [ofA, ofB] = [a.affine.flat(), b.affine.flat()];
  if (ofA.every((value, i) => Math.abs(value - ofB[i]) <= TOLERANCE_MM)) return undefined;
  return `the affines ${JSON.stringify(a.affine)} and ${JSON.stringify(b.affine)}`;
}
