import type { PlaneMask } from './plane-mask.ts';

/** A point of a slice: column and row of a pixel centre. */
export type Point = [column: number, row: number];

/** The eight neighbours in clockwise order (rows run down), from the east on. */
const STEPS: Point[] = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
];

/**
 * The outer contour of the 8-connected part whose first pixel in raster order is `first`: the pixel centres passed
 * when its border is followed once around (Moore neighbourhood; Jacob's stopping criterion). Thin parts are passed
 * on both sides, so a line has area 0. Points are in columns and rows of the volume.
 */
export function outerContour(mask: PlaneMask, first: number): Point[] {
  const { width, pixels, column, row } = mask;
  const offsets = STEPS.map(([dx, dy]) => dy * width + dx);
  const pointOf = (at: number): Point => [column + (at % width), row + Math.floor(at / width)];
  const contour = [pointOf(first)];
  // the first pixel in raster order has nothing to its west or north: the search begins there
  let at = first;
  let direction = nextDirection(pixels, at, offsets, 4);
  if (direction < 0) return contour;
  const firstDirection = direction;
  while (true) {
    at += offsets[direction];
    const arrived = direction;
    direction = nextDirection(pixels, at, offsets, (arrived + 5) % 8);
    if (at === first && direction === firstDirection) return contour;
    contour.push(pointOf(at));
  }
}

/** The first neighbour that is set, clockwise from `from`; -1 when there is none. */
function nextDirection(pixels: Uint8Array, at: number, offsets: number[], from: number): number {
  for (let turn = 0; turn < 8; turn++) {
    const direction = (from + turn) % 8;
    if (pixels[at + offsets[direction]]) return direction;
  }
  return -1;
}

/** Area inside a closed contour, by the shoelace formula. */
export function contourArea(contour: Point[]): number {
  let twice = 0;
  let [x0, y0] = contour[contour.length - 1];
  for (const [x, y] of contour) {
    twice += x0 * y - x * y0;
    [x0, y0] = [x, y];
  }
  return Math.abs(twice) / 2;
}
