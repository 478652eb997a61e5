import { crc32 } from 'node:zlib';
import { gzip } from '../gzip/gzip.ts';

export type Colour = readonly [red: number, green: number, blue: number];

export const COLOURS = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  blue: [0, 0, 255],
  orange: [255, 102, 0],
  magenta: [255, 0, 255],
  green: [0, 255, 0],
  salmon: [255, 102, 102],
} as const satisfies Record<string, Colour>;

/** An RGB picture of 8 bits a channel; what lies outside of it is not drawn. */
export class Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;

  constructor(width: number, height: number, background: Colour = COLOURS.black) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 3);
    for (let p = 0; p < width * height; p++) this.pixels.set(background, 3 * p);
  }

  set(x: number, y: number, colour: Colour): void {
    if (x >= 0 && y >= 0 && x < this.width && y < this.height)
      this.pixels.set(colour, 3 * (y * this.width + x));
  }

  get(x: number, y: number): Colour {
    const at = 3 * (y * this.width + x);
    return [this.pixels[at], this.pixels[at + 1], this.pixels[at + 2]];
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) this.set(column, row, colour);
  }

  /** A line with round ends, `thickness` pixels wide. */
  line(
    from: readonly [number, number],
    to: readonly [number, number],
    thickness: number,
    colour: Colour,
  ): void {
    const [[x0, y0], [x1, y1], reach] = [from, to, thickness / 2];
    const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    for (let y = Math.floor(Math.min(y0, y1) - reach); y <= Math.max(y0, y1) + reach; y++) {
      for (let x = Math.floor(Math.min(x0, x1) - reach); x <= Math.max(x0, x1) + reach; x++) {
        const [dx, dy] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = squared ? Math.min(1, Math.max(0, (dx * (x1 - x0) + dy * (y1 - y0)) / squared)) : 0;
        if (Math.hypot(dx - along * (x1 - x0), dy - along * (y1 - y0)) <= reach) this.set(x, y, colour);
      }
    }
  }

  /** The picture as PNG (ISO/IEC 15948), deflated by the project's own encoder: the same bytes on any machine. */
  png(): Uint8Array {
    const stride = this.width * 3;
    const lines = new Uint8Array((stride + 1) * this.height);
    for (let y = 0; y < this.height; y++)
      lines.set(this.pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
    // a gzip member is a ten-byte header, deflated data, and eight bytes of checksum and size
    const deflated = gzip(lines, 'mask').subarray(10, -8);
    const adler = Buffer.alloc(4);
    adler.writeUInt32BE(adler32(lines));
    const size = Buffer.alloc(13);
    size.writeUInt32BE(this.width, 0);
    size.writeUInt32BE(this.height, 4);
    size.set([8, 2], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const data = Buffer.concat([Buffer.from([0x78, 0x01]), deflated, adler]);
    return Buffer.concat([
      signature,
      chunk('IHDR', size),
      chunk('IDAT', data),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

/** Checksum of a zlib stream (RFC 1950); sums are reduced before they leave 32 bits. */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let from = 0; from < bytes.length; from += 3800) {
    const to = Math.min(bytes.length, from + 3800);
    for (let at = from; at < to; at++) {
      a += bytes[at];
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}
