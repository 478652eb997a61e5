import { checkFormat, corrupt, type FrameDecoder, keepBits, truncated } from './frame.ts';

const HEADER_BYTES = 64;

/**
 * RLE Lossless (PS3.5 annex G): a header of segment offsets, then one PackBits segment for each byte of a sample,
 * most significant byte first.
 */
export const decodeRle: FrameDecoder = (bytes, format, out) => {
  checkFormat(format, out);
  if (bytes.length < HEADER_BYTES) throw truncated(`the RLE header has ${bytes.length} of 64 bytes`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const segments = format.bitsAllocated / 8;
  if (header.getUint32(0, true) !== segments) {
    throw corrupt(`the RLE frame has ${header.getUint32(0, true)} segments where ${segments} are due`);
  }
  for (let segment = 0; segment < segments; segment++) {
    const start = header.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : bytes.length;
    if (start < HEADER_BYTES || end < start) throw corrupt('the offsets of the RLE segments do not rise');
    if (end > bytes.length) throw truncated(`RLE segment ${segment} ends beyond the frame`);
    if (segment === 0) unpack(bytes.subarray(start, end), out, 8 * (segments - 1), false);
    else unpack(bytes.subarray(start, end), out, 0, true);
  }
  keepBits(out, format, format.bitsStored, format.highBit);
};

/**
 * Unpacks one segment to a value for each byte of it, shifted left: the first segment sets the values, the second
 * is added to them. A run that goes beyond the last value is padding of the encoder's.
 */
function unpack(packed: Uint8Array, out: Int16Array | Uint16Array, shift: number, addToFirst: boolean): void {
  const keep = addToFirst ? 0xff00 : 0;
  let from = 0;
  let at = 0;
  while (at < out.length) {
    if (from + 1 >= packed.length) {
      throw truncated(`an RLE segment ends after ${at} of ${out.length} pixels`);
    }
    const control = packed[from++];
    if (control === 128) continue;
    if (control < 128) {
      const end = Math.min(at + control + 1, out.length);
      if (from + end - at > packed.length) throw truncated('an RLE segment ends within a run');
      for (; at < end; at++) out[at] = (out[at] & keep) | (packed[from++] << shift);
    } else {
      const end = Math.min(at + 257 - control, out.length);
      const value = packed[from++] << shift;
      for (; at < end; at++) out[at] = (out[at] & keep) | value;
    }
  }
}
