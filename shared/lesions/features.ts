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
    const slices = bySlice(runs, own, instances.shape[1]);
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

function runsByLabel({ count, label }: Runs, highest: number): number[][] {
  const byLabel = Array.from({ length: highest + 1 }, (): number[] => []);
  for (let run = 0; run < count; run++) byLabel[label[run]].push(run);
  return byLabel;
}

/** Voxels of a lesion, and mean and population standard deviation of its stored values. */
function densityOf({ voxels, shape }: Volume, { row, start, end }: Runs, own: number[]) {
  let [n, sum] = [0, 0];
  for (const run of own) {
    const base = row[run] * shape[0];
    for (let v = base + start[run]; v < base + end[run]; v++) sum += voxels[v];
    n += end[run] - start[run];
  }
  const mean = sum / n;
  let squares = 0;
  for (const run of own) {
    const base = row[run] * shape[0];
    for (let v = base + start[run]; v < base + end[run]; v++) squares += (voxels[v] - mean) ** 2;
  }
  return { voxels: n, mean, std: Math.sqrt(squares / n) };
}

/** A lesion's runs by slice, ascending. */
function bySlice({ row }: Runs, own: number[], rowsPerSlice: number): Map<number, number[]> {
  return Map.groupBy(own, (run) => Math.floor(row[run] / rowsPerSlice));
}

function longestDiameters(
  runs: Runs,
  slices: Map<number, number[]>,
  { shape, spacingMm }: Volume,
  { method, unconnectedStrategy }: FeatureOptions,
): (Diameters & { slice: number }) | undefined {
  let longest: (Diameters & { slice: number }) | undefined;
  for (const [slice, own] of slices) {
    const mask = planeMask(runs, own, shape[1]);
    const diameters = diametersIn(mask, [spacingMm[0], spacingMm[1]], method, unconnectedStrategy);
    if (!diameters) continue;
    if (!longest || diameters.majorMm > longest.majorMm * (1 + SAME_LENGTH))
      longest = { ...diameters, slice };
  }
  return longest;
}

function planeMask({ row, start, end }: Runs, own: number[], rowsPerSlice: number): PlaneMask {
  let [left, right] = [Number.POSITIVE_INFINITY, 0];
  for (const run of own) {
    if (start[run] < left) left = start[run];
    if (end[run] > right) right = end[run];
  }
  const top = row[own[0]] % rowsPerSlice;
  const bottom = row[own[own.length - 1]] % rowsPerSlice;
  const width = right - left + 2;
  const height = bottom - top + 3;
  const pixels = new Uint8Array(width * height);
  for (const run of own) {
    const base = ((row[run] % rowsPerSlice) - top + 1) * width + 1 - left;
    pixels.fill(1, base + start[run], base + end[run]);
  }
  return { width, height, pixels, column: left - 1, row: top - 1 };
}
