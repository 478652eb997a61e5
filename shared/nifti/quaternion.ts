import type { Affine } from '../volume/volume.ts';

/** The qform of NIfTI-1: a unit quaternion (a is implied), the handedness of the grid, and the voxel sizes. */
export interface Qform {
  b: number;
  c: number;
  d: number;
  /** -1 when the grid is left-handed, as pixdim[0] stores it. */
  qfac: 1 | -1;
}

/**
 * The rotation part of an affine as a NIfTI-1 quaternion (nifti1.h, METHOD 2). The columns of the affine
 * must be perpendicular, as every grid written here has them; their lengths are divided out.
 */
export function quaternionOf(affine: Affine): Qform {
  const column = (c: number) => [affine[0][c], affine[1][c], affine[2][c]];
  const unit = (v: number[]) => v.map((x) => x / Math.hypot(...v));
  const [i, j] = [unit(column(0)), unit(column(1))];
  const k = unit(column(2));
  const determinant =
    i[0] * (j[1] * k[2] - j[2] * k[1]) -
    i[1] * (j[0] * k[2] - j[2] * k[0]) +
    i[2] * (j[0] * k[1] - j[1] * k[0]);
  const qfac = determinant < 0 ? -1 : 1;
  const n = k.map((x) => x * qfac);

  // the largest of a, b, c, d first, for accuracy (Shepperd's method)
  const squares = [
    1 + i[0] + j[1] + n[2],
    1 + i[0] - j[1] - n[2],
    1 - i[0] + j[1] - n[2],
    1 - i[0] - j[1] + n[2],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const root = Math.sqrt(squares[largest]) / 2;
  const q = [
    [root, (j[2] - n[1]) / (4 * root), (n[0] - i[2]) / (4 * root), (i[1] - j[0]) / (4 * root)],
    [(j[2] - n[1]) / (4 * root), root, (i[1] + j[0]) / (4 * root), (n[0] + i[2]) / (4 * root)],
    [(n[0] - i[2]) / (4 * root), (i[1] + j[0]) / (4 * root), root, (j[2] + n[1]) / (4 * root)],
    [(i[1] - j[0]) / (4 * root), (n[0] + i[2]) / (4 * root), (j[2] + n[1]) / (4 * root), root],
  ][largest];
  const sign = q[0] < 0 ? -1 : 1;
  return { b: q[1] * sign + 0, c: q[2] * sign + 0, d: q[3] * sign + 0, qfac };
}

/** The affine of a qform: rotation by the quaternion, times the voxel sizes, plus the offset in mm. */
export function affineOfQform(
  { b, c, d, qfac }: Qform,
  spacingMm: readonly number[],
  offsetMm: readonly number[],
): Affine {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  const rotation = [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
  ];
  const row = (r: number): Affine[number] => [
    rotation[r][0] * spacingMm[0],
    rotation[r][1] * spacingMm[1],
    rotation[r][2] * spacingMm[2] * qfac,
    offsetMm[r],
  ];
  return [row(0), row(1), row(2)];
}
