import { outerContour, type Point } from '../lesions/diameters/contour.ts';
import { outerParts } from '../lesions/diameters/plane-mask.ts';

/**
 * Outer contours of all 8-connected parts of what is inside, through its border pixels; those of holes, and of parts
 * within a hole, are left out.
 */
export function contoursOf(
  columns: number,
  rows: number,
  inside: (column: number, row: number) => boolean,
): Point[][] {
  const width = columns + 2;
  const plane = {
    width,
    height: rows + 2,
    pixels: new Uint8Array(width * (rows + 2)),
    column: -1,
    row: -1,
  };
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      if (inside(column, row)) plane.pixels[(row + 1) * width + column + 1] = 1;
  }
  return outerParts(plane).map(({ first }) => outerContour(plane, first));
}
