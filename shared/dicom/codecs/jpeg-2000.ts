import { checkFormat, type FrameDecoder, type FrameFormat, unsupported } from './frame.ts';
import { checkJpeg2000 } from './jpeg-2000-codestream.ts';
import { decodePlain } from './jpeg-2000-plain.ts';
import { createWasmDecoder, type WasmDecoder } from './wasm-codec.ts';

interface OpenJpeg {
  J2KDecoder: new () => WasmDecoder;
}

/**
 * JPEG 2000 (ISO/IEC 15444-1), in a JP2 file or bare: lossless codestreams of the plain kind by our own decoder, all
 * others by OpenJPEG. A codestream has no checksums: a bit that flips within a code-block changes voxels without an
 * error.
 */
export function createJpeg2000Decoder(): FrameDecoder {
  const openJpeg = createOpenJpegDecoder();
  return (bytes, format, out) => {
    checkFormat(format, out);
    if (!decodePlain(checkJpeg2000(bytes, format), format, out)) openJpeg(bytes, format, out);
  };
}

export function createOpenJpegDecoder(): FrameDecoder {
  return createWasmDecoder({
    name: 'JPEG 2000',
    script: '@cornerstonejs/codec-openjpeg/decodewasmjs',
    binary: '@cornerstonejs/codec-openjpeg/decodewasm',
    decoderOf: ({ J2KDecoder }: OpenJpeg) => new J2KDecoder(),
    checkStream,
  });
}

/** OpenJPEG as it is packed here gives 0 for negative samples of up to 8 bits. */
function checkStream(bytes: Uint8Array, format: FrameFormat): void {
  const { isSigned, precision } = checkJpeg2000(bytes, format).size;
  if (isSigned && precision <= 8)
    throw unsupported('a lossy JPEG 2000 codestream of signed samples of 8 bits');
}
