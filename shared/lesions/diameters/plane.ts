import { instanceOf } from '../../wasm/instance.ts';
import { wasm } from './plane-wasm.ts';

/** What the compiled module exports; assembly/plane.ts says what each does. */
interface PlaneCode {
  readonly memory: WebAssembly.Memory;
  reserve(columns: number, rows: number, runs: number, highestLabel: number): void;
  unsortedAt(): number;
  runsAt(): number;
  sortRuns(count: number, highestLabel: number): void;
  firstRun(label: number): number;
  pixelsAt(): number;
  blank(column: number, row: number, width: number, height: number): void;
  drawSlice(run: number, end: number): number;
  contourAt(): number;
  nextContour(): number;
  contourArea(): number;
  pointsAt(): number;
  rectangle(stretch: number): void;
  rectangleAround(points: number): void;
  nextPart(): number;
  measuredAt(): number;
}

/** A binary image of an axial slice, of whose parts contours, rectangles and moments are measured. */
export interface Plane extends PlaneCode {
  /** What was measured last. */
  measured: Float64Array;
}

let code: PlaneCode | undefined;

/**
 * The plane of this thread. There is one: what it held before is gone.
 * @param runs how many there are to draw slices of
 */
export function planeFor(columns: number, rows: number, runs = 0, highestLabel = 0): Plane {
  code ??= instanceOf<PlaneCode>(wasm);
  code.reserve(columns, rows, runs, highestLabel);
  return { ...code, measured: new Float64Array(code.memory.buffer, code.measuredAt(), 7) };
}
