import type { Point } from './contour.ts';
import { type Plane, planeFor } from './plane.ts';

/** A rectangle around points, in their unit: its sides, longer first, and its four corners in order. */
export interface Rectangle {
  major: number;
  minor: number;
  readonly corners: Point[];
}

/** The rectangle of least area around points. */
export function minimumAreaRectangle(points: Point[]): Rectangle {
  const plane = planeFor(0, points.length);
  const inRasterOrder = points.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  new Float64Array(plane.memory.buffer, plane.pointsAt(), 2 * points.length).set(inRasterOrder.flat());
  plane.rectangleAround(points.length);
  return lastRectangle(plane);
}

/** The rectangle that a plane measured last. */
export function lastRectangle({ ux, uy, minU, maxU, minV, maxV }: Plane): Rectangle {
  const [a, b] = [ux.value, uy.value];
  const [fromU, toU, fromV, toV] = [minU.value, maxU.value, minV.value, maxV.value];
  const corner = (u: number, v: number): Point => [u * a - v * b, u * b + v * a];
  return {
    major: Math.max(toU - fromU, toV - fromV),
    minor: Math.min(toU - fromU, toV - fromV),
    get corners() {
      return [corner(fromU, fromV), corner(toU, fromV), corner(toU, toV), corner(fromU, toV)];
    },
  };
}
