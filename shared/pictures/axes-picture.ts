import type { Point } from '../lesions/diameters/contour.ts';
import type { LesionAxes } from '../lesions/features.ts';
import type { Volume } from '../volume/volume.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { COLOURS, centreIn, type Place, type Slice, viewAround } from './canvas.ts';
import { contoursOf } from './contours.ts';
import { Raster } from './raster.ts';
import { scaleBar, writeText } from './text.ts';

/** Side of the picture in CT pixels, and of a CT pixel in the picture. */
const SIDE = 110;
const ZOOM = 10;
const AXIS = 8;
const TEXT = 12;
const BAR_TEXT = 9;

/** What a picture of a lesion's axes writes: one of the two lengths, in the colour of its axis. */
export interface Diameter {
  mm: number;
  axis: 'major' | 'minor';
}

/**
 * A lesion in the slice of its longest axis, as PNG: the CT in its display window, anterior up and left of the picture
 * the first column of the volume; outer contours blue, major axis orange, minor axis magenta, and a bar of 25 mm. The
 * picture is 110 x 110 CT pixels with the middle of the axes in its middle, to the fraction of a CT pixel.
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
  // rows of the volume run towards the front of the body, those of a picture run down
  const shown = ([column, row]: Point): Place => [column, ct.shape[1] - 1 - row];
  const canvas = new Raster(SIDE * ZOOM, SIDE * ZOOM);
  const [[x0, y0], [x1, y1]] = majorAxis.map(shown);
  const view = viewAround([(x0 + x1 + 1) / 2, (y0 + y1 + 1) / 2], canvas, ZOOM);
  canvas.slice(sliceOf(ct, slice, window), view);
  const [columns, rows] = mask.shape;
  const inLesion = (column: number, row: number) =>
    mask.voxels[(slice * rows + row) * columns + column] === label;
  for (const contour of contoursOf(columns, rows, inLesion)) {
    for (const point of contour) {
      const [x, y] = centreIn(view, shown(point));
      canvas.rectangle(x - ZOOM / 2, y - ZOOM / 2, ZOOM, ZOOM, COLOURS.blue);
    }
  }
  const drawn = (axis: readonly Point[]) => axis.map((end) => centreIn(view, shown(end)));
  canvas.line(drawn(majorAxis), AXIS, COLOURS.orange);
  canvas.line(drawn(minorAxis), AXIS, COLOURS.magenta);
  if (diameter) {
    const colour = diameter.axis === 'major' ? COLOURS.orange : COLOURS.magenta;
    const at: Place = [canvas.width * 0.2, canvas.height * 0.09];
    writeText(canvas, `${diameter.mm.toFixed(2)} mm`, at, TEXT, { colour, outline: true });
  }
  scaleBar(canvas, (25 / ct.spacingMm[0]) * ZOOM, '25 mm', BAR_TEXT);
  return canvas.bytes();
}

/** A slice of a CT as it is shown, front of the body up: black at the window's lower limit, white at its upper one. */
function sliceOf(ct: Volume, slice: number, window: WindowName): Slice {
  const { levelHU, widthHU } = WINDOWS[window];
  const [columns, rows] = ct.shape;
  const grey = (column: number, row: number) => {
    const stored = ct.voxels[(slice * rows + rows - 1 - row) * columns + column];
    const hu = stored * ct.slope + ct.intercept;
    return Math.trunc(Math.min(1, Math.max(0, (hu - levelHU) / widthHU + 0.5)) * 255);
  };
  return { columns, rows, grey };
}
