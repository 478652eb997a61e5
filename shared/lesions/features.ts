import type { Volume, VoxelArray } from '../volume/volume.ts';
import {
  type Axes,
  type Diameters,
  diametersIn,
  type Method,
  type UnconnectedStrategy,
} from './diameters/diameters.ts';
import { type Plane, planeFor } from './diameters/plane.ts';
import { type Runs, runsOf } from './runs.ts';

export interface FeatureOptions {
  method: Method;
  unconnectedStrategy: UnconnectedStrategy;
}

/** Lengths this close, relatively, are one length: float rounding does not choose the slice. */
const SAME_LENGTH = 1e-6;

/** A row of lesions_features.csv without its filename, under its column names. */
export interface LesionFeatures {
  label_value: number;
  label_description: string;
  voxels_count: number;
  volume_ml: number;
  slices_count: number;
  mean_HU: number;
  std_HU: number;
  major_axis_mm: number;
  minor_axis_mm: number;
  major_axis_slice_idx: number;
  method: Method;
  unconnected_strategy: UnconnectedStrategy;
}

/** The axes of a lesion in its reported slice, in columns and rows of the volume. */
export type LesionAxes = Axes & { label: number; slice: number };

/**
 * Size, density and diameters of every lesion instance, by ascending label. Diameters are per axial slice; the
 * reported slice is the first with the longest major axis, and the minor axis is that slice's. The standard
 * deviation is the population's.
 * @param ct on the same grid as `instances`, stored values with slope and intercept to HU
 * @param labels description of each instance, by its value
 */
export function featuresOf(
  ct: Volume,
  instances: Volume,
  labels: Record<string, string>,
  options: FeatureOptions,
): { rows: LesionFeatures[]; axes: LesionAxes[]; warnings: string[] } {
  const values = Object.keys(labels)
    .map(Number)
    .sort((a, b) => a - b);
  const highest = values.at(-1) ?? 0;
  const runs = runsByLabel(runsOf(instances, identity(highest)), highest);
  const plane = planeWith(runs, instances);
  const rows: LesionFeatures[] = [];
  const axes: LesionAxes[] = [];
  const warnings: string[] = [];
  for (const label of values) {
    const [first, end] = [runs.firstOf[label], runs.firstOf[label + 1]];
    if (first === end) {
      warnings.push(`lesion ${label} has no voxel in the mask`);
      continue;
    }
    const { voxels, mean, std } = densityOf(ct.voxels, runs, first, end);
    const { slices, longest } = longestDiameters(plane, first, end, instances.spacingMm, options);
    const sliceOf = (run: number) => Math.floor(runs.from[run] / (instances.shape[0] * instances.shape[1]));
    if (!longest)
      warnings.push(`lesion ${label} is a single pixel in every slice: its diameters are given as 0 mm`);
    else axes.push({ label, slice: sliceOf(longest.run), ...longest.axes() });
    const [dx, dy, dz] = instances.spacingMm;
    rows.push({
      label_value: label,
      label_description: labels[label],
      voxels_count: voxels,
      volume_ml: (voxels * (dx * dy * dz)) / 1000,
      slices_count: slices,
      mean_HU: mean * ct.slope + ct.intercept,
      std_HU: std * Math.abs(ct.slope),
      major_axis_mm: longest?.majorMm ?? 0,
      minor_axis_mm: longest?.minorMm ?? 0,
      major_axis_slice_idx: sliceOf(longest?.run ?? first),
      method: options.method,
      unconnected_strategy: options.unconnectedStrategy,
    });
  }
  return { rows, axes, warnings };
}

function identity(highest: number): Int32Array {
  return Int32Array.from({ length: highest + 1 }, (_, value) => value);
}

/** The runs of all lesions, each one's together, in raster order. */
interface RunsByLabel {
  /** First voxel of each run, and the voxel after its last, as indices into the volume. */
  from: Int32Array;
  to: Int32Array;
  /** Where the runs of a label begin; one entry more than the highest label has. */
  firstOf: Int32Array;
}

function runsByLabel({ count, value, from, to }: Runs, highest: number): RunsByLabel {
  const firstOf = new Int32Array(highest + 2);
  for (let run = 0; run < count; run++) firstOf[value[run] + 1]++;
  for (let label = 0; label <= highest; label++) firstOf[label + 1] += firstOf[label];
  const next = firstOf.slice();
  const sorted = { from: new Int32Array(count), to: new Int32Array(count), firstOf };
  for (let run = 0; run < count; run++) {
    const at = next[value[run]]++;
    sorted.from[at] = from[run];
    sorted.to[at] = to[run];
  }
  return sorted;
}

/** Voxels of a lesion, and mean and population standard deviation of its stored values. */
function densityOf(voxels: VoxelArray, { from, to }: RunsByLabel, first: number, end: number) {
  let [n, sum] = [0, 0];
  for (let run = first; run < end; run++) {
    for (let v = from[run]; v < to[run]; v++) sum += voxels[v];
    n += to[run] - from[run];
  }
  const mean = sum / n;
  let squares = 0;
  for (let run = first; run < end; run++) {
    for (let v = from[run]; v < to[run]; v++) squares += (voxels[v] - mean) ** 2;
  }
  return { voxels: n, mean, std: Math.sqrt(squares / n) };
}

/** A plane to draw slices of the runs in. */
function planeWith({ from, to }: RunsByLabel, { shape }: Volume): Plane {
  const count = from.length;
  const plane = planeFor(shape[0], shape[1], count);
  const runs = new Int32Array(plane.memory.buffer, plane.runsAt(), 2 * count);
  runs.set(from);
  runs.set(to, count);
  return plane;
}

/** Of the runs of a lesion: how many slices they are in, and the diameters of the longest, with its first run. */
function longestDiameters(
  plane: Plane,
  first: number,
  end: number,
  [columnMm, rowMm]: Volume['spacingMm'],
  { method, unconnectedStrategy }: FeatureOptions,
) {
  let slices = 0;
  let longest: (Diameters & { run: number }) | undefined;
  for (let [run, after] = [first, first]; run < end; run = after) {
    after = plane.drawSlice(run, end);
    slices++;
    const diameters = diametersIn(plane, [columnMm, rowMm], method, unconnectedStrategy);
    if (!diameters) continue;
    if (!longest || diameters.majorMm > longest.majorMm * (1 + SAME_LENGTH)) longest = { ...diameters, run };
  }
  return { slices, longest };
}
