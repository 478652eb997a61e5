import { checkFormat, type FrameDecoder, keepBits, truncated } from './frame.ts';

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Uncompressed samples (PS3.5 section 8.1.1). A trailing padding byte, or more, is allowed. */
export function nativeDecoder(fileIsBigEndian: boolean): FrameDecoder {
  return (bytes, format, out) => {
    checkFormat(format, out);
    const needed = (out.length * format.bitsAllocated) / 8;
    if (bytes.length < needed) {
      throw truncated(`the frame has ${bytes.length} of ${needed} bytes of pixel data`);
    }
    if (format.bitsAllocated === 8) {
      for (let i = 0; i < out.length; i++) out[i] = bytes[i];
    } else {
      const stored = new Uint8Array(out.buffer, out.byteOffset, needed);
      stored.set(bytes.subarray(0, needed));
      if (fileIsBigEndian === HOST_IS_LITTLE_ENDIAN) swapBytePairs(stored);
    }
    keepBits(out, format, format.bitsStored, format.highBit);
  };
}

function swapBytePairs(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 2) {
    const first = bytes[i];
    bytes[i] = bytes[i + 1];
    bytes[i + 1] = first;
  }
}
