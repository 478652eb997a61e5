import { instanceOf } from '../wasm/instance.ts';
import { wasm } from './labelling-wasm.ts';
import type { Runs } from './runs.ts';

/** Connected components of a mask's runs. */
export interface Components {
  count: number;
  /** For each run, the number of its component: 1.. in raster order of the components' first voxels. */
  ofRun: Int32Array;
}

/** What the compiled module exports. */
interface Labeller {
  memory: WebAssembly.Memory;
  begin(columns: number, rows: number, classes: number, values: number, runs: number, maxRuns: number): void;
  label(slices: number, firstVoxel: number): void;
  number(runs: number): number;
  classOf: WebAssembly.Global;
  from: WebAssembly.Global;
  to: WebAssembly.Global;
  value: WebAssembly.Global;
  firstOfRow: WebAssembly.Global;
  ofRun: WebAssembly.Global;
}

/** A labeller whose memory has grown beyond this is not kept for the next mask. */
const KEPT_BYTES = 16 << 20;

let kept: Labeller | undefined;

/** 26-connected components of the runs of one class; two classes never merge. */
export function connectedComponents(runs: Runs): Components {
  const { count, firstOfRow } = runs;
  const [columns, rowsPerSlice, slices] = runs.shape;
  const { classes, classOf } = presentClasses(runs);
  const labeller = kept ?? instanceOf<Labeller>(wasm);
  labeller.begin(columns, rowsPerSlice, classes, classOf.length, count, mostInTwoSlices(runs));
  const put = ({ value: at }: WebAssembly.Global, numbers: Int32Array) =>
    new Int32Array(labeller.memory.buffer, at, numbers.length).set(numbers);
  put(labeller.classOf, classOf);
  for (let k = 0; k < slices; k += 2) {
    const row = k * rowsPerSlice;
    const ofRows = firstOfRow.subarray(row, row + 2 * rowsPerSlice + 1);
    const [first, last] = [ofRows[0], ofRows[ofRows.length - 1]];
    put(labeller.firstOfRow, ofRows);
    put(labeller.from, runs.from.subarray(first, last));
    put(labeller.to, runs.to.subarray(first, last));
    put(labeller.value, runs.value.subarray(first, last));
    labeller.label(Math.min(2, slices - k), row * columns);
  }
  const components = labeller.number(count);
  const ofRun = new Int32Array(labeller.memory.buffer, labeller.ofRun.value, count).slice();
  kept = labeller.memory.buffer.byteLength > KEPT_BYTES ? undefined : labeller;
  return { count: components, ofRun };
}

/** The classes that runs have, numbered from 0, by voxel value. */
function presentClasses({ values, classOf }: Runs): { classes: number; classOf: Int32Array } {
  const numbers = new Map<number, number>();
  const ofValue = new Int32Array(classOf.length);
  for (const value of values) {
    const number = numbers.get(classOf[value]) ?? numbers.size;
    numbers.set(classOf[value], number);
    ofValue[value] = number;
  }
  return { classes: numbers.size, classOf: ofValue };
}

function mostInTwoSlices({ firstOfRow, shape: [, rowsPerSlice, slices] }: Runs): number {
  const before = (k: number) => firstOfRow[Math.min(k, slices) * rowsPerSlice];
  let most = 0;
  for (let k = 0; k < slices; k += 2) most = Math.max(most, before(k + 2) - before(k));
  return most;
}
