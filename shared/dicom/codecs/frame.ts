import { DatasetError } from '../../errors.ts';

/** How one frame's samples are stored: the Image Pixel module of DICOM PS3.3 C.7.6.3. */
export interface FrameFormat {
  rows: number;
  columns: number;
  bitsAllocated: number;
  bitsStored: number;
  highBit: number;
  /** 0: unsigned, 1: two's complement. */
  pixelRepresentation: 0 | 1;
  samplesPerPixel: number;
}

/** Room for the stored values of one frame, row by row: rows x columns of them. */
export type StoredValues = Int16Array | Uint16Array;

/**
 * Decodes one frame, given as its complete codestream or its native bytes, into `out`. Values are the low Bits
 * Stored bits, sign-extended when Pixel Representation is 1; no rescale is applied. An unsigned 16-bit value
 * above 32767 wraps in an Int16Array.
 * @throws TRUNCATED_PIXEL_DATA, CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT. `out` is then undefined.
 */
export type FrameDecoder = (bytes: Uint8Array, format: FrameFormat, out: StoredValues) => void;

/** @throws UNSUPPORTED_PIXEL_FORMAT unless the frame is one sample a pixel of 1 to 16 bits in 8 or 16 */
export function checkFormat(format: FrameFormat, out: StoredValues): void {
  const { rows, columns, bitsAllocated, bitsStored, highBit, samplesPerPixel } = format;
  if (samplesPerPixel !== 1) throw unsupported(`${samplesPerPixel} samples a pixel; a CT slice has one`);
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw unsupported(`${bitsAllocated} bits allocated; 8 and 16 are read`);
  }
  if (!(bitsStored >= 1 && highBit >= bitsStored - 1 && highBit < bitsAllocated)) {
    throw unsupported(`${bitsStored} bits stored up to bit ${highBit}, in ${bitsAllocated} bits`);
  }
  if (!(rows > 0 && columns > 0) || out.length !== rows * columns) {
    throw unsupported(`${rows} rows of ${columns} columns do not fill ${out.length} values`);
  }
}

/**
 * Keeps `bits` bits of each value, from `highBit` down, in place: what lies above (old overlays, padding) is
 * dropped, and the values of Pixel Representation 1 are sign-extended (PS3.5 section 8.1.1).
 */
export function keepBits(out: StoredValues, format: FrameFormat, bits: number, highBit = bits - 1): void {
  if (bits === 16) return;
  const up = 31 - highBit;
  const down = 32 - bits;
  if (format.pixelRepresentation === 1) for (let i = 0; i < out.length; i++) out[i] = (out[i] << up) >> down;
  else for (let i = 0; i < out.length; i++) out[i] = (out[i] << up) >>> down;
}

/** @throws CORRUPT_PIXEL_DATA, UNSUPPORTED_PIXEL_FORMAT unless a codestream's header suits the data set's */
export function checkCodestream(
  format: FrameFormat,
  stream: { rows: number; columns: number; components: number; precision: number },
): void {
  if (stream.components !== 1) throw unsupported(`a codestream of ${stream.components} colour components`);
  if (stream.precision > 16) throw unsupported(`a codestream of ${stream.precision} bits a sample`);
  if (stream.rows !== format.rows || stream.columns !== format.columns) {
    throw corrupt(
      `the codestream is ${stream.columns} x ${stream.rows} pixels where the data set says ${format.columns} x ${format.rows}`,
    );
  }
}

export function unsupported(what: string): DatasetError {
  return new DatasetError('UNSUPPORTED_PIXEL_FORMAT', `pixel data with ${what}`);
}

export function truncated(what: string): DatasetError {
  return new DatasetError('TRUNCATED_PIXEL_DATA', `${what}; copy or export the file again`);
}

export function corrupt(what: string, cause?: unknown): DatasetError {
  const options = cause === undefined ? {} : { cause };
  return new DatasetError('CORRUPT_PIXEL_DATA', `${what}; export the file again`, options);
}
