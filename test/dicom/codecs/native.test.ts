import { describe, expect, it } from 'vitest';
import { type FrameFormat, loadDecoder } from '../../../shared/dicom/codecs/decode.ts';

const LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

function formatOf(changes: Partial<FrameFormat>): FrameFormat {
  return {
    rows: 1,
    columns: 2,
    bitsAllocated: 16,
    bitsStored: 16,
    highBit: 15,
    pixelRepresentation: 0,
    samplesPerPixel: 1,
    ...changes,
  };
}

async function decode(syntax: string, bytes: number[], changes: Partial<FrameFormat>): Promise<number[]> {
  const format = formatOf(changes);
  const length = format.rows * format.columns;
  const out = format.pixelRepresentation === 1 ? new Int16Array(length) : new Uint16Array(length);
  (await loadDecoder(syntax))(Uint8Array.from(bytes), format, out);
  return Array.from(out);
}

describe('native pixel data', () => {
  it('reads little and big endian', async () => {
    expect(await decode(LITTLE_ENDIAN, [0x34, 0x12, 0xff, 0xff], {})).toEqual([0x1234, 0xffff]);
    expect(await decode(BIG_ENDIAN, [0x12, 0x34, 0xff, 0xfe], {})).toEqual([0x1234, 0xfffe]);
  });

  it('reads bytes', async () => {
    const format = { bitsAllocated: 8, bitsStored: 8, highBit: 7 };
    expect(await decode(LITTLE_ENDIAN, [7, 200], format)).toEqual([7, 200]);
    expect(await decode(LITTLE_ENDIAN, [7, 200], { ...format, pixelRepresentation: 1 })).toEqual([7, -56]);
  });

  it('drops the bits above the stored ones, and extends the sign', async () => {
    const twelve = { bitsStored: 12, highBit: 11 };
    expect(await decode(LITTLE_ENDIAN, [0x23, 0xf1, 0xff, 0x0f], twelve)).toEqual([0x123, 4095]);
    const signed = { ...twelve, pixelRepresentation: 1 as const };
    expect(await decode(LITTLE_ENDIAN, [0x23, 0xf1, 0xff, 0x0f], signed)).toEqual([0x123, -1]);
    expect(await decode(LITTLE_ENDIAN, [0xff, 0xff, 0x30, 0x12], { bitsStored: 12, highBit: 15 })).toEqual([
      0xfff, 0x123,
    ]);
  });

  it('allows padding and refuses a short frame', async () => {
    expect(await decode(LITTLE_ENDIAN, [1, 0, 2, 0, 0], {})).toEqual([1, 2]);
    await expect(decode(LITTLE_ENDIAN, [1, 0, 2], {})).rejects.toThrowError(
      expect.objectContaining({ code: 'TRUNCATED_PIXEL_DATA' }),
    );
  });

  it.each<[string, Partial<FrameFormat>]>([
    ['colour', { samplesPerPixel: 3 }],
    ['32 bits', { bitsAllocated: 32, bitsStored: 32, highBit: 31 }],
    ['one bit', { bitsAllocated: 1, bitsStored: 1, highBit: 0 }],
    ['more bits stored than allocated', { bitsStored: 17, highBit: 16 }],
    ['no rows', { rows: 0 }],
  ])('refuses %s', async (_, changes) => {
    await expect(decode(LITTLE_ENDIAN, [1, 0, 2, 0], changes)).rejects.toThrowError(
      expect.objectContaining({ code: 'UNSUPPORTED_PIXEL_FORMAT' }),
    );
  });

  it('refuses a transfer syntax that it does not know, by name', async () => {
    await expect(loadDecoder('1.2.840.10008.1.2.4.100')).rejects.toThrowError(
      expect.objectContaining({
        code: 'UNSUPPORTED_TRANSFER_SYNTAX',
        message: expect.stringContaining('4.100'),
      }),
    );
  });
});
