import createCharls from '@cornerstonejs/codec-charls/decodewasmjs';
import { endsWithMarker } from './fragments.ts';
import { checkFormat, corrupt, type FrameDecoder, truncated } from './frame.ts';
import { takeFrame } from './wasm-codec.ts';

/** JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1), by CharLS, which checks the stream to its last bit. */
export async function createJpegLsDecoder(): Promise<FrameDecoder> {
  const ignore = () => {};
  const charls = await createCharls({ print: ignore, printErr: ignore });
  const decoder = new charls.JpegLSDecoder();
  return (bytes, format, out) => {
    checkFormat(format, out);
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    try {
      decoder.decode();
    } catch (pointer) {
      const reason = charls.getExceptionMessage(pointer);
      if (!endsWithMarker(bytes)) throw truncated(`the JPEG-LS codestream has no end: ${reason}`);
      throw corrupt(`the JPEG-LS codestream is damaged: ${reason}`, pointer);
    }
    takeFrame(decoder, format, out);
  };
}
