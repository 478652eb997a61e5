import { inflateRawSync } from 'node:zlib';
import { loadDecoder } from '../dicom/codecs/decode.ts';
import { frameCodestreams } from '../dicom/codecs/fragments.ts';
import type { FrameDecoder } from '../dicom/codecs/frame.ts';
import type { DicomHeader } from '../dicom/header.ts';
import { asDatasetError, DatasetError } from '../errors.ts';

/** Deflated Image Frame Compression (PS3.5 A.4.13): each frame is a raw deflate stream of its packed bits. */
const DEFLATED_FRAMES = '1.2.840.10008.1.2.8.1';

export interface SegPixels {
  /** One bit a pixel: 0 or 1. */
  binary: boolean;
  /** Fractions: 1 from this stored value on, else 0. Undefined: values are kept. */
  atLeast: number | undefined;
}

/** RLE Lossless (PS3.5 A.4.2): of one-bit pixels, the packed bytes are what is run-length encoded. */
const RLE = '1.2.840.10008.1.2.5';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';

/**
 * Decodes frames of a segmentation when they are asked for. Native frames of one bit follow each other without
 * padding, so that a frame may begin within a byte (PS3.5 8.1.1).
 * @throws TRUNCATED_PIXEL_DATA, UNSUPPORTED_TRANSFER_SYNTAX, UNSUPPORTED_PIXEL_FORMAT, CORRUPT_PIXEL_DATA
 */
export async function decodeSegFrames(
  header: DicomHeader,
  key: string,
  { binary, atLeast }: SegPixels,
): Promise<(frame: number) => ArrayLike<number>> {
  const { format, numberOfFrames, pixelData, transferSyntaxUid } = header;
  if (!pixelData) throw truncated(key, 'it has no pixel data');
  const { value, encapsulated, extendedOffsetTable } = pixelData;
  const size = format.rows * format.columns;
  const oneBit = format.bitsAllocated === 1;
  if (!encapsulated) {
    const needed = Math.ceil((numberOfFrames * size * format.bitsAllocated) / 8);
    if (value.length < needed)
      throw truncated(key, `it has ${value.length} of ${needed} bytes of pixel data`);
    if (oneBit) {
      const packed = transferSyntaxUid === BIG_ENDIAN && vrOf(value) === 'OW' ? swappedWords(value) : value;
      return (frame) => unpackBits(packed, frame * size, size);
    }
  }
  const frames = encapsulated
    ? frameCodestreams(value, numberOfFrames, extendedOffsetTable)
    : split(value, numberOfFrames, (size * format.bitsAllocated) / 8);
  const deflated = transferSyntaxUid === DEFLATED_FRAMES;
  const decode = deflated ? inflateFrame : await loadDecoder(transferSyntaxUid);
  const packed = oneBit && (deflated || transferSyntaxUid === RLE);
  const stored = oneBit ? { ...format, bitsAllocated: 8, bitsStored: 8, highBit: 7 } : format;
  const decoded = packed ? { ...stored, rows: 1, columns: Math.ceil(size / 8) } : stored;
  return (frame) => {
    const out = new Uint16Array(decoded.rows * decoded.columns);
    try {
      decode(frames[frame], decoded, out);
    } catch (error) {
      const { code, message } = asDatasetError(error);
      throw new DatasetError(code, `${key}, frame ${frame + 1}: ${message}`, { keys: [key], cause: error });
    }
    if (packed) return unpackBits(out, 0, size);
    if (binary) for (let i = 0; i < size; i++) out[i] = out[i] === 0 ? 0 : 1;
    else if (atLeast !== undefined) {
      for (let i = 0; i < size; i++) out[i] = out[i] > 0 && out[i] >= atLeast ? 1 : 0;
    }
    return out;
  };
}

/** The lowest bit of a byte is its first pixel (PS3.5 8.1.1). */
function unpackBits(packed: ArrayLike<number>, firstBit: number, count: number): Uint8Array {
  const out = new Uint8Array(count);
  for (let i = 0, bit = firstBit; i < count; i++, bit++) out[i] = (packed[bit >> 3] >> (bit & 7)) & 1;
  return out;
}

const inflateFrame: FrameDecoder = (bytes, { bitsAllocated }, out) => {
  let inflated: Buffer;
  try {
    inflated = inflateRawSync(bytes);
  } catch (cause) {
    throw new DatasetError('CORRUPT_PIXEL_DATA', 'its deflate stream is damaged; export the file again', {
      cause,
    });
  }
  const needed = (out.length * bitsAllocated) / 8;
  if (inflated.length < needed)
    throw truncated('it', `${inflated.length} of ${needed} bytes after inflating`);
  for (let i = 0; i < out.length; i++)
    out[i] = bitsAllocated === 8 ? inflated[i] : inflated.readUInt16LE(2 * i);
};

/** The value representation of a native explicit element stands eight bytes before its value (PS3.5 7.1.2). */
function vrOf(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset - 8, 2).toString('latin1');
}

function swappedWords(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}

function split(value: Uint8Array, count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, (_, frame) => value.subarray(frame * bytes, (frame + 1) * bytes));
}

function truncated(key: string, what: string): DatasetError {
  return new DatasetError('TRUNCATED_PIXEL_DATA', `${key}: ${what}; copy or export it again`, {
    keys: [key],
  });
}
