import type { Point } from './contour.ts';
import { type Plane, planeFor } from './plane.ts';

/** A rectangle around points, in their unit: its sides, longer first, and its four corners in order. */
export interface Rectangle {
  major: number;
  minor: number;
  corners: Point[];
}

/** The rectangle of least area around points. */
export function minimumAreaRectangle(points: Point[]): Rectangle {
  const plane = planeFor(0, points.length);
  const inRasterOrder = points.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  const distinct = inRasterOrder.filter(
    ([x, y], i) => i === 0 || x !== inRasterOrder[i - 1][0] || y !== inRasterOrder[i - 1][1],
  );
  new Float64Array(plane.memory.buffer, plane.pointsAt(), 2 * distinct.length).set(distinct.flat());
  plane.rectangleAround(distinct.length);
  const { major, minor, corners } = lastRectangle(plane);
  return { major, minor, corners: corners() };
}

/** The rectangle that a plane measured last. */
export function lastRectangle({ measured }: Plane) {
  const { 0: ux, 1: uy, 2: minU, 3: maxU, 4: minV, 5: maxV } = measured;
  const corner = (u: number, v: number): Point => [u * ux - v * uy, u * uy + v * ux];
  return {
    major: Math.max(maxU - minU, maxV - minV),
    minor: Math.min(maxU - minU, maxV - minV),
    corners: () => [corner(minU, minV), corner(maxU, minV), corner(maxU, maxV), corner(minU, maxV)],
  };
}
