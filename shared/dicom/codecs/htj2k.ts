import type { FrameDecoder } from './frame.ts';
import { checkJpeg2000 } from './jpeg-2000-codestream.ts';
import { createWasmDecoder, type WasmDecoder } from './wasm-codec.ts';

interface OpenJph {
  HTJ2KDecoder: new () => WasmDecoder;
}

/** High-Throughput JPEG 2000 (ISO/IEC 15444-15), by OpenJPH. No more than JPEG 2000 does it have checksums. */
export function createHtj2kDecoder(): FrameDecoder {
  return createWasmDecoder({
    name: 'HTJ2K',
    script: '@cornerstonejs/codec-openjph',
    binary: '@cornerstonejs/codec-openjph/wasm',
    decoderOf: ({ HTJ2KDecoder }: OpenJph) => new HTJ2KDecoder(),
    checkStream: checkJpeg2000,
  });
}
