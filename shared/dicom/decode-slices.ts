import { asDatasetError, DatasetError } from '../errors.ts';
import { type Crew, doTogether } from '../threads/shared-work.ts';
import { loadDecoder, TRANSFER_SYNTAXES } from './codecs/decode.ts';
import { frameCodestreams } from './codecs/fragments.ts';
import type { StoredValues } from './codecs/frame.ts';
import { sliceDecoder } from './decode-work.ts';
import type { DicomHeader } from './header.ts';
import type { Slice } from './select-slices.ts';

/**
 * Decodes every slice into its place of one array, rows bottom up (the way NIfTI files of CT run). Values of up to
 * 15 bits, and signed ones, are int16; unsigned ones of 16 bits are uint16.
 * @throws TRUNCATED_PIXEL_DATA, CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT, UNSUPPORTED_TRANSFER_SYNTAX, with the key
 */
export async function decodeSlices(slices: Slice[], crew?: Crew): Promise<StoredValues> {
  const { rows, columns } = slices[0].header.format;
  const unsigned16 = slices.some(
    ({ header: { format } }) => format.pixelRepresentation === 0 && format.bitsStored === 16,
  );
  const size = rows * columns;
  const count = size * slices.length;
  const memory = crew ? crew.memory(2 * count) : new ArrayBuffer(2 * count);
  const voxels = unsigned16 ? new Uint16Array(memory, 0, count) : new Int16Array(memory, 0, count);
  if (crew && slices.every(isCompressed)) {
    try {
      await decodeTogether(crew, slices, voxels);
      return voxels;
    } catch {
      // one by one, the slice at fault is found and named
    }
  }
  const framesOf = new Map<DicomHeader, Uint8Array[]>();
  const decodeSlice = sliceDecoder();
  for (const [k, slice] of slices.entries()) {
    const { key, header } = slice;
    try {
      const decode = await loadDecoder(header.transferSyntaxUid);
      decodeSlice(
        decode,
        codestreamOf(slice, framesOf),
        header.format,
        voxels.subarray(k * size, (k + 1) * size),
      );
    } catch (error) {
      const { code, message } = asDatasetError(error);
      throw new DatasetError(code, `${key}: ${message}`, { keys: [key], cause: error });
    }
    if (header.numberOfFrames === 1) header.pixelData = undefined; // its bytes are not needed any more
  }
  return voxels;
}

function isCompressed({ header }: Slice): boolean {
  const syntax = TRANSFER_SYNTAXES[header.transferSyntaxUid];
  return syntax !== undefined && syntax.family !== 'native';
}

async function decodeTogether(crew: Crew, slices: Slice[], voxels: StoredValues): Promise<void> {
  const framesOf = new Map<DicomHeader, Uint8Array[]>();
  const sources = slices.map((slice) => codestreamOf(slice, framesOf));
  const bytes = sources.reduce((sum, { length }) => sum + length, 0);
  const codestreams = new Uint8Array(crew.memory(bytes), 0, bytes);
  let end = 0;
  const frames = slices.map(({ header: { transferSyntaxUid, format } }, k) => {
    const start = end;
    codestreams.set(sources[k], start);
    end += sources[k].length;
    return { transferSyntaxUid, format, start, end };
  });
  await doTogether(crew, { kind: 'decode', frames, codestreams, voxels }, frames.length);
}

/** The bytes of a slice's frame; the frames of a file with several are found once. */
function codestreamOf({ header, frame }: Slice, framesOf: Map<DicomHeader, Uint8Array[]>): Uint8Array {
  const frames = framesOf.get(header) ?? frameBytes(header);
  if (header.numberOfFrames > 1) framesOf.set(header, frames);
  return frames[frame];
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
