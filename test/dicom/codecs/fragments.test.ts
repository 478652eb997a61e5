import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameCodestreams } from '../../../shared/dicom/codecs/fragments.ts';

const item = (bytes: number[]) => [0xfe, 0xff, 0x00, 0xe0, ...uint32(bytes.length), ...bytes];
const uint32 = (value: number) => [...new Uint8Array(new Uint32Array([value]).buffer)];
const uint64 = (value: number) => [...uint32(value), ...uint32(0)];
const DELIMITER = [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];

/** Encapsulated pixel data of PS3.5 A.4, and the offset of each frame's first item. */
function encapsulate(frames: number[][][], table: 'basic' | 'none', delimiter = DELIMITER) {
  const offsets: number[] = [];
  const items: number[] = [];
  for (const fragments of frames) {
    offsets.push(items.length);
    items.push(...fragments.flatMap(item));
  }
  const offsetTable = item(table === 'basic' ? offsets.flatMap(uint32) : []);
  return { offsets, pixelData: Uint8Array.from([...offsetTable, ...items, ...delimiter]) };
}

/** A codestream of even length with an end marker, in fragments of even length. */
const fragmentedFrame = fc
  .array(fc.array(fc.integer({ min: 0, max: 0xfe }), { minLength: 1, maxLength: 9 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((fragments) => fragments.map((bytes) => [...bytes, ...bytes]))
  .chain((fragments) =>
    fc.boolean().map((padded) => {
      const last = [...fragments[fragments.length - 1], ...(padded ? [7, 0xff, 0xd9, 0] : [0xff, 0xd9])];
      return [...fragments.slice(0, -1), last];
    }),
  );
const fragmentedFrames = fc.array(fragmentedFrame, { minLength: 1, maxLength: 6 });

describe('frames of encapsulated pixel data', () => {
  it('are the joined fragments, with and without a table', () => {
    fc.assert(
      fc.property(fragmentedFrames, (frames) => {
        const joined = frames.map((fragments) => fragments.flat());
        const withTable = encapsulate(frames, 'basic');
        const without = encapsulate(frames, 'none');
        const extended = Uint8Array.from(without.offsets.flatMap(uint64));
        for (const found of [
          frameCodestreams(withTable.pixelData, frames.length),
          frameCodestreams(without.pixelData, frames.length),
          frameCodestreams(without.pixelData, frames.length, extended),
          frameCodestreams(encapsulate(frames, 'none', []).pixelData, frames.length),
        ]) {
          expect(found.map((codestream) => Array.from(codestream))).toEqual(joined);
        }
      }),
    );
  });

  it('are told apart by the table where the codestreams have no end marker', () => {
    const frames = [[[1, 2], [3, 4]], [[5, 6]], [[7, 8], [9, 10]]]; // biome-ignore format: one line
    const { pixelData } = encapsulate(frames, 'basic');
    expect(frameCodestreams(pixelData, 3).map((bytes) => Array.from(bytes))).toEqual(
      frames.map((f) => f.flat()),
    );
  });

  it('are told apart by end markers where the table is wrong', () => {
    const frames = [[[1, 2], [0xff, 0xd9]], [[5, 6], [0xff, 0xd9]]]; // biome-ignore format: one line
    const items = frames.flat().flatMap(item);
    const pixelData = Uint8Array.from([...item([0, 0].flatMap(uint32)), ...items, ...DELIMITER]);
    expect(frameCodestreams(pixelData, 2).map((bytes) => Array.from(bytes))).toEqual(
      frames.map((f) => f.flat()),
    );
  });

  it('are views of the pixel data where nothing is to be joined', () => {
    const { pixelData } = encapsulate([[[1, 2]], [[3, 4]]], 'none');
    for (const frame of frameCodestreams(pixelData, 2)) expect(frame.buffer).toBe(pixelData.buffer);
  });

  it('are refused when the last item is cut off, wherever', () => {
    fc.assert(
      fc.property(fragmentedFrames, fc.nat(), (frames, cut) => {
        const { pixelData } = encapsulate(frames, 'basic', []);
        const lastFragment = frames.at(-1)?.at(-1) ?? [];
        const missing = 1 + (cut % (lastFragment.length + 7));
        expect(() => frameCodestreams(pixelData.subarray(0, -missing), frames.length)).toThrowError(
          expect.objectContaining({ code: 'TRUNCATED_PIXEL_DATA' }),
        );
      }),
    );
  });

  it.each<[string, number[], number, string]>([
    ['nothing', [], 1, 'TRUNCATED_PIXEL_DATA'],
    ['a table and no fragment', item([]), 1, 'TRUNCATED_PIXEL_DATA'],
    ['fewer fragments than frames', [...item([]), ...item([1, 2])], 2, 'TRUNCATED_PIXEL_DATA'],
    ['native bytes', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1, 'CORRUPT_PIXEL_DATA'],
    [
      'more end markers than frames',
      [...item([]), ...item([0xff, 0xd9]), ...item([0xff, 0xd9]), ...item([0xff, 0xd9])],
      2,
      'CORRUPT_PIXEL_DATA',
    ],
  ])('are refused: %s', (_, bytes, frames, code) => {
    expect(() => frameCodestreams(Uint8Array.from(bytes), frames)).toThrowError(
      expect.objectContaining({ code }),
    );
  });
});
