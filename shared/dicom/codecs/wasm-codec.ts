import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { endsWithMarker } from './fragments.ts';
import {
  checkCodestream,
  checkFormat,
  corrupt,
  type FrameDecoder,
  type FrameFormat,
  keepBits,
  truncated,
} from './frame.ts';

/** Makes an instance of an emscripten codec; what it prints goes to `print` and `printErr`. */
type WasmFactory<Module> = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
  onRuntimeInitialized: (this: Module) => void;
}) => Promise<Module>;

/** A decoder object of the @cornerstonejs codecs. It keeps its buffers between frames, so memory does not grow. */
export interface WasmDecoder {
  /** Room for the codestream, in the memory of the codec. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  /** A view of the samples, in 8 bits each up to 8 bits a sample and in 16 above; valid until the next call. */
  getDecodedBuffer(): Uint8Array;
}

export interface WasmCodec<Module> {
  /** What the codestream is called in messages. */
  name: string;
  /** Module specifiers of the script that exports a `WasmFactory`, and of its .wasm file. */
  script: string;
  binary: string;
  decoderOf: (module: Module) => WasmDecoder;
  /** What to check before decoding. */
  checkStream?: (bytes: Uint8Array, format: FrameFormat) => void;
  /** The message of what `decode` threw, where the codec can tell. */
  reasonOf?: (module: Module, thrown: unknown) => string;
}

/**
 * A frame decoder on a codec compiled to WebAssembly: one instance, loaded with the first frame and used again for each.
 * When it throws it is dropped and another one started, since a C++ exception that gets this far leaves its stack in
 * disorder.
 */
export function createWasmDecoder<Module>(codec: WasmCodec<Module>): FrameDecoder {
  const require = createRequire(import.meta.url);
  let binary: WebAssembly.Module | undefined;
  // Some codecs return zeros, a part, or the frame before, and only print that they failed.
  let complaint = '';
  const listen = (line: string) => {
    if (complaint === '' && /error|fail/i.test(line)) complaint = line;
  };
  let instance: { module: Module; decoder: WasmDecoder } | undefined;
  const start = () => {
    const create: WasmFactory<Module> = require(codec.script);
    binary ??= new WebAssembly.Module(readFileSync(require.resolve(codec.binary)));
    const code = binary;
    create({
      print: listen,
      printErr: listen,
      instantiateWasm(imports, receive) {
        const started = new WebAssembly.Instance(code, imports);
        receive(started);
        return started.exports;
      },
      onRuntimeInitialized() {
        instance = { module: this, decoder: codec.decoderOf(this) };
      },
    });
    if (!instance) throw new Error(`the ${codec.name} codec did not start`);
    return instance;
  };

  return (bytes, format, out) => {
    checkFormat(format, out);
    codec.checkStream?.(bytes, format);
    const { module, decoder } = instance ?? start();
    complaint = '';
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
    } catch (thrown) {
      complaint = codec.reasonOf?.(module, thrown) ?? String(thrown);
      instance = undefined;
    }
    if (complaint !== '') {
      if (!endsWithMarker(bytes)) throw truncated(`the ${codec.name} codestream has no end (${complaint})`);
      throw corrupt(`the ${codec.name} codestream is damaged (${complaint})`);
    }
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
  };
}
