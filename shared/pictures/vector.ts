import { element } from '../recist/svg.ts';
import { utf8 } from '../store/json.ts';
import type { Canvas, Colour, Place, Slice, View } from './canvas.ts';
import { png } from './png.ts';

/** An SVG drawing. The slice is embedded as PNG at one pixel a pixel; text is drawn in strokes, so no font matters. */
export class Vector implements Canvas {
  readonly width: number;
  readonly height: number;
  readonly #content: string[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.rectangle(0, 0, width, height, [0, 0, 0]);
  }

  slice({ columns, rows, grey }: Slice, { left, top, zoom }: View): void {
    const [firstColumn, firstRow] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
    const width = Math.min(columns, Math.ceil(left + this.width / zoom)) - firstColumn;
    const height = Math.min(rows, Math.ceil(top + this.height / zoom)) - firstRow;
    if (width <= 0 || height <= 0) return;
    const greys = Uint8Array.from({ length: width * height }, (_, at) =>
      grey(firstColumn + (at % width), firstRow + Math.floor(at / width)),
    );
    const embedded = Buffer.from(png(greys, width, height, 1)).toString('base64');
    this.#content.push(
      element('image', {
        x: (firstColumn - left) * zoom,
        y: (firstRow - top) * zoom,
        width: width * zoom,
        height: height * zoom,
        'image-rendering': 'pixelated',
        href: `data:image/png;base64,${embedded}`,
      }),
    );
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void {
    this.#content.push(element('rect', { x, y, width, height, fill: hex(colour) }));
  }

  line(points: readonly Place[], thickness: number, colour: Colour): void {
    // a lone point is a line from there to there: its round ends show
    const passed = points.length === 1 ? [points[0], points[0]] : points;
    this.#content.push(
      element('polyline', {
        points: passed.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(' '),
        fill: 'none',
        stroke: hex(colour),
        'stroke-width': thickness,
        'stroke-linecap': 'round',
        'stroke-linejoin': 'round',
      }),
    );
  }

  bytes(): Uint8Array {
    const { width, height } = this;
    const root = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` };
    return utf8(`${element('svg', root, '\n', this.#content.join('\n'), '\n')}\n`);
  }
}

function hex(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function rounded(coordinate: number): number {
  return Math.round(coordinate * 100) / 100;
}
