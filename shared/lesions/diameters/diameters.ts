import { DatasetError } from '../../errors.ts';
import type { Point } from './contour.ts';
import { type Ellipse, lastEllipse } from './ellipse.ts';
import { lastRectangle } from './obb.ts';
import type { Plane } from './plane.ts';

export type Method = 'obb' | 'ellipse';
export type UnconnectedStrategy = 'largest-area' | 'largest-measurement' | 'sum' | 'join';

/** The two ends of an axis. */
export type Axis = [Point, Point];

/** A lesion's diameters in one axial slice. */
export interface Diameters {
  majorMm: number;
  minorMm: number;
  /** The two axes as drawn through the measured part, in columns and rows; for sums, those of the largest part. */
  axes(): Axes;
}

export interface Axes {
  majorAxis: Axis;
  minorAxis: Axis;
}

/** One part of the lesion in the slice, measured. */
interface Part extends Diameters {
  area: number;
}

/**
 * Diameters of a lesion in a slice. Contour points are scaled to mm before the rectangle is fitted, so pixels need
 * not be square. Several parts are one measurement by `strategy`: the part of the largest area, the part with the
 * longest major axis, the sum over parts, or (obb) one rectangle around them all.
 * @param plane that holds the lesion; it is used up
 * @param spacingMm between columns, and between rows
 * @returns undefined when nothing can be measured: with obb, parts of a single pixel are skipped
 * @throws USAGE for ellipse with join
 */
export function diametersIn(
  plane: Plane,
  spacingMm: [number, number],
  method: Method,
  strategy: UnconnectedStrategy,
): Diameters | undefined {
  if (method === 'ellipse' && strategy === 'join') {
    throw new DatasetError('USAGE', 'the strategy join is for the method obb; ellipses cannot be joined');
  }
  const parts =
    method === 'obb' ? rectangles(plane, spacingMm, strategy === 'join') : ellipses(plane, spacingMm);
  if (parts.length === 0) return undefined;
  if (strategy === 'largest-area' || strategy === 'join') return largestBy(parts, ({ area }) => area);
  const longest = largestBy(parts, ({ majorMm }) => majorMm);
  if (strategy === 'largest-measurement') return longest;
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  return { ...longest, majorMm: sum(({ majorMm }) => majorMm), minorMm: sum(({ minorMm }) => minorMm) };
}

function largestBy(parts: Part[], of: (part: Part) => number): Part {
  return parts.reduce((best, part) => (of(part) > of(best) ? part : best));
}

function rectangles(plane: Plane, spacingMm: [number, number], join: boolean): Part[] {
  const parts: Part[] = [];
  let toJoin = false;
  for (let passed = plane.nextContour(); passed > 0; passed = plane.nextContour()) {
    if (passed === 1) continue;
    if (join) toJoin = true;
    else parts.push(rectanglePart(plane, spacingMm));
  }
  if (toJoin) parts.push(rectanglePart(plane, spacingMm));
  return parts.reverse(); // the last part found comes first, as OpenCV lists them: it wins ties
}

/**
 * The rectangle around what was followed. Points are measured in row spacings: pixels that are square stay on whole
 * numbers, where the choice between equal rectangles is exact.
 */
function rectanglePart(plane: Plane, [columnMm, rowMm]: [number, number]): Part {
  const stretch = columnMm / rowMm;
  plane.rectangle(stretch);
  const rectangle = lastRectangle(plane);
  return {
    majorMm: rectangle.major * rowMm,
    minorMm: rectangle.minor * rowMm,
    area: plane.contourArea(),
    axes() {
      const [majorAxis, minorAxis] = axesOf(rectangle.corners()).map(
        (axis) => axis.map(([x, y]): Point => [x / stretch, y]) as Axis,
      );
      return { majorAxis, minorAxis };
    },
  };
}

/** The lines between the middles of opposite sides of a rectangle, the longer one first. */
function axesOf([a, b, c, d]: Point[]): [Axis, Axis] {
  const middle = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
  const alongAB: Axis = [middle(d, a), middle(b, c)];
  const alongAD: Axis = [middle(a, b), middle(c, d)];
  const length = ([p, q]: Axis) => Math.hypot(p[0] - q[0], p[1] - q[1]);
  return length(alongAB) >= length(alongAD) ? [alongAB, alongAD] : [alongAD, alongAB];
}

function ellipses(plane: Plane, spacingMm: [number, number]): Part[] {
  const parts: Part[] = [];
  for (let pixels = plane.nextPart(); pixels > 0; pixels = plane.nextPart()) {
    parts.push(ellipsePart(lastEllipse(plane, pixels, spacingMm), pixels, spacingMm));
  }
  return parts;
}

function ellipsePart(ellipse: Ellipse, area: number, [columnMm, rowMm]: [number, number]): Part {
  const { majorMm, minorMm, centreMm, angle } = ellipse;
  const axis = (lengthMm: number, direction: number): Axis => {
    const [dx, dy] = [(Math.cos(direction) * lengthMm) / 2, (Math.sin(direction) * lengthMm) / 2];
    return [
      [(centreMm[0] - dx) / columnMm, (centreMm[1] - dy) / rowMm],
      [(centreMm[0] + dx) / columnMm, (centreMm[1] + dy) / rowMm],
    ];
  };
  const axes = () => ({ majorAxis: axis(majorMm, angle), minorAxis: axis(minorMm, angle + Math.PI / 2) });
  return { majorMm, minorMm, area, axes };
}
