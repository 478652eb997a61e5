import type { Volume } from '../volume/volume.ts';
import { type Diameters, diametersIn, type Method, type UnconnectedStrategy } from './diameters/diameters.ts';
import type { PlaneMask } from './diameters/plane-mask.ts';
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
export type LesionAxes = Pick<Diameters, 'majorAxis' | 'minorAxis'> & { label: number; slice: number };

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
  const runs = runsOf(instances, identity(values.at(-1) ?? 0));
  const byLabel = runsByLabel(runs, values.at(-1) ?? 0);
  const rows: LesionFeatures[] = [];
  const axes: LesionAxes[] = [];
  const warnings: string[] = [];
  for (const label of values) {
    const own = byLabel[label];
    if (own.length === 0) {
      warnings.push(`lesion ${label} has no voxel in the mask`);
      continue;
    }
    const { voxels, mean, std } = densityOf(ct, runs, own);
    const slices = bySlice(runs, own);
    const longest = longestDiameters(runs, slices, instances, options);
    if (!longest)
      warnings.push(`lesion ${label} is a single pixel in every slice: its diameters are given as 0 mm`);
    else
      axes.push({ label, slice: longest.slice, majorAxis: longest.majorAxis, minorAxis: longest.minorAxis });
    const [dx, dy, dz] = instances.spacingMm;
    rows.push({
      label_value: label,
      label_description: labels[label],
      voxels_count: voxels,
      volume_ml: (voxels * (dx * dy * dz)) / 1000,
      slices_count: slices.size,
      mean_HU: mean * ct.slope + ct.intercept,
      std_HU: std * Math.abs(ct.slope),
      major_axis_mm: longest?.majorMm ?? 0,
      minor_axis_mm: longest?.minorMm ?? 0,
      major_axis_slice_idx: longest?.slice ?? slices.keys().next().value ?? 0,
      method: options.method,
      unconnected_strategy: options.unconnectedStrategy,
    });
  }
  return { rows, axes, warnings };
}

function identity(highest: number): Int32Array {
  return Int32Array.from({ length: highest + 1 }, (_, value) => value);
}

function runsByLabel({ count, value }: Runs, highest: number): number[][] {
  const byLabel = Array.from({ length: highest + 1 }, (): number[] => []);
  for (let run = 0; run < count; run++) byLabel[value[run]].push(run);
  return byLabel;
}

/** Voxels of a lesion, and mean and population standard deviation of its stored values. */
function densityOf({ voxels }: Volume, { from, to }: Runs, own: number[]) {
  let [n, sum] = [0, 0];
  for (const run of own) {
    for (let v = from[run]; v < to[run]; v++) sum += voxels[v];
    n += to[run] - from[run];
  }
  const mean = sum / n;
  let squares = 0;
  for (const run of own) {
    for (let v = from[run]; v < to[run]; v++) squares += (voxels[v] - mean) ** 2;
  }
  return { voxels: n, mean, std: Math.sqrt(squares / n) };
}

/** A lesion's runs by slice, ascending. */
function bySlice({ from, shape }: Runs, own: number[]): Map<number, number[]> {
  return Map.groupBy(own, (run) => Math.floor(from[run] / (shape[0] * shape[1])));
}

function longestDiameters(
  runs: Runs,
  slices: Map<number, number[]>,
  { spacingMm }: Volume,
  { method, unconnectedStrategy }: FeatureOptions,
): (Diameters & { slice: number }) | undefined {
  let longest: (Diameters & { slice: number }) | undefined;
  for (const [slice, own] of slices) {
    const mask = planeMask(runs, own);
    const diameters = diametersIn(mask, [spacingMm[0], spacingMm[1]], method, unconnectedStrategy);
    if (!diameters) continue;
    if (!longest || diameters.majorMm > longest.majorMm * (1 + SAME_LENGTH))
      longest = { ...diameters, slice };
  }
  return longest;
}

/** A lesion's runs in one slice as an image. */
function planeMask({ from, to, shape }: Runs, own: number[]): PlaneMask {
  const [columns, rowsPerSlice] = shape;
  const rowOf = (run: number) => Math.floor(from[run] / columns) % rowsPerSlice;
  let [left, right] = [columns, 0];
  for (const run of own) {
    const start = from[run] % columns;
    left = Math.min(left, start);
    right = Math.max(right, start + to[run] - from[run]);
  }
  const top = rowOf(own[0]);
  const bottom = rowOf(own[own.length - 1]);
  const width = right - left + 2;
  const height = bottom - top + 3;
  const pixels = new Uint8Array(width * height);
  for (const run of own) {
    const start = (rowOf(run) - top + 1) * width + 1 - left + (from[run] % columns);
    pixels.fill(1, start, start + to[run] - from[run]);
  }
  return { width, height, pixels, column: left - 1, row: top - 1 };
}
