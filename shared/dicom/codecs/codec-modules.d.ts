/** The emscripten builds of @cornerstonejs carry no types; these are the members used here. */
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const create: import('./wasm-codec.ts').WasmFactory<{
    JpegLSDecoder: new () => import('./wasm-codec.ts').WasmDecoder;
    getExceptionMessage(pointer: number): [type: string, message: string];
  }>;
  export default create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: import('./wasm-codec.ts').WasmFactory<{
    J2KDecoder: new () => import('./wasm-codec.ts').WasmDecoder;
  }>;
  export default create;
}

declare module '@cornerstonejs/codec-openjph' {
  const create: import('./wasm-codec.ts').WasmFactory<{
    HTJ2KDecoder: new () => import('./wasm-codec.ts').WasmDecoder;
  }>;
  export default create;
}

/** The part of the WebAssembly API that is used here; TypeScript has it only with the types of a browser. */
declare namespace WebAssembly {
  type Module = object;
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, unknown>;
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Exports;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
