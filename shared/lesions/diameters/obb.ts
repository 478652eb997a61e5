import type { Point } from './contour.ts';

/** A rectangle around points, in their unit: its sides, longer first, and its four corners in order. */
export interface Rectangle {
  major: number;
  minor: number;
  corners: Point[];
}

/** A direction of a side, as a unit vector in float32. */
type Base = [a: number, b: number];

/**
 * The rectangle of least area around points. One of its sides lies along an edge of their convex hull (Freeman &
 * Shapira, CACM 1975; 18:409); rotating calipers meet every edge in a quarter turn (Toussaint, MELECON 1983).
 *
 * All rectangles around a triangle have the same area, so the choice between equals is made on purpose: areas are
 * compared in float32 and the last of the smallest is taken, as OpenCV's minAreaRect does, which the reference uses.
 */
export function minimumAreaRectangle(points: Point[]): Rectangle {
  const hull = convexHull(points);
  const edges = hull.map(([x, y], i): Point => {
    const [nextX, nextY] = hull[(i + 1) % hull.length];
    return [nextX - x, nextY - y];
  });
  const inverseLengths = edges.map(([dx, dy]) => Math.fround(1 / Math.hypot(dx, dy)));
  const calipers = firstCalipers(hull);
  let base: Base = [1, 0];
  let best: Base | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < hull.length && hull.length > 1; turn++) {
    const side = nextSide(calipers, edges, inverseLengths, base);
    const edge = calipers[side];
    const [ux, uy] = edges[edge].map((d) => Math.fround(d * inverseLengths[edge]));
    base = quarterTurns([ux, uy], 4 - side);
    calipers[side] = (edge + 1) % hull.length;
    const area = areaBetween(hull, calipers, base);
    if (area > bestArea) continue;
    bestArea = area;
    best = base;
  }
  const [point] = points;
  return best ? rectangleAlong(hull, best) : { major: 0, minor: 0, corners: [point, point, point, point] };
}

/** Hull points that the sides of the axis-parallel rectangle touch: lowest row, last column, last row, first column. */
function firstCalipers(hull: Point[]): number[] {
  const first = (before: (p: Point, q: Point) => boolean) =>
    hull.reduce((best, point, i) => (before(point, hull[best]) ? i : best), 0);
  return [
    first((p, q) => p[1] < q[1]),
    first((p, q) => p[0] > q[0]),
    first((p, q) => p[1] > q[1]),
    first((p, q) => p[0] < q[0]),
  ];
}

/** The side of the rectangle that meets a hull edge first when it turns. */
function nextSide(calipers: number[], edges: Point[], inverseLengths: number[], base: Base): number {
  const cosines = calipers.map((edge, side) => {
    const [ux, uy] = quarterTurns(base, side);
    return Math.fround(dot32(edges[edge], [ux, uy]) * inverseLengths[edge]);
  });
  return cosines.indexOf(Math.max(...cosines));
}

/** A direction turned by quarters of a circle, from the column axis towards the row axis. */
function quarterTurns([a, b]: Base, quarters: number): Base {
  return (
    [
      [a, b],
      [-b, a],
      [-a, -b],
      [b, -a],
    ] as Base[]
  )[quarters % 4];
}

function areaBetween(hull: Point[], [bottom, right, top, left]: number[], base: Base): number {
  const between = (from: number, to: number): Point => [
    hull[to][0] - hull[from][0],
    hull[to][1] - hull[from][1],
  ];
  return Math.fround(dot32(between(left, right), base) * dot32(between(bottom, top), quarterTurns(base, 1)));
}

function dot32([x, y]: Point, [a, b]: Base): number {
  return Math.fround(Math.fround(x * a) + Math.fround(y * b));
}

function rectangleAlong(hull: Point[], [a, b]: Base): Rectangle {
  const length = Math.hypot(a, b);
  const [ux, uy] = [a / length, b / length];
  let [minU, maxU, minV, maxV] = [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const [x, y] of hull) {
    const [u, v] = [x * ux + y * uy, y * ux - x * uy];
    minU = Math.min(minU, u);
    maxU = Math.max(maxU, u);
    minV = Math.min(minV, v);
    maxV = Math.max(maxV, v);
  }
  const corner = (u: number, v: number): Point => [u * ux - v * uy, u * uy + v * ux];
  return {
    major: Math.max(maxU - minU, maxV - minV),
    minor: Math.min(maxU - minU, maxV - minV),
    corners: [corner(minU, minV), corner(maxU, minV), corner(maxU, maxV), corner(minU, maxV)],
  };
}

/**
 * Andrew's monotone chain (Inf. Process. Lett. 1979; 9:216), counterclockwise from the first point of the lowest row;
 * collinear points are left out.
 */
function convexHull(points: Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
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
