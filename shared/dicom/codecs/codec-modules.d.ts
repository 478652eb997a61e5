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
