import { type Colour, centreIn, type Slice, viewAround } from '../pictures/canvas.ts';
import { contoursOf } from '../pictures/contours.ts';
import { Raster } from '../pictures/raster.ts';
import { scaleBar } from '../pictures/text.ts';
import type { Volume } from '../volume/volume.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';

/** A mask in the slice: its contours, drawn in the order given. */
export interface Outline {
  mask: Volume;
  colour: Colour;
  thickness: number;
}

/** Side of a CT pixel in the picture, at which a slice of 512 pixels makes one of 1024. */
const ZOOM = 2;
const TEXT = 4;

/**
 * An axial slice of a CT as PNG, front of the body up and the patient's right on the left, with the outer contours of
 * masks through their border pixels, and a bar of 10 cm.
 * @param ct with axial slices, as the masks on its grid
 */
export function slicePicture(ct: Volume, slice: number, window: WindowName, outlines: Outline[]): Uint8Array {
  const [columns, rows] = ct.shape;
  const canvas = new Raster(columns * ZOOM, rows * ZOOM);
  const { levelHU, widthHU } = WINDOWS[window];
  const voxelAt = voxelsAsShown(ct, slice);
  const shown: Slice = {
    columns,
    rows,
    grey: (column, row) => {
      const hu = ct.voxels[voxelAt(column, row)] * ct.slope + ct.intercept;
      return Math.trunc(Math.min(1, Math.max(0, (hu - levelHU) / widthHU + 0.5)) * 255);
    },
  };
  const view = viewAround([columns / 2, rows / 2], canvas, ZOOM);
  canvas.slice(shown, view);
  for (const { mask, colour, thickness } of outlines) {
    const inside = (column: number, row: number) => mask.voxels[voxelAt(column, row)] !== 0;
    for (const contour of contoursOf(columns, rows, inside)) {
      const closed = [...contour, contour[0]];
      canvas.line(
        closed.map((point) => centreIn(view, point)),
        thickness,
        colour,
      );
    }
  }
  scaleBar(canvas, (100 / ct.spacingMm[0]) * ZOOM, '10 cm', TEXT);
  return canvas.bytes();
}

/** Where a pixel of the picture is in the volume, whichever way its columns and rows run. */
function voxelsAsShown({ shape: [columns, rows], affine }: Volume, slice: number) {
  const fromLeft = affine[0][0] > 0;
  const fromBack = affine[1][1] > 0;
  return (column: number, row: number) => {
    const i = fromLeft ? columns - 1 - column : column;
    const j = fromBack ? rows - 1 - row : row;
    return (slice * rows + j) * columns + i;
  };
}
