import { checkFormat, corrupt, type FrameDecoder } from './frame.ts';
import { checkTileParts } from './jpeg-2000-codestream.ts';
import { takeFrame, type WasmDecoder, type WasmFactory } from './wasm-codec.ts';

/**
 * JPEG 2000 (ISO/IEC 15444-1), in a JP2 file or bare, by OpenJPEG. A codestream has no checksums: a bit that
 * flips within a code-block changes voxels without an error.
 */
export async function createJpeg2000Decoder(): Promise<FrameDecoder> {
  const { default: create } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs');
  return checkedDecoder(create, ({ J2KDecoder }) => new J2KDecoder());
}

/** High-Throughput JPEG 2000 (ISO/IEC 15444-15), by OpenJPH. */
export async function createHtj2kDecoder(): Promise<FrameDecoder> {
  const { default: create } = await import('@cornerstonejs/codec-openjph');
  return checkedDecoder(create, ({ HTJ2KDecoder }) => new HTJ2KDecoder());
}

/**
 * Both codecs return zeros, a part, or the frame before when the stream is damaged, and say so in what they print
 * at most; so the structure is checked beforehand and the printed lines after.
 */
async function checkedDecoder<Module>(
  create: WasmFactory<Module>,
  construct: (module: Module) => WasmDecoder,
): Promise<FrameDecoder> {
  let complaint = '';
  const listen = (line: string) => {
    if (complaint === '' && /error|fail/i.test(line)) complaint = line;
  };
  const decoder = construct(await create({ print: listen, printErr: listen }));
  return (bytes, format, out) => {
    checkFormat(format, out);
    checkTileParts(bytes);
    complaint = '';
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    try {
      decoder.decode();
    } catch (cause) {
      throw corrupt('the JPEG 2000 codestream is damaged', cause);
    }
    if (complaint !== '') throw corrupt(`the JPEG 2000 codestream is damaged: ${complaint}`);
    takeFrame(decoder, format, out);
  };
}
