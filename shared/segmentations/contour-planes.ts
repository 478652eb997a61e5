import { DatasetError } from '../errors.ts';
import type { Affine, Grid } from '../volume/volume.ts';
import { apply, compose, cross, dot, inverse, type Point, scaled, unit } from './affine.ts';
import { fillPolygons, type Polygon } from './polygon.ts';
import type { Block } from './segmentation.ts';

/** A closed planar contour: x0, y0, z0, x1, ... in RAS mm. */
export type Contour = number[];

/** Contours whose planes are nearer than this share of the slice distance are on one plane. */
const SAME_PLANE = 0.05;
/** How far the points of a contour may leave a slice and still be called in it, in slice distances. */
const IN_SLICE = 0.1;
/** Contours across the slices are filled on pixels this much finer than the CT's, since the two do not line up. */
const FINER = 4;
/** More pixels than a plane of contours can need: half a metre at a sixteenth of a millimetre. */
const MOST_PIXELS = 8192 * 8192;
const NO_LENGTH = 1e-6;

/**
 * The blocks of one structure's contours. Contours parallel to the CT's slices are filled on the pixels of the
 * slice nearest to them, each slice taking its nearest plane of contours only. Others (an oblique or sheared grid)
 * are filled on finer planes of their own, as slabs that reach half-way to the next plane.
 * @param where what the contours are, for errors
 * @throws SEGMENTATION_UNREADABLE when the contours lie in no planes
 */
export function* contourBlocks(
  contours: Contour[],
  ct: Grid,
  segment: number,
  where: string,
): Iterable<Block> {
  const toCt = inverse(ct.affine);
  const onGrid = contours.map((contour) => pointsOf(contour).map((point) => apply(toCt, point)));
  const parallel = onGrid.every((points) => spread(points.map(([, , k]) => k)) <= 2 * IN_SLICE);
  const segmentOf = new Map([[1, segment]]);
  if (parallel) {
    const [columns, rows] = ct.shape;
    const planes = groupByOffset(onGrid, ([, , k]) => k, SAME_PLANE);
    for (const [k, members] of nearestPlaneOfSlices(planes, ct.shape[2])) {
      const window = windowOf(members, columns, rows);
      if (!window) continue;
      const voxels = new Uint8Array(window.columns * window.rows);
      const polygons = members.map((points) => points.flatMap(([i, j]) => [i - window.i, j - window.j]));
      fillPolygons(polygons, window.columns, window.rows, voxels);
      const affine = compose(ct.affine, shifted([window.i, window.j, k]));
      yield { shape: [window.columns, window.rows, 1], affine, voxels, segmentOf };
    }
    return;
  }
  yield* ownPlanes(contours.map(pointsOf), ct, segmentOf, where);
}

function* ownPlanes(
  contours: Point[][],
  ct: Grid,
  segmentOf: Map<number, number>,
  where: string,
): Iterable<Block> {
  const [first] = contours;
  const normal = normalOf(first);
  if (contours.some((points) => spread(points.map((point) => dot(point, normal))) > ct.spacingMm[2])) {
    throw unplaceable(
      where,
      'contours that lie neither in the slices of the CT nor in planes of one direction',
    );
  }
  const u = unit(inPlane(columnOf(ct.affine, 0), normal) ?? inPlane(columnOf(ct.affine, 1), normal)!);
  const v = cross(normal, u);
  const pixelMm = Math.min(ct.spacingMm[0], ct.spacingMm[1]) / FINER;
  const planes = groupByOffset(contours, (point) => dot(point, normal), SAME_PLANE * ct.spacingMm[2]);
  const gaps = planes.slice(1).map(({ offset }, at) => offset - planes[at].offset);
  const thickness = gaps.length > 0 ? Math.min(...gaps) : ct.spacingMm[2];
  for (const { offset, members } of planes) {
    const flat = members.map((points) => points.map((point): Point => [dot(point, u), dot(point, v), 0]));
    const low = [0, 1].map((axis) => Math.min(...flat.flat().map((point) => point[axis])));
    const high = [0, 1].map((axis) => Math.max(...flat.flat().map((point) => point[axis])));
    const [columns, rows] = [0, 1].map((axis) => Math.ceil((high[axis] - low[axis]) / pixelMm) + 1);
    if (!(columns * rows <= MOST_PIXELS))
      throw unplaceable(where, 'a contour many times larger than a patient');
    const polygons: Polygon[] = flat.map((points) =>
      points.flatMap(([x, y]) => [(x - low[0]) / pixelMm, (y - low[1]) / pixelMm]),
    );
    const voxels = new Uint8Array(columns * rows);
    fillPolygons(polygons, columns, rows, voxels);
    const steps = [scaled(u, pixelMm), scaled(v, pixelMm), scaled(normal, thickness)];
    const origin = [0, 1, 2].map((axis) => u[axis] * low[0] + v[axis] * low[1] + normal[axis] * offset);
    const affine = [0, 1, 2].map((axis) => [...steps.map((step) => step[axis]), origin[axis]]) as Affine;
    yield { shape: [columns, rows, 1], affine, voxels, segmentOf };
  }
}

