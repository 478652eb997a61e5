import { instanceOf } from '../wasm/instance.ts';
import type { VoxelArray } from './volume.ts';
import { wasm } from './voxels-wasm.ts';

/** Voxels of 8 and 16 bits. */
export type NarrowVoxels = Int8Array | Uint8Array | Int16Array | Uint16Array;

/** What the compiled module exports. */
interface Kernel {
  memory: WebAssembly.Memory;
  portion(): number;
  voxelsAt(): number;
  tableAt(): number;
  mappedAt(): number;
  forget(): void;
  countVoxels(count: number, sign: number): void;
  counted(): number;
  mapVoxels(count: number): void;
}

const PATTERNS = 65536;

let started: ReturnType<typeof startKernel> | undefined;

export function isNarrow(voxels: VoxelArray): voxels is NarrowVoxels {
  return isSigned(voxels) || voxels instanceof Uint16Array || voxels instanceof Uint8Array;
}

function isSigned(voxels: VoxelArray): boolean {
  return voxels instanceof Int16Array || voxels instanceof Int8Array;
}

/** How often each value of 16 bits occurs, from `first` on, which is the least there can be. */
export function countsOf(voxels: NarrowVoxels): { first: number; counts: Uint32Array } {
  started ??= startKernel();
  const { kernel } = started;
  // the bits of a signed value with the sign turned are its distance from the least one
  const sign = isSigned(voxels) ? PATTERNS / 2 : 0;
  kernel.forget();
  inPortions(voxels, started, (count) => kernel.countVoxels(count, sign));
  return { first: -sign, counts: new Uint32Array(kernel.memory.buffer, kernel.counted(), PATTERNS).slice() };
}

/** Writes for each voxel what `byteOf` gives for its value, which is called once for each value from `min` to `max`. */
export function mapVoxels(
  voxels: NarrowVoxels,
  { min, max }: { min: number; max: number },
  byteOf: (value: number) => number,
  out: Uint8Array,
): void {
  started ??= startKernel();
  const { kernel, table, mapped } = started;
  for (let value = min; value <= max; value++) table[value & (PATTERNS - 1)] = byteOf(value);
  inPortions(voxels, started, (count, at) => {
    kernel.mapVoxels(count);
    out.set(mapped.subarray(0, count), at);
  });
}

function inPortions(
  voxels: NarrowVoxels,
  { signed, unsigned }: { signed: Int16Array; unsigned: Uint16Array },
  pass: (count: number, at: number) => void,
): void {
  const portion = isSigned(voxels) ? signed : unsigned;
  for (let at = 0; at < voxels.length; at += portion.length) {
    const part = voxels.subarray(at, at + portion.length);
    portion.set(part);
    pass(part.length, at);
  }
}

function startKernel() {
  const kernel = instanceOf<Kernel>(wasm);
  const { buffer } = kernel.memory;
  return {
    kernel,
    signed: new Int16Array(buffer, kernel.voxelsAt(), kernel.portion()),
    unsigned: new Uint16Array(buffer, kernel.voxelsAt(), kernel.portion()),
    table: new Uint8Array(buffer, kernel.tableAt(), PATTERNS),
    mapped: new Uint8Array(buffer, kernel.mappedAt(), kernel.portion()),
  };
}
