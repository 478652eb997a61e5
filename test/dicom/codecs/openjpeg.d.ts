/** The encoder of @cornerstonejs/codec-openjpeg, which carries no types. */
declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  class J2KEncoder {
    getDecodedBuffer(info: {
      width: number;
      height: number;
      bitsPerSample: number;
      isSigned: boolean;
      componentCount: number;
      isUsingColorTransform: boolean;
    }): Uint8Array<ArrayBuffer>;
    setDecompositions(count: number): void;
    setProgressionOrder(order: number): void;
    setBlockDimensions(size: { width: number; height: number }): void;
    setQuality(lossless: boolean, rate: number): void;
    setCompressionRatio(layer: number, ratio: number): void;
    encode(): void;
    getEncodedBuffer(): Uint8Array<ArrayBuffer>;
    delete(): void;
  }
  export default function create(options: {
    print: () => void;
    printErr: () => void;
  }): Promise<{ J2KEncoder: typeof J2KEncoder }>;
}