interface Plane {
  offset: number;
  members: Point[][];
}

/** Contours by where their plane lies, ascending. */
function groupByOffset(contours: Point[][], offsetOf: (point: Point) => number, tolerance: number): Plane[] {
  const placed = contours
    .map((points) => ({ points, offset: points.reduce((sum, p) => sum + offsetOf(p), 0) / points.length }))
    .sort((a, b) => a.offset - b.offset);
  const planes: Plane[] = [];
  for (const { points, offset } of placed) {
    const last = planes.at(-1);
    if (last && offset - last.offset <= tolerance) last.members.push(points);
    else planes.push({ offset, members: [points] });
  }
  return planes;
}

/** Two planes of contours nearest to one slice must not cut holes into each other: the nearer one is taken. */
function nearestPlaneOfSlices(planes: Plane[], slices: number): Map<number, Point[][]> {
  const nearest = new Map<number, Plane>();
  for (const plane of planes) {
    const k = Math.round(plane.offset);
    if (k < 0 || k >= slices) continue;
    const known = nearest.get(k);
    if (!known || Math.abs(plane.offset - k) < Math.abs(known.offset - k)) nearest.set(k, plane);
  }
  return new Map([...nearest].map(([k, { members }]) => [k, members]));
}

/** The part of a slice that contours can reach, one pixel more on each side. */
function windowOf(contours: Point[][], columns: number, rows: number) {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const point of contours.flat()) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], point[axis]);
      high[axis] = Math.max(high[axis], point[axis]);
    }
  }
  const [i, j] = low.map((value) => Math.max(0, Math.floor(value) - 1));
  const right = Math.min(columns - 1, Math.ceil(high[0]) + 1);
  const bottom = Math.min(rows - 1, Math.ceil(high[1]) + 1);
  return right < i || bottom < j ? undefined : { i, j, columns: right - i + 1, rows: bottom - j + 1 };
}

/** Newell's normal of a polygon, which does not depend on which of its corners are convex. */
function normalOf(points: Point[]): Point {
  const sum: Point = [0, 0, 0];
  for (const [at, a] of points.entries()) {
    const area = cross(a, points[(at + 1) % points.length]);
    for (const axis of [0, 1, 2]) sum[axis] += area[axis];
  }
  return unit(sum);
}

/** The part of a vector in the plane of a normal; undefined when there is none. */
function inPlane(vector: Point, normal: Point): Point | undefined {
  const along = dot(vector, normal);
  const rest: Point = [0, 1, 2].map((axis) => vector[axis] - along * normal[axis]) as Point;
  return Math.hypot(...rest) > NO_LENGTH ? rest : undefined;
}

function columnOf(affine: Affine, column: number): Point {
  return [affine[0][column], affine[1][column], affine[2][column]];
}

function pointsOf(contour: Contour): Point[] {
  return Array.from({ length: contour.length / 3 }, (_, at) => [
    contour[3 * at],
    contour[3 * at + 1],
    contour[3 * at + 2],
  ]);
}

function shifted([i, j, k]: Point): Affine {
  return [
    [1, 0, 0, i],
    [0, 1, 0, j],
    [0, 0, 1, k],
  ];
}

function spread(values: number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function unplaceable(where: string, what: string): DatasetError {
  return new DatasetError('SEGMENTATION_UNREADABLE', `${where} has ${what}; draw it again on the CT`);
}
