import { DatasetError } from '../errors.ts';
import type { Affine } from '../volume/volume.ts';

export type Point = [x: number, y: number, z: number];

export function apply(affine: Affine, [i, j, k]: Point): Point {
  const at = (row: number) => affine[row][0] * i + affine[row][1] * j + affine[row][2] * k + affine[row][3];
  return [at(0), at(1), at(2)];
}

/** `first`, then `second`: the matrix product second * first. */
export function compose(second: Affine, first: Affine): Affine {
  return [0, 1, 2].map((row) =>
    [0, 1, 2, 3].map((column) => {
      const product = [0, 1, 2].reduce((sum, n) => sum + second[row][n] * first[n][column], 0);
      return column === 3 ? product + second[row][3] : product;
    }),
  ) as Affine;
}

/** The affine that leads back. @throws GEOMETRY_MISMATCH when the grid has no volume */
export function inverse(affine: Affine): Affine {
  const [[a, b, c], [d, e, f], [g, h, i]] = affine;
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  if (!(Math.abs(determinant) > 1e-12)) {
    throw new DatasetError('GEOMETRY_MISMATCH', 'a grid whose axes do not span space; correct its affine');
  }
  const linear = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ].map((row) => row.map((value) => value / determinant));
  return linear.map((row) => {
    const shift = row.reduce((sum, value, n) => sum + value * affine[n][3], 0);
    return [...row, -shift];
  }) as Affine;
}

/** The affine to RAS mm of a DICOM plane or volume given by vectors in LPS mm, one a voxel step. */
export function fromLps(steps: [Point, Point, Point], origin: Point): Affine {
  return [-1, -1, 1].map((sign, axis) =>
    [...steps, origin].map((vector) => sign * vector[axis] + 0),
  ) as Affine;
}

export function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function scaled(vector: Point, factor: number): Point {
  return [vector[0] * factor, vector[1] * factor, vector[2] * factor];
}

/** The unit vector; the zero vector stays. */
export function unit(vector: Point): Point {
  const length = Math.hypot(...vector);
  return length > 0 ? scaled(vector, 1 / length) : vector;
}
