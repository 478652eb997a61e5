import { outerContour, type Point } from '../lesions/diameters/contour.ts';
import { outerParts, type PlaneMask } from '../lesions/diameters/plane-mask.ts';
import type { LesionAxes } from '../lesions/features.ts';
import type { Volume } from '../volume/volume.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { COLOURS, Raster } from './raster.ts';
import { scaleBar, writeText } from './text.ts';

/** Side of the window in CT pixels, and of a CT pixel in the picture. */
const WINDOW = 110;
const ZOOM = 6;
const TEXT = 6;

/** What a picture of a lesion's axes writes: one of the two lengths, in the colour of its axis. */
export interface Diameter {
  mm: number;
  axis: 'major' | 'minor';
}

/**
 * A lesion in the slice of its longest axis, as PNG: the CT in its display window, anterior up and left of the picture
 * the first column of the volume; outer contours blue, major axis orange, minor axis magenta, and a bar of 25 mm. The
 * picture is 110 x 110 CT pixels around the middle of the axes.
 * @param ct on the same grid as `mask`
 * @param mask lesion instances
 */
export function axesPicture(
  ct: Volume,
  mask: Volume,
  { label, slice, majorAxis, minorAxis }: LesionAxes,
  window: WindowName,
  diameter?: Diameter,
): Uint8Array {
  const rows = ct.shape[1];
  // rows of the volume run towards the front of the body, those of a picture run down
  const shown = ([column, row]: Point): Point => [column, rows - 1 - row];
  const [[x0, y0], [x1, y1]] = majorAxis.map(shown);
  const left = Math.round((x0 + x1) / 2) - WINDOW / 2;
  const top = Math.round((y0 + y1) / 2) - WINDOW / 2;
  const centre = (point: Point): Point => {
    const [x, y] = shown(point);
    return [(x - left + 0.5) * ZOOM, (y - top + 0.5) * ZOOM];
  };
  const raster = new Raster(WINDOW * ZOOM, WINDOW * ZOOM);
  const cell = (x: number, y: number, colour: readonly [number, number, number]) =>
    raster.rectangle((x - left) * ZOOM, (y - top) * ZOOM, ZOOM, ZOOM, colour);
  const grey = greyOf(ct, window);
  for (let y = Math.max(0, top); y < Math.min(rows, top + WINDOW); y++) {
    for (let x = Math.max(0, left); x < Math.min(ct.shape[0], left + WINDOW); x++) {
      const value = grey(x, rows - 1 - y, slice);
      cell(x, y, [value, value, value]);
    }
  }
  for (const contour of contoursIn(mask, label, slice)) {
    for (const point of contour) cell(...shown(point), COLOURS.blue);
  }
  raster.line(centre(majorAxis[0]), centre(majorAxis[1]), 4, COLOURS.orange);
  raster.line(centre(minorAxis[0]), centre(minorAxis[1]), 4, COLOURS.magenta);
  if (diameter) {
    const colour = diameter.axis === 'major' ? COLOURS.orange : COLOURS.magenta;
    const at: [number, number] = [WINDOW * ZOOM * 0.2, WINDOW * ZOOM * 0.09];
    writeText(raster, `${diameter.mm.toFixed(2)} mm`, at, TEXT, { colour, outline: true });
  }
  scaleBar(raster, (25 / ct.spacingMm[0]) * ZOOM, '25 mm', 5);
  return raster.png();
}

/** Grey of a voxel in a display window: black at its lower limit, white at its upper one. */
export function greyOf(
  ct: Volume,
  window: WindowName,
): (column: number, row: number, slice: number) => number {
  const { levelHU, widthHU } = WINDOWS[window];
  const [columns, rows] = ct.shape;
  return (column, row, slice) => {
    const hu = ct.voxels[(slice * rows + row) * columns + column] * ct.slope + ct.intercept;
    return Math.round(Math.min(1, Math.max(0, (hu - levelHU) / widthHU + 0.5)) * 255);
  };
}

/** Outer contours of all parts that one label, or any of them, has in a slice. */
export function contoursIn(mask: Volume, label: number | undefined, slice: number): Point[][] {
  const plane = planeOf(mask, label, slice);
  return outerParts(plane).map(({ first }) => outerContour(plane, first));
}

function planeOf({ voxels, shape }: Volume, label: number | undefined, slice: number): PlaneMask {
  const [columns, rows] = shape;
  const width = columns + 2;
  const pixels = new Uint8Array(width * (rows + 2));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = voxels[(slice * rows + row) * columns + column];
      if (label === undefined ? value !== 0 : value === label) pixels[(row + 1) * width + column + 1] = 1;
    }
  }
  return { width, height: rows + 2, pixels, column: -1, row: -1 };
}
