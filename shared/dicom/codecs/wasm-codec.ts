import { checkCodestream, type FrameFormat, keepBits, type StoredValues } from './frame.ts';

/** Makes an instance of an emscripten codec; what it prints goes to the two functions. */
export type WasmFactory<Module> = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
}) => Promise<Module>;

/** A decoder object of the @cornerstonejs codecs. It keeps its buffers between frames, so memory does not grow. */
export interface WasmDecoder {
  /** Room for the codestream, in the memory of the codec. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  /** A view of the samples, in 8 bits each up to 8 bits per sample and in 16 above; valid until the next call. */
  getDecodedBuffer(): Uint8Array;
}

/** Copies what the decoder holds into `out`. */
export function takeFrame(decoder: WasmDecoder, format: FrameFormat, out: StoredValues): void {
  const { width, height, bitsPerSample, componentCount } = decoder.getFrameInfo();
  checkCodestream(format, {
    rows: height,
    columns: width,
    components: componentCount,
    precision: bitsPerSample,
  });
  const samples = decoder.getDecodedBuffer();
  if (bitsPerSample > 8) out.set(new Uint16Array(samples.buffer, samples.byteOffset, out.length));
  else out.set(samples.subarray(0, out.length));
  // The codestream and the data set may disagree about the sign; the bits are right, and the data set decides.
  keepBits(out, format, Math.min(bitsPerSample, format.bitsStored));
}
