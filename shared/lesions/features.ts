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
  const { plane, from, to } = planeWith(runsOf(instances, identity(highest)), highest);
  const rows: LesionFeatures[] = [];
  const axes: LesionAxes[] = [];
  const warnings: string[] = [];
  for (const label of values) {
    const [first, end] = [plane.firstRun(label), plane.firstRun(label + 1)];
    if (first === end) {
      warnings.push(`lesion ${label} has no voxel in the mask`);
      continue;
    }
    const { voxels, mean, std } = densityOf(ct.voxels, from.subarray(first, end), to.subarray(first, end));
    const { slices, longest } = longestDiameters(plane, first, end, instances.spacingMm, options);
    const sliceOf = (run: number) => Math.floor(from[run] / (instances.shape[0] * instances.shape[1]));
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

/** A plane to draw slices of lesions in, and their runs as it has them: each label's together, in raster order. */
function planeWith({ count, from, to, value, shape }: Runs, highest: number) {
  const plane = planeFor(shape[0], shape[1], count, highest);
  const unsorted = new Int32Array(plane.memory.buffer, plane.unsortedAt(), 3 * count);
  for (const [i, list] of [from, to, value].entries()) unsorted.set(list.subarray(0, count), i * count);
  plane.sortRuns(count, highest);
  const runs = new Int32Array(plane.memory.buffer, plane.runsAt(), 2 * count);
  return { plane, from: runs.subarray(0, count), to: runs.subarray(count) };
}

/** Voxels of a lesion, and mean and population standard deviation of its stored values. */
function densityOf(voxels: VoxelArray, from: Int32Array, to: Int32Array) {
  let [n, sum] = [0, 0];
  for (let run = 0; run < from.length; run++) {
    for (let v = from[run]; v < to[run]; v++) sum += voxels[v];
    n += to[run] - from[run];
  }
  const mean = sum / n;
  let squares = 0;
  for (let run = 0; run < from.length; run++) {
    for (let v = from[run]; v < to[run]; v++) {
      const difference = voxels[v] - mean;
      squares += difference * difference;
    }
  }
  return { voxels: n, mean, std: Math.sqrt(squares / n) };
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
