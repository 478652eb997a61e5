export type Colour = readonly [red: number, green: number, blue: number];

export type Place = readonly [x: number, y: number];

export const COLOURS = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  blue: [0, 0, 255],
  orange: [255, 102, 0],
  magenta: [255, 0, 255],
  green: [0, 255, 0],
  salmon: [255, 102, 102],
} as const satisfies Record<string, Colour>;

/** An axial slice as it is shown: columns to the right, rows down, greys of 0 to 255. */
export interface Slice {
  columns: number;
  rows: number;
  grey(column: number, row: number): number;
}

/**
 * The part of a slice that a canvas shows: the slice's place at the canvas' upper left corner (pixel (0, 0) covers 0
 * to 1, its centre is at 0.5), and the side of a pixel on the canvas.
 */
export interface View {
  left: number;
  top: number;
  zoom: number;
}

/** Something to draw on, in its own pixels from the upper left corner; what lies outside of it is not drawn. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Fills the canvas with a part of a slice; what is beyond the slice stays as it was. */
  slice(slice: Slice, view: View): void;
  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void;
  /** A line through all points, with round ends, `thickness` pixels wide. */
  line(points: readonly Place[], thickness: number, colour: Colour): void;
  /** The finished file. */
  bytes(): Uint8Array;
}

/** The view that has a place of a slice in the middle of a canvas. */
export function viewAround([x, y]: Place, { width, height }: Canvas, zoom: number): View {
  return { left: x - width / zoom / 2, top: y - height / zoom / 2, zoom };
}

/** Where the centre of a pixel, or a place between centres, is on the canvas. */
export function centreIn({ left, top, zoom }: View, [column, row]: Place): Place {
  return [(column + 0.5 - left) * zoom, (row + 0.5 - top) * zoom];
}
