import { deflateWasm } from './deflate-wasm.ts';

/** What `deflatePart` takes at most. */
export const PART_BYTES = 2 << 20;
/** Deflate widens noise by less than this. */
const OUTPUT_BYTES = 2 * PART_BYTES + 65536;
const PAGE_BYTES = 65536;

/** What the compiled module exports. */
interface Encoder {
  memory: WebAssembly.Memory;
  inputAt(): number;
  deflate(length: number, outputAt: number, voxelBytes: number, last: boolean): number;
}

let encoder: { deflate: Encoder['deflate']; memory: Uint8Array; inputAt: number } | undefined;

/**
 * Deflates (RFC 1951) one part of a stream whose parts may be made anywhere in any order and follow one another:
 * none looks back into another.
 *
 * @param bytes little-endian voxels, at most PART_BYTES
 * @param voxelBytes 2 lets it look at whole 16-bit voxels; it needs an even number of bytes
 */
export function deflatePart(bytes: Uint8Array, voxelBytes: 1 | 2, last: boolean): Uint8Array {
  encoder ??= startEncoder();
  const { deflate, memory, inputAt } = encoder;
  const outputAt = inputAt + PART_BYTES + 64;
  memory.set(bytes, inputAt);
  return memory.slice(outputAt, outputAt + deflate(bytes.length, outputAt, voxelBytes, last));
}

function startEncoder() {
  const module = new WebAssembly.Module(Buffer.from(deflateWasm, 'base64'));
  const { memory, inputAt, deflate } = new WebAssembly.Instance(module).exports as unknown as Encoder;
  const missing = inputAt() + PART_BYTES + 64 + OUTPUT_BYTES - memory.buffer.byteLength;
  memory.grow(Math.ceil(missing / PAGE_BYTES));
  return { deflate, memory: new Uint8Array(memory.buffer), inputAt: inputAt() };
}
