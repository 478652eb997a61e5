import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameFormat, loadDecoder } from '../../../shared/dicom/codecs/decode.ts';
import { DatasetError } from '../../../shared/errors.ts';

interface SyntheticFrame {
  name: string;
  transferSyntax: string;
  bitsAllocated: number;
  bitsStored: number;
  pixelRepresentation: 0 | 1;
  codestream: string;
  values: string;
}

const { rows, columns, images, frames } = JSON.parse(
  readFileSync(new URL('synthetic-frames.json', import.meta.url), 'utf8'),
) as { rows: number; columns: number; images: Record<string, string>; frames: SyntheticFrame[] };

const codestreamOf = ({ codestream }: SyntheticFrame) => new Uint8Array(Buffer.from(codestream, 'base64'));

function formatOf({ bitsAllocated, bitsStored, pixelRepresentation }: SyntheticFrame): FrameFormat {
  const samplesPerPixel = 1;
  const highBit = bitsStored - 1;
  return { rows, columns, bitsAllocated, bitsStored, highBit, pixelRepresentation, samplesPerPixel };
}

function expectedValues({ values, pixelRepresentation }: SyntheticFrame): number[] {
  const bytes = Uint8Array.from(Buffer.from(images[values] ?? values, 'base64'));
  return Array.from(pixelRepresentation === 1 ? new Int16Array(bytes.buffer) : new Uint16Array(bytes.buffer));
}

function room({ pixelRepresentation }: SyntheticFrame): Int16Array | Uint16Array {
  return pixelRepresentation === 1 ? new Int16Array(rows * columns) : new Uint16Array(rows * columns);
}

/** The irreversible wavelet of JPEG 2000 is computed in floating point: codecs differ by one in a few values. */
const IRREVERSIBLE = ['1.2.840.10008.1.2.4.91', '1.2.840.10008.1.2.4.203'];

async function expectRightValues(frame: SyntheticFrame, codestream = codestreamOf(frame)): Promise<void> {
  const out = room(frame);
  (await loadDecoder(frame.transferSyntax))(codestream, formatOf(frame), out);
  const differences = expectedValues(frame).map((value, i) => Math.abs(value - out[i]));
  const tolerance = IRREVERSIBLE.includes(frame.transferSyntax) ? 1 : 0;
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
}

describe.each(frames)('$name', (frame) => {
  it('decodes to the values of an independent decoder', async () => {
    await expectRightValues(frame);
  });

  it('decodes with a padding byte after it', async () => {
    await expectRightValues(frame, Uint8Array.from([...codestreamOf(frame), 0]));
  });

  it('is refused wherever it is cut off', async () => {
    const decode = await loadDecoder(frame.transferSyntax);
    const codestream = codestreamOf(frame);
    const codes = new Set<string>();
    for (let length = 0; length < codestream.length; length++) {
      try {
        decode(codestream.subarray(0, length), formatOf(frame), room(frame));
        codes.add(`decoded ${length} of ${codestream.length} bytes`);
      } catch (error) {
        codes.add(error instanceof DatasetError ? error.code : String(error));
      }
    }
    codes.delete('CORRUPT_PIXEL_DATA');
    expect([...codes]).toEqual(['TRUNCATED_PIXEL_DATA']);
  });

  it('is decoded or refused by name when bytes are damaged, and the next frame is right', async () => {
    const decode = await loadDecoder(frame.transferSyntax);
    const codestream = codestreamOf(frame);
    const damage = fc.array(fc.tuple(fc.nat(codestream.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = codestream.slice();
        for (const [at, bits] of changes) damaged[at] ^= bits;
        try {
          decode(damaged, formatOf(frame), room(frame));
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
    await expectRightValues(frame);
  });

  it('is refused when its size is not the one of the data set', async () => {
    const decode = await loadDecoder(frame.transferSyntax);
    const format = { ...formatOf(frame), rows: rows - 1 };
    expect(() => decode(codestreamOf(frame), format, new Uint16Array((rows - 1) * columns))).toThrowError(
      expect.objectContaining({ code: 'CORRUPT_PIXEL_DATA' }),
    );
  });
});
