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
export function lastEllipse({ measured }: Plane, n: number, [columnMm, rowMm]: [number, number]): Ellipse {
  const { 0: sumX, 1: sumY, 2: sumXX, 3: sumYY, 4: sumXY, 5: column, 6: row } = measured;
  const [meanX, meanY] = [sumX / n, sumY / n];
  const xx = (sumXX / n - meanX ** 2) * columnMm ** 2;
  const yy = (sumYY / n - meanY ** 2) * rowMm ** 2;
  const xy = (sumXY / n - meanX * meanY) * columnMm * rowMm;
  const middle = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  return {
    majorMm: 4 * Math.sqrt(middle + spread),
    minorMm: 4 * Math.sqrt(Math.max(0, middle - spread)),
    centreMm: [(column + meanX) * columnMm, (row + meanY) * rowMm],
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
