import { instanceOf } from '../wasm/instance.ts';
import { wasm } from './deflate-wasm.ts';

/** What `deflatePart` takes at most. */
export const PART_BYTES = 2 << 20;
/** Deflate widens noise by less than this. */
const OUTPUT_BYTES = 2 * PART_BYTES + 65536;
const PAGE_BYTES = 65536;

/**
 * How to look for what was there before: `wide` goes by voxels of 16 bits, and needs an even number of bytes; `narrow` by
 * bytes; `quick` by bytes as well, and takes two thirds of the time for 1 % more of windowed CT and 10 % more of masks.
 */
export type Search = (typeof SEARCHES)[number];
/** In the order of the module's numbers. */
const SEARCHES = ['wide', 'narrow', 'quick'] as const;

/** What the compiled module exports. */
interface Encoder {
  memory: WebAssembly.Memory;
  inputAt(): number;
  begin(outputAt: number): void;
  advance(at: number, length: number, search: number, last: boolean): number;
  finish(last: boolean): number;
}

let started: { encoder: Encoder; memory: Uint8Array; inputAt: number; outputAt: number } | undefined;

/**
 * Deflates (RFC 1951) one part of a stream whose parts may be made anywhere in any order and follow one another:
 * none looks back into another.
 *
 * @param bytes little-endian voxels, at most PART_BYTES
 * @param to gets the deflated bytes, a quarter more than there were at most, and a few
 * @returns how many there are
 */
export function deflatePart(bytes: Uint8Array, search: Search, last: boolean, to: Uint8Array): number {
  started ??= startEncoder();
  const { encoder, memory, inputAt, outputAt } = started;
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).copy(memory, inputAt); // twice as fast as set()
  encoder.begin(outputAt);
  const way = SEARCHES.indexOf(search);
  let at = 0;
  do at = encoder.advance(at, bytes.length, way, last);
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
