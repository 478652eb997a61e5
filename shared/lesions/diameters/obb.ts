import type { Point } from './contour.ts';

/** A rectangle around points, in mm: its sides, longer first, and its four corners in order. */
export interface Rectangle {
  majorMm: number;
  minorMm: number;
  cornersMm: Point[];
}

/**
 * The rectangle of least area around points. One of its sides lies along an edge of their convex hull (Freeman &
 * Shapira, CACM 1975; 18:409), so only those directions are tried.
 */
export function minimumAreaRectangle(pointsMm: Point[]): Rectangle {
  const hull = convexHull(pointsMm);
  let best: Rectangle | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (let i = 0; i < hull.length; i++) {
    const [x0, y0] = hull[i];
    const [x1, y1] = hull[(i + 1) % hull.length];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) continue;
    const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
    let [minU, maxU, minV, maxV] = [0, 0, 0, 0];
    for (const [x, y] of hull) {
      const u = (x - x0) * ux + (y - y0) * uy;
      const v = (y - y0) * ux - (x - x0) * uy;
      if (u < minU) minU = u;
      if (u > maxU) maxU = u;
      if (v < minV) minV = v;
      if (v > maxV) maxV = v;
    }
    const area = (maxU - minU) * (maxV - minV);
    if (area >= bestArea) continue;
    bestArea = area;
    const corner = (u: number, v: number): Point => [x0 + u * ux - v * uy, y0 + u * uy + v * ux];
    best = {
      majorMm: Math.max(maxU - minU, maxV - minV),
      minorMm: Math.min(maxU - minU, maxV - minV),
      cornersMm: [corner(minU, minV), corner(maxU, minV), corner(maxU, maxV), corner(minU, maxV)],
    };
  }
  const [point] = pointsMm;
  return best ?? { majorMm: 0, minorMm: 0, cornersMm: [point, point, point, point] };
}

/** Andrew's monotone chain (Inf. Process. Lett. 1979; 9:216); collinear points are left out. */
function convexHull(points: Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: Point[]) => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && turn(chain[chain.length - 2], chain[chain.length - 1], point) <= 0)
        chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
