import type { Canvas, Colour, Place, Slice, View } from './canvas.ts';
import { png } from './png.ts';

/** An RGB picture of 8 bits a channel. A pixel belongs to a shape that its centre lies in. */
export class Raster implements Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  /** Black at first. */
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
  }

  slice({ columns, rows, grey }: Slice, { left, top, zoom }: View): void {
    const [firstX, endX] = spanOf(-left * zoom, columns * zoom, this.width);
    const [firstY, endY] = spanOf(-top * zoom, rows * zoom, this.height);
    let drawn = -1;
    for (let y = firstY; y < endY; y++) {
      const row = Math.floor(top + (y + 0.5) / zoom);
      if (row === drawn) {
        this.#repeatLine(y, firstX, endX);
        continue;
      }
      drawn = row;
      for (let x = firstX; x < endX; x++) {
        const value = grey(Math.floor(left + (x + 0.5) / zoom), row);
        const at = 3 * (y * this.width + x);
        this.pixels[at] = value;
        this.pixels[at + 1] = value;
        this.pixels[at + 2] = value;
      }
    }
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void {
    const [firstX, endX] = spanOf(x, width, this.width);
    const [firstY, endY] = spanOf(y, height, this.height);
    for (let row = firstY; row < endY; row++) {
      if (row > firstY) this.#repeatLine(row, firstX, endX);
      else for (let column = firstX; column < endX; column++) this.#set(column, row, colour);
    }
  }

  line(points: readonly Place[], thickness: number, colour: Colour): void {
    if (points.length === 1) this.#segment(points[0], points[0], thickness / 2, colour);
    for (let p = 1; p < points.length; p++) this.#segment(points[p - 1], points[p], thickness / 2, colour);
  }

  bytes(): Uint8Array {
    return png(this.pixels, this.width, this.height, 3);
  }

  #segment([x0, y0]: Place, [x1, y1]: Place, reach: number, colour: Colour): void {
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const [firstX, endX] = spanOf(Math.min(x0, x1) - reach, Math.abs(x1 - x0) + 2 * reach, this.width);
    const [firstY, endY] = spanOf(Math.min(y0, y1) - reach, Math.abs(y1 - y0) + 2 * reach, this.height);
    for (let y = firstY; y < endY; y++) {
      for (let x = firstX; x < endX; x++) {
        const [dx, dy] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = squared ? Math.min(1, Math.max(0, (dx * (x1 - x0) + dy * (y1 - y0)) / squared)) : 0;
        const [offX, offY] = [dx - along * (x1 - x0), dy - along * (y1 - y0)];
        if (offX * offX + offY * offY <= reach * reach) this.#set(x, y, colour);
      }
    }
  }

  /** Copies what the line above has between two columns. */
  #repeatLine(y: number, firstX: number, endX: number): void {
    const at = 3 * this.width * (y - 1);
    this.pixels.copyWithin(at + 3 * (this.width + firstX), at + 3 * firstX, at + 3 * endX);
  }

  #set(x: number, y: number, [red, green, blue]: Colour): void {
    const at = 3 * (y * this.width + x);
    this.pixels[at] = red;
    this.pixels[at + 1] = green;
    this.pixels[at + 2] = blue;
  }
}

/** The pixels, of `count`, whose centres lie from a place on over a length: the first one, and the one after the last. */
function spanOf(from: number, length: number, count: number): [first: number, end: number] {
  return [Math.max(0, Math.ceil(from - 0.5)), Math.min(count, Math.ceil(from + length - 0.5))];
}
