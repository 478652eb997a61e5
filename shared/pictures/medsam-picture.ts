import type { Point } from '../lesions/diameters/contour.ts';
import { type Canvas, COLOURS, centreIn, type Place, type Slice, type View } from './canvas.ts';
import { contoursOf } from './contours.ts';
import { scaleBar, writeText } from './text.ts';

/** A prediction of MedSAM for one box, beside what was drawn by hand. */
export interface BoxPrediction {
  slice: Slice;
  /** Masks of the slice, not 0 inside; of another size they are read at the nearest pixel. */
  groundTruth: Slice;
  prediction: Slice;
  /** First and last column and row, in pixels of the slice. */
  box: readonly [x0: number, y0: number, x1: number, y1: number];
  dice: number;
  /** Distance of two columns. */
  columnSpacingMm: number;
}

/** Widths of the lines on the canvas; the prediction is thinner, so that the ground truth shows below it. */
export interface LineWidths {
  groundTruth: number;
  prediction: number;
  box: number;
}

/**
 * Draws a slice with the box blue, contours of the ground truth green and of the prediction salmon through their
 * border pixels, the Dice score, and a bar of 25 mm.
 * @param view part of the slice to show
 * @param text a sixth of a digit's height on the canvas
 */
export function drawBox(
  canvas: Canvas,
  { slice, groundTruth, prediction, box: [x0, y0, x1, y1], dice, columnSpacingMm }: BoxPrediction,
  view: View,
  widths: LineWidths,
  text: number,
): void {
  const closed = (points: readonly Point[]): Place[] =>
    [...points, points[0]].map((point) => centreIn(view, point));
  canvas.slice(slice, view);
  canvas.line(
    closed([
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ]),
    widths.box,
    COLOURS.blue,
  );
  for (const contour of contoursIn(groundTruth, slice))
    canvas.line(closed(contour), widths.groundTruth, COLOURS.green);
  for (const contour of contoursIn(prediction, slice))
    canvas.line(closed(contour), widths.prediction, COLOURS.salmon);
  writeText(canvas, `DSC: ${dice.toFixed(2)}`, [4 * text, 4 * text], text, {
    colour: COLOURS.salmon,
    outline: true,
  });
  scaleBar(canvas, (25 / columnSpacingMm) * view.zoom, '25 mm', 0.75 * text);
}

function contoursIn(mask: Slice, { columns, rows }: Slice): Point[][] {
  const nearest = (at: number, size: number, maskSize: number) => Math.floor(((at + 0.5) * maskSize) / size);
  return contoursOf(
    columns,
    rows,
    (column, row) => mask.grey(nearest(column, columns, mask.columns), nearest(row, rows, mask.rows)) !== 0,
  );
}
