import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { png } from '../../shared/pictures/png.ts';
import { readPng } from '../../shared/pictures/read-png.ts';

/** Pictures of 4 x 3 as Pillow 13 wrote them (`Image.save`), whose brightest channels are 0, 20, 40, ..., 220. */
const RAMPS = {
  grey: 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAAAAACRn/EaAAAAF0lEQVR4nGNkEBERYQwQERFhCRAREQEACTgBW2nziVsAAAAASUVORK5CYII=',
  'grey and alpha':
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAQAAAAe/WZNAAAAFklEQVR4nGNk4BRhEGEQYWAJYEBjAAASdwFnzm0g6wAAAABJRU5ErkJggg==',
  RGB: 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAIAAAA7ljmRAAAAJklEQVR4nGNkYGDgEmHjEmHnEmFn1AiQgrC4RNhYNAKkISwuEXYALAoCdr78V/UAAAAASUVORK5CYII=',
  RGBA: 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADCAYAAAC09K7GAAAALElEQVR4nGNkYGDg5BJhY+ASYWfgEmFnYNEIkIJzuETYGFg0AqThHC4RdgYAPN8Cgmv/MIYAAAAASUVORK5CYII=',
  'palette of 4 bits':
    'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADBAMAAABG2rP1AAAAJFBMVEUAAAAKFAAUKAAePAAoUAAyZAA8eABGjABQoABatABkyABu3ADIEgNnAAAAEUlEQVR4nGNkVGJxUWJxUQIAA7IA+YbxCw0AAAAASUVORK5CYII=',
};
/** The same for one bit a pixel: a chessboard. */
const CHESS =
  'iVBORw0KGgoAAAANSUhEUgAAAAQAAAADAQAAAACcj5NrAAAADklEQVR4nGMIYApgCAAAAt4A85Oh2BwAAAAASUVORK5CYII=';

function greys(file: Uint8Array): number[][] {
  const { columns, rows, grey } = readPng(file, 'mask.png');
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => grey(column, row)),
  );
}

describe('readPng', () => {
  it.each(Object.entries(RAMPS))('reads %s', (_, file) => {
    expect(greys(Buffer.from(file, 'base64'))).toEqual([
      [0, 20, 40, 60],
      [80, 100, 120, 140],
      [160, 180, 200, 220],
    ]);
  });

  it('reads one bit a pixel', () => {
    expect(greys(Buffer.from(CHESS, 'base64'))).toEqual([
      [0, 255, 0, 255],
      [255, 0, 255, 0],
      [0, 255, 0, 255],
    ]);
  });

  it.each([0, 1, 2, 3, 4])('undoes filter %i', (filter) => {
    // filters are undone on the bytes of a line, whose first byte says which: written here by the standard's formulas
    const pixels = Uint8Array.from({ length: 35 }, (_, at) => (at * at * 37 + 11) % 256);
    const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : pixels[y * 7 + x]);
    const predicted = (x: number, y: number) => {
      const [left, above, corner] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
      const nearest = [left, above, corner].reduce((best, value) => {
        const off = (candidate: number) => Math.abs(left + above - corner - candidate);
        return off(value) < off(best) ? value : best;
      });
      return [0, left, above, Math.floor((left + above) / 2), nearest][filter];
    };
    const lines = Uint8Array.from({ length: 40 }, (_, byte) => {
      const [x, y] = [(byte % 8) - 1, Math.floor(byte / 8)];
      return x < 0 ? filter : at(x, y) - predicted(x, y);
    });
    const decoded = greys(withLines(lines, 7, 5)).flat();
    expect(decoded).toEqual([...pixels]);
  });

  const good = png(new Uint8Array(400).fill(7), 20, 20, 1);
  const changed = (at: number, value: number) =>
    Uint8Array.from(good, (byte, b) => (b === at ? value : byte));
  it.each([
    ['another kind of file', Buffer.from('GIF89a'.padEnd(60)), 'is not a PNG file'],
    ['a file cut off in its pixels', good.subarray(0, 45), 'is damaged or cut off'],
    ['a file without its end', good.subarray(0, -12), 'is damaged or cut off'],
    ['a changed byte of pixels', changed(46, 1), 'is damaged or cut off'],
    ['a header that says more rows', rewritten(good, 23, 21), 'has fewer or more pixels'],
    ['a header that says fewer rows', rewritten(good, 23, 19), 'is damaged'],
    ['16 bits a channel', rewritten(good, 24, 16), '16 bits'],
    ['interlaced lines', rewritten(good, 28, 1), 'is interlaced'],
    ['an unknown colour type', rewritten(good, 25, 5), 'is damaged or cut off'],
  ])('refuses %s', (_, file, message) => {
    expect(() => readPng(file, 'mask.png')).toThrow(
      expect.objectContaining({
        code: 'PICTURE_UNREADABLE',
        message: expect.stringContaining(message),
        keys: ['mask.png'],
      }),
    );
  });
});

/** A grey PNG around lines that are filtered already. */
function withLines(lines: Uint8Array, width: number, height: number): Uint8Array {
  const [header, data] = [Buffer.alloc(13), deflateSync(lines)];
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = png(new Uint8Array(1), 1, 1, 1).subarray(0, 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

/** A file with a changed byte of its header, whose checksum is right again. */
function rewritten(file: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Buffer.from(file);
  copy[at] = value;
  copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  return copy;
}
