import type { Grid } from './volume.ts';

/** How far a corner may be off, in mm: well above the rounding of float32 headers, well below a voxel. */
const TOLERANCE_MM = 1e-3;

/**
 * How the grids of two volumes differ, in words, or undefined when they are one: same shape, and every corner of
 * the grid at the same place within a thousandth of a millimetre.
 */
export function geometryDifference(a: Grid, b: Grid): string | undefined {
  if (a.shape.some((size, axis) => size !== b.shape[axis])) {
    return `shapes ${a.shape.join(' x ')} and ${b.shape.join(' x ')}`;
  }
  let worst = 0;
  for (const corner of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const index = a.shape.map((size, axis) => ((corner >> axis) & 1) * (size - 1));
    for (let r = 0; r < 3; r++) {
      const at = ({ affine }: Grid) =>
        affine[r][0] * index[0] + affine[r][1] * index[1] + affine[r][2] * index[2] + affine[r][3];
      worst = Math.max(worst, Math.abs(at(a) - at(b)));
    }
  }
  return worst > TOLERANCE_MM ? `places up to ${worst.toPrecision(3)} mm apart` : undefined;
}
