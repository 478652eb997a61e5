import { asDatasetError, DatasetError } from '../errors.ts';
import { loadDecoder } from './codecs/decode.ts';
import { frameCodestreams } from './codecs/fragments.ts';
import type { StoredValues } from './codecs/frame.ts';
import type { DicomHeader } from './header.ts';
import type { Slice } from './select-slices.ts';

/**
 * Decodes every slice into its place of one array, rows bottom up (the way NIfTI files of CT run). Values of up to
 * 15 bits, and signed ones, are int16; unsigned ones of 16 bits are uint16.
 * @throws TRUNCATED_PIXEL_DATA, CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT, UNSUPPORTED_TRANSFER_SYNTAX, with the key
 */
export async function decodeSlices(slices: Slice[]): Promise<StoredValues> {
  const { rows, columns } = slices[0].header.format;
  const unsigned16 = slices.some(
    ({ header: { format } }) => format.pixelRepresentation === 0 && format.bitsStored === 16,
  );
  const voxels = new (unsigned16 ? Uint16Array : Int16Array)(rows * columns * slices.length);
  const framesOf = new Map<DicomHeader, Uint8Array[]>();
  for (const [k, { key, header, frame }] of slices.entries()) {
    const out = voxels.subarray(k * rows * columns, (k + 1) * rows * columns);
    try {
      let frames = framesOf.get(header);
      if (!frames) {
        frames = frameBytes(header);
        if (header.numberOfFrames > 1) framesOf.set(header, frames);
      }
      const decode = await loadDecoder(header.transferSyntaxUid);
      decode(frames[frame], header.format, out);
    } catch (error) {
      const { code, message } = asDatasetError(error);
      throw new DatasetError(code, `${key}: ${message}`, { keys: [key], cause: error });
    }
    flipRows(out, columns);
    if (header.numberOfFrames === 1) header.pixelData = undefined; // its bytes are not needed any more
  }
  return voxels;
}

function frameBytes({ format, numberOfFrames, pixelData }: DicomHeader): Uint8Array[] {
  const { value, encapsulated, announcedBytes, extendedOffsetTable } = pixelData!;
  if (encapsulated) return frameCodestreams(value, numberOfFrames, extendedOffsetTable);
  const frame = format.rows * format.columns * (format.bitsAllocated / 8);
  const whole = Math.max(announcedBytes ?? 0, frame * numberOfFrames);
  if (value.length < whole) {
    const message = `the file ends after ${value.length} of ${whole} bytes of pixel data; copy or export it again`;
    throw new DatasetError('TRUNCATED_PIXEL_DATA', message);
  }
  return Array.from({ length: numberOfFrames }, (_, i) => value.subarray(i * frame, (i + 1) * frame));
}

function flipRows(slice: StoredValues, columns: number): void {
  const row = slice.slice(0, columns);
  for (let top = 0, bottom = slice.length - columns; top < bottom; top += columns, bottom -= columns) {
    row.set(slice.subarray(top, top + columns));
    slice.copyWithin(top, bottom, bottom + columns);
    slice.set(row, bottom);
  }
}
