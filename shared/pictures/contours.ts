import { outerContours, type Point } from '../lesions/diameters/contour.ts';
import { planeFor } from '../lesions/diameters/plane.ts';

/**
 * Outer contours of all 8-connected parts of what is inside, through its border pixels; those of holes, and of parts
 * within a hole, are left out.
 */
export function contoursOf(
  columns: number,
  rows: number,
  inside: (column: number, row: number) => boolean,
): Point[][] {
  const plane = planeFor(columns, rows);
  const [width, height] = [columns + 2, rows + 2];
  plane.blank(-1, -1, width, height);
  const pixels = new Uint8Array(plane.memory.buffer, plane.pixelsAt(), width * height);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      if (inside(column, row)) pixels[(row + 1) * width + column + 1] = 1;
  }
  return outerContours(plane);
}
