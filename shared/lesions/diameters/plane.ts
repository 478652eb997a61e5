import { instanceOf } from '../../wasm/instance.ts';
import { wasm } from './plane-wasm.ts';

/** A number that the compiled module shows. */
interface Shown {
  readonly value: number;
}

/** What the compiled module exports; assembly/plane.ts says what each is. */
export interface Plane {
  readonly memory: WebAssembly.Memory;
  reserve(columns: number, rows: number, runs: number): void;
  runsAt(): number;
  pixelsAt(): number;
  pointsAt(): number;
  contourAt(): number;
  blank(column: number, row: number, width: number, height: number): void;
  drawSlice(run: number, end: number): number;
  nextContour(): number;
  rectangle(stretch: number): void;
  rectangleAround(points: number): void;
  nextPart(): number;
  readonly area: Shown;
  readonly ux: Shown;
  readonly uy: Shown;
  readonly minU: Shown;
  readonly maxU: Shown;
  readonly minV: Shown;
  readonly maxV: Shown;
  readonly left: Shown;
  readonly top: Shown;
  readonly sumX: Shown;
  readonly sumY: Shown;
  readonly sumXX: Shown;
  readonly sumYY: Shown;
  readonly sumXY: Shown;
}

let started: Plane | undefined;

/**
 * A binary image of an axial slice, of which contours, rectangles and moments are measured. A thread has one; what it
 * held before is gone.
 * @param runs how many runs there are to draw slices of
 */
export function planeFor(columns: number, rows: number, runs = 0): Plane {
  started ??= instanceOf<Plane>(wasm);
  started.reserve(columns, rows, runs);
  return started;
}
