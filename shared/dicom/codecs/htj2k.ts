import create from '@cornerstonejs/codec-openjph';
import type { FrameDecoder } from './frame.ts';
import { checkJpeg2000 } from './jpeg-2000-codestream.ts';
import { createWasmDecoder } from './wasm-codec.ts';

/** High-Throughput JPEG 2000 (ISO/IEC 15444-15), by OpenJPH. No more than JPEG 2000 does it have checksums. */
export function createHtj2kDecoder(): Promise<FrameDecoder> {
  return createWasmDecoder({
    name: 'HTJ2K',
    create,
    binary: '@cornerstonejs/codec-openjph/wasm',
    decoderOf: ({ HTJ2KDecoder }) => new HTJ2KDecoder(),
    checkStream: checkJpeg2000,
  });
}
