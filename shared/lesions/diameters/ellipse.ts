import type { Point } from './contour.ts';
import type { Plane } from './plane.ts';

/** The ellipse with the second moments of a region, in mm: full axes, centre, and the angle of the major one. */
export interface Ellipse {
  majorMm: number;
  minorMm: number;
  centreMm: Point;
  /** Direction of the major axis, in radians from the column axis towards the row axis. */
  angle: number;
}

/**
 * The ellipse with the same normalised second central moments as the `n` pixel centres of a plane's last part, as
 * scikit-image's regionprops has it. Axes are 4 sqrt(eigenvalue) of the covariance.
 */
export function lastEllipse(plane: Plane, n: number, [columnMm, rowMm]: [number, number]): Ellipse {
  const [meanX, meanY] = [plane.sumX.value / n, plane.sumY.value / n];
  const xx = (plane.sumXX.value / n - meanX ** 2) * columnMm ** 2;
  const yy = (plane.sumYY.value / n - meanY ** 2) * rowMm ** 2;
  const xy = (plane.sumXY.value / n - meanX * meanY) * columnMm * rowMm;
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    majorMm: 4 * Math.sqrt(middle + spread),
    minorMm: 4 * Math.sqrt(Math.max(0, middle - spread)),
    centreMm: [(plane.left.value + meanX) * columnMm, (plane.top.value + meanY) * rowMm],
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
