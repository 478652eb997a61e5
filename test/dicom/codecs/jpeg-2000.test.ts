import create from '@cornerstonejs/codec-openjpeg/wasmjs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameFormat, StoredValues } from '../../../shared/dicom/codecs/frame.ts';
import { createOpenJpegDecoder } from '../../../shared/dicom/codecs/jpeg-2000.ts';
import { checkJpeg2000 } from '../../../shared/dicom/codecs/jpeg-2000-codestream.ts';
import { decodePlain } from '../../../shared/dicom/codecs/jpeg-2000-plain.ts';

const { J2KEncoder } = await create({ print() {}, printErr() {} });

/** What a frame is encoded from, and how. */
const frames = fc
  .record({
    columns: fc.integer({ min: 1, max: 100 }),
    rows: fc.integer({ min: 1, max: 100 }),
    precision: fc.integer({ min: 2, max: 16 }),
    isSigned: fc.boolean(),
    /** From 0, all samples alike, to 1, all at random. */
    noise: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
    decompositions: fc.integer({ min: 0, max: 6 }),
    progression: fc.nat(4),
    blockWidth: fc.constantFrom(4, 16, 64, 256),
    blockHeight: fc.constantFrom(4, 8, 16),
    /** Compression ratios of the layers; 1 alone loses nothing. */
    ratios: fc.constantFrom<number[]>([1], [20, 5, 1], [8], [30, 10]),
  })
  // OpenJPEG as it is packed for JavaScript takes and gives signed samples from 9 bits on
  .map((frame) => ({ ...frame, isSigned: frame.isSigned && frame.precision > 8 }));
type Frame = typeof frames extends fc.Arbitrary<infer T> ? T : never;

function samplesOf({ columns, rows, precision, isSigned, noise, seed }: Frame): Int32Array {
  const range = 2 ** precision;
  let state = seed | 1;
  return Int32Array.from({ length: columns * rows }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const ramp = ((i % columns) / columns) * (1 - noise);
    const value = Math.floor(((state >>> 8) / 2 ** 24) * noise * range + ramp * range);
    return Math.min(range - 1, value) - (isSigned ? range / 2 : 0);
  });
}

function encode(frame: Frame): Uint8Array {
  const { columns: width, rows: height, precision: bitsPerSample, isSigned } = frame;
  const encoder = new J2KEncoder();
  const room = encoder.getDecodedBuffer({
    width,
    height,
    bitsPerSample,
    isSigned,
    componentCount: 1,
    isUsingColorTransform: false,
  });
  const samples = samplesOf(frame);
  if (bitsPerSample > 8) new Uint16Array(room.buffer, room.byteOffset, samples.length).set(samples);
  else room.set(samples);
  // the encoder takes no more than halve the image to one sample
  const most = Math.floor(Math.log2(Math.min(width, height)));
  encoder.setDecompositions(Math.min(frame.decompositions, most));
  encoder.setProgressionOrder(frame.progression);
  encoder.setBlockDimensions({ width: frame.blockWidth, height: frame.blockHeight });
  encoder.setQuality(true, 1);
  for (const [layer, ratio] of frame.ratios.entries()) encoder.setCompressionRatio(layer, ratio);
  encoder.encode();
  const bytes = encoder.getEncodedBuffer().slice();
  encoder.delete();
  return bytes;
}

function formatOf({ columns, rows, precision, isSigned }: Frame): FrameFormat {
  const bitsAllocated = precision > 8 ? 16 : 8;
  const pixelRepresentation = isSigned ? 1 : 0;
  return {
    columns,
    rows,
    bitsAllocated,
    bitsStored: precision,
    highBit: precision - 1,
    pixelRepresentation,
    samplesPerPixel: 1,
  };
}

const room = ({ columns, rows, isSigned }: Frame): StoredValues =>
  isSigned ? new Int16Array(columns * rows) : new Uint16Array(columns * rows);

describe('our decoder of plain codestreams', () => {
  it('gives what was encoded without loss, and of the rest what OpenJPEG gives', () => {
    const openJpeg = createOpenJpegDecoder();
    fc.assert(
      fc.property(frames, (frame) => {
        const bytes = encode(frame);
        const format = formatOf(frame);
        const [ours, theirs] = [room(frame), room(frame)];
        expect(decodePlain(checkJpeg2000(bytes, format), format, ours)).toBe(true);
        if (frame.ratios.length === 1 && frame.ratios[0] === 1)
          expect(Array.from(ours)).toEqual(Array.from(samplesOf(frame)));
        openJpeg(bytes, format, theirs);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 20000 },
    );
  });

  it('gives what OpenJPEG gives where bits of code-blocks flipped', () => {
    const openJpeg = createOpenJpegDecoder();
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    const onePacket = frames.map((frame) => ({
      ...frame,
      columns: frame.columns + 20,
      rows: frame.rows + 20,
      decompositions: 0,
      noise: 1 - frame.noise / 2,
      ratios: [1],
    }));
    fc.assert(
      fc.property(onePacket, damage, (frame, changes) => {
        const bytes = encode(frame);
        const format = formatOf(frame);
        const start = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0x93) + 2;
        // the header of the only packet ends well before its last quarter
        const first = start + Math.ceil((bytes.length - 2 - start) * 0.75);
        for (const [at, bits] of changes) bytes[first + (at % (bytes.length - 2 - first))] ^= bits;
        const [ours, theirs] = [room(frame), room(frame)];
        expect(decodePlain(checkJpeg2000(bytes, format), format, ours)).toBe(true);
        openJpeg(bytes, format, theirs);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 100, interruptAfterTimeLimit: 20000 },
    );
  });

  it('leaves to OpenJPEG what is of another kind, or contradicts itself', () => {
    const [frame] = fc.sample(frames, { seed: 1, numRuns: 1 });
    const bytes = encode(frame);
    const format = formatOf(frame);
    const decodes = (at: number, value: number) => {
      const changed = bytes.slice();
      changed[at] = value;
      return decodePlain(checkJpeg2000(changed, format), format, room(frame));
    };
    const cod = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0x52);
    expect(decodes(cod + 4, 0)).toBe(true);
    expect(decodes(cod + 4, 4)).toBe(false); // marks after the headers of packets
    expect(decodes(cod + 12, 1)).toBe(false); // bits beside the arithmetic code
    expect(decodes(cod + 13, 0)).toBe(false); // the irreversible wavelet
    expect(decodes(cod + 7, 9)).toBe(false); // more layers than there are packets
  });
});

describe('OpenJPEG', () => {
  it('is not asked for what has no image', () => {
    const [frame] = fc.sample(frames, { seed: 1, numRuns: 1 });
    const empty = Uint8Array.of(0xff, 0x4f, 0xff, 0xd9, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(() => createOpenJpegDecoder()(empty, formatOf(frame), room(frame))).toThrow(
      expect.objectContaining({ code: 'CORRUPT_PIXEL_DATA' }),
    );
  });

  it('is not asked for signed samples of 8 bits, of which it gives none below 0', () => {
    const [frame] = fc
      .sample(frames, { seed: 1, numRuns: 1 })
      .map((one) => ({ ...one, precision: 8, isSigned: true }));
    expect(() => createOpenJpegDecoder()(encode(frame), formatOf(frame), room(frame))).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_PIXEL_FORMAT' }),
    );
  });
});
