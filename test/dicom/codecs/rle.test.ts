import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameFormat, loadDecoder } from '../../../shared/dicom/codecs/decode.ts';

const decodeRle = await loadDecoder('1.2.840.10008.1.2.5');

/** PackBits of PS3.5 annex G: runs of 3 bytes and more replicated, the rest literal, padded to an even length. */
function packBits(bytes: number[]): number[] {
  const packed: number[] = [];
  let literal: number[] = [];
  const flush = () => {
    if (literal.length > 0) packed.push(literal.length - 1, ...literal);
    literal = [];
  };
  for (let at = 0; at < bytes.length; ) {
    let run = 1;
    while (run < 128 && bytes[at + run] === bytes[at]) run++;
    if (run >= 3) {
      flush();
      packed.push(257 - run, bytes[at]);
      at += run;
    } else {
      literal.push(bytes[at++]);
      if (literal.length === 128) flush();
    }
  }
  flush();
  if (packed.length % 2 === 1) packed.push(128);
  return packed;
}

function encode(values: number[], bitsAllocated: number): Uint8Array {
  const segments =
    bitsAllocated === 8 ? [packBits(values)] : [8, 0].map((shift) => packBits(bytesAt(values, shift)));
  const header = new Uint32Array(16);
  header[0] = segments.length;
  let offset = 64;
  segments.forEach((segment, i) => {
    header[i + 1] = offset;
    offset += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

const bytesAt = (values: number[], shift: number) => values.map((value) => (value >> shift) & 255);

function formatOf(columns: number, bitsAllocated: number, pixelRepresentation: 0 | 1): FrameFormat {
  const bitsStored = bitsAllocated;
  const highBit = bitsStored - 1;
  return { rows: 1, columns, bitsAllocated, bitsStored, highBit, pixelRepresentation, samplesPerPixel: 1 };
}

describe('RLE Lossless', () => {
  it('gives back what was encoded', () => {
    const runs = (value: fc.Arbitrary<number>) =>
      fc
        .array(fc.tuple(value, fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 12 })
        .map((pairs) => pairs.flatMap(([sample, length]) => Array<number>(length).fill(sample)));
    const mixed = (value: fc.Arbitrary<number>) =>
      fc.oneof(runs(value), fc.array(value, { minLength: 1, maxLength: 700 }));
    fc.assert(
      fc.property(mixed(fc.integer({ min: -32768, max: 32767 })), (values) => {
        const out = new Int16Array(values.length);
        decodeRle(encode(values, 16), formatOf(values.length, 16, 1), out);
        expect(Array.from(out)).toEqual(values);
      }),
    );
    fc.assert(
      fc.property(mixed(fc.integer({ min: 0, max: 255 })), (values) => {
        const out = new Uint16Array(values.length);
        decodeRle(encode(values, 8), formatOf(values.length, 8, 0), out);
        expect(Array.from(out)).toEqual(values);
      }),
    );
  });

  it('refuses a frame wherever it is cut off', () => {
    const values = Array.from({ length: 300 }, (_, i) => (i < 150 ? i * i : 1000));
    const frame = encode(values, 16);
    const out = new Uint16Array(values.length);
    for (let length = 0; length < frame.length - 1; length++) {
      expect(() => decodeRle(frame.subarray(0, length), formatOf(300, 16, 0), out)).toThrowError(
        expect.objectContaining({ code: 'TRUNCATED_PIXEL_DATA' }),
      );
    }
  });

  it('refuses a frame with another number of segments', () => {
    const frame = encode([1, 2, 3], 8);
    expect(() => decodeRle(frame, formatOf(3, 16, 0), new Uint16Array(3))).toThrowError(
      expect.objectContaining({ code: 'CORRUPT_PIXEL_DATA' }),
    );
  });
});
