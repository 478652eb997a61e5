import create from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import type { FrameDecoder } from './frame.ts';
import { checkJpeg2000 } from './jpeg-2000-codestream.ts';
import { createWasmDecoder } from './wasm-codec.ts';

/**
 * JPEG 2000 (ISO/IEC 15444-1), in a JP2 file or bare, by OpenJPEG. A codestream has no checksums: a bit that
 * flips within a code-block changes voxels without an error.
 */
export function createJpeg2000Decoder(): Promise<FrameDecoder> {
  return createWasmDecoder({
    name: 'JPEG 2000',
    create,
    binary: '@cornerstonejs/codec-openjpeg/decodewasm',
    decoderOf: ({ J2KDecoder }) => new J2KDecoder(),
    checkStream: checkJpeg2000,
  });
}
