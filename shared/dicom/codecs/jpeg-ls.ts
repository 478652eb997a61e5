import { checkCodestream, corrupt, type FrameDecoder, type FrameFormat, truncated } from './frame.ts';
import { createWasmDecoder, type WasmDecoder } from './wasm-codec.ts';

interface CharLs {
  JpegLSDecoder: new () => WasmDecoder;
  getExceptionMessage(pointer: number): [type: string, message: string];
}

/** JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1), by CharLS, which checks the stream to its last bit. */
export function createJpegLsDecoder(): FrameDecoder {
  return createWasmDecoder({
    name: 'JPEG-LS',
    script: '@cornerstonejs/codec-charls/decodewasmjs',
    binary: '@cornerstonejs/codec-charls/decodewasm',
    decoderOf: ({ JpegLSDecoder }: CharLs) => new JpegLSDecoder(),
    checkStream,
    reasonOf: (charls, thrown) =>
      typeof thrown === 'number' ? charls.getExceptionMessage(thrown)[1] : String(thrown),
  });
}

/**
 * Finds the frame header (SOF55) among the marker segments, and the end marker after it: CharLS makes room for any
 * size it is told, and can search for seconds in a stream without an end.
 */
function checkStream(bytes: Uint8Array, format: FrameFormat): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 10 <= bytes.length) {
    const marker = view.getUint16(at);
    if (marker < 0xff00) throw corrupt(`the JPEG-LS codestream has no marker at byte ${at}`);
    if (marker === 0xfff7) {
      const precision = view.getUint8(at + 4);
      const rows = view.getUint16(at + 5);
      const columns = view.getUint16(at + 7);
      checkCodestream(format, { rows, columns, components: view.getUint8(at + 9), precision });
      if (!hasEndMarker(bytes)) throw truncated('the JPEG-LS codestream ends before its end marker');
      return;
    }
    at += marker === 0xffff ? 1 : 2 + view.getUint16(at + 2);
  }
  throw truncated('the JPEG-LS codestream has no frame header');
}

/** Whether FF D9 is anywhere in the bytes, from the end on: junk after it does no harm. */
function hasEndMarker(bytes: Uint8Array): boolean {
  let at = bytes.lastIndexOf(0xd9);
  while (at > 0 && bytes[at - 1] !== 0xff) at = bytes.lastIndexOf(0xd9, at - 1);
  return at > 0;
}
