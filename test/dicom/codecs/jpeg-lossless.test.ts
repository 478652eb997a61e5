import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameFormat, loadDecoder } from '../../../shared/dicom/codecs/decode.ts';

const decodeLossless = await loadDecoder('1.2.840.10008.1.2.4.57');

interface Image {
  rows: number;
  columns: number;
  precision: number;
  predictor: number;
  pointTransform: number;
  /** Rows a restart interval; 0 for none. */
  restartRows: number;
  samples: number[];
}

/** Lossless JPEG of ITU-T T.81 annex H, with the 17 categories in codes of 5 bits. */
function encode({
  rows,
  columns,
  precision,
  predictor,
  pointTransform,
  restartRows,
  samples,
}: Image): Uint8Array {
  const shifted = samples.map((sample) => sample >> pointTransform);
  const at = (row: number, column: number) => shifted[row * columns + column];
  const bytes = [0xff, 0xd8];
  const segment = (marker: number, content: number[]) =>
    bytes.push(0xff, marker, 0, content.length + 2, ...content);
  segment(0xc4, [
    0x00,
    0,
    0,
    0,
    0,
    17,
    ...Array<number>(11).fill(0),
    ...Array.from({ length: 17 }, (_, i) => i),
  ]);
  segment(0xc3, [precision, rows >> 8, rows & 255, columns >> 8, columns & 255, 1, 1, 0x11, 0]);
  if (restartRows > 0) segment(0xdd, [(restartRows * columns) >> 8, (restartRows * columns) & 255]);
  segment(0xda, [1, 1, 0x00, predictor, 0, pointTransform]);

  let bits = '';
  const flush = () => {
    bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
    for (let i = 0; i < bits.length; i += 8) {
      const byte = Number.parseInt(bits.slice(i, i + 8), 2);
      bytes.push(byte);
      if (byte === 0xff) bytes.push(0);
    }
    bits = '';
  };
  for (let row = 0; row < rows; row++) {
    const startsInterval = row === 0 || (restartRows > 0 && row % restartRows === 0);
    if (startsInterval && row > 0) {
      flush();
      bytes.push(0xff, 0xd0 + ((row / restartRows - 1) % 8));
    }
    for (let column = 0; column < columns; column++) {
      const left = at(row, column - 1);
      const above = at(row - 1, column);
      const aboveLeft = at(row - 1, column - 1);
      let prediction: number;
      if (startsInterval) prediction = column === 0 ? 1 << (precision - pointTransform - 1) : left;
      else if (column === 0) prediction = above;
      else {
        prediction = [
          left,
          above,
          aboveLeft,
          left + above - aboveLeft,
          left + ((above - aboveLeft) >> 1),
          above + ((left - aboveLeft) >> 1),
          (left + above) >> 1,
        ][predictor - 1];
      }
      const wrapped = (at(row, column) - prediction) & 0xffff;
      const difference = wrapped > 32768 ? wrapped - 65536 : wrapped;
      const category = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
      bits += category.toString(2).padStart(5, '0');
      if (category > 0 && category < 16) {
        const extra = difference > 0 ? difference : difference + (1 << category) - 1;
        bits += extra.toString(2).padStart(category, '0');
      }
    }
  }
  flush();
  bytes.push(0xff, 0xd9);
  return Uint8Array.from(bytes);
}

const image: fc.Arbitrary<Image> = fc
  .record({
    rows: fc.integer({ min: 1, max: 12 }),
    columns: fc.integer({ min: 1, max: 12 }),
    precision: fc.integer({ min: 2, max: 16 }),
    predictor: fc.integer({ min: 1, max: 7 }),
    restartRows: fc.integer({ min: 0, max: 3 }),
    pointTransform: fc.integer({ min: 0, max: 1 }),
  })
  .chain((header) =>
    fc
      .array(fc.integer({ min: 0, max: 2 ** header.precision - 1 }), {
        minLength: header.rows * header.columns,
        maxLength: header.rows * header.columns,
      })
      .map((samples) => ({ ...header, samples })),
  );

function formatOf({ rows, columns, precision }: Image, pixelRepresentation: 0 | 1): FrameFormat {
  return {
    rows,
    columns,
    bitsAllocated: 16,
    bitsStored: precision,
    highBit: precision - 1,
    pixelRepresentation,
    samplesPerPixel: 1,
  };
}

describe('lossless JPEG', () => {
  it('gives back what was encoded, for every predictor, precision, point transform and restart interval', () => {
    fc.assert(
      fc.property(image, (given) => {
        const out = new Uint16Array(given.samples.length);
        decodeLossless(encode(given), formatOf(given, 0), out);
        const kept = given.samples.map((sample) => (sample >> given.pointTransform) << given.pointTransform);
        expect(Array.from(out)).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });

  it('extends the sign of the stored bits', () => {
    fc.assert(
      fc.property(image, (given) => {
        const out = new Int16Array(given.samples.length);
        decodeLossless(encode({ ...given, pointTransform: 0 }), formatOf(given, 1), out);
        const up = 32 - given.precision;
        expect(Array.from(out)).toEqual(given.samples.map((sample) => (sample << up) >> up));
      }),
    );
  });

  it('refuses a lost restart interval', () => {
    const given: Image = {
      rows: 6,
      columns: 4,
      precision: 12,
      predictor: 1,
      pointTransform: 0,
      restartRows: 2,
      samples: Array.from({ length: 24 }, (_, i) => 100 * i),
    };
    const bytes = Array.from(encode(given));
    const first = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xd0);
    const second = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xd1);
    const lost = Uint8Array.from([...bytes.slice(0, first), ...bytes.slice(second)]);
    expect(() => decodeLossless(lost, formatOf(given, 0), new Uint16Array(24))).toThrowError(
      expect.objectContaining({ code: 'CORRUPT_PIXEL_DATA' }),
    );
  });
});
