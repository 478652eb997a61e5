import { instanceOf } from '../wasm/instance.ts';
import { wasm } from './deflate-wasm.ts';

/** What `deflatePart` takes at most. */
export const PART_BYTES = 2 << 20;
/** Deflate widens noise by less than this. */
const OUTPUT_BYTES = 2 * PART_BYTES + 65536;
const PAGE_BYTES = 65536;

/** What the compiled module exports. */
interface Encoder {
  memory: WebAssembly.Memory;
  inputAt(): number;
  begin(outputAt: number): void;
  advance(at: number, length: number, voxelBytes: number, last: boolean): number;
  finish(last: boolean): number;
}

let started: { encoder: Encoder; memory: Uint8Array; inputAt: number; outputAt: number } | undefined;

/**
 * Deflates (RFC 1951) one part of a stream whose parts may be made anywhere in any order and follow one another:
 * none looks back into another.
 *
 * @param bytes little-endian voxels, at most PART_BYTES
 * @param voxelBytes 2 lets it look at whole 16-bit voxels; it needs an even number of bytes
 * @param to gets the deflated bytes, a quarter more than there were at most, and a few
 * @returns how many there are
 */
export function deflatePart(bytes: Uint8Array, voxelBytes: 1 | 2, last: boolean, to: Uint8Array): number {
  started ??= startEncoder();
  const { encoder, memory, inputAt, outputAt } = started;
  memory.set(bytes, inputAt);
  encoder.begin(outputAt);
  let at = 0;
  do at = encoder.advance(at, bytes.length, voxelBytes, last);
  while (at < bytes.length);
  const deflated = memory.subarray(outputAt, encoder.finish(last));
  to.set(deflated);
  return deflated.length;
}

function startEncoder() {
  const encoder = instanceOf<Encoder>(wasm);
  const inputAt = encoder.inputAt();
  const outputAt = inputAt + PART_BYTES + 64;
  const missing = outputAt + OUTPUT_BYTES - encoder.memory.buffer.byteLength;
  encoder.memory.grow(Math.ceil(missing / PAGE_BYTES));
  return { encoder, memory: new Uint8Array(encoder.memory.buffer), inputAt, outputAt };
}
