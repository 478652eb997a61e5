import { datatypeOf } from '../nifti/datatypes.ts';
import { histogramOf } from './histogram.ts';
import type { Volume } from './volume.ts';

/** Statistics of the real values (HU for a CT) of all voxels; `std` is the population's. */
export interface VoxelStatistics {
  /** Type of the values after scaling, as numpy would name it. */
  dtype: string;
  mean: number;
  std: number;
  min: number;
  Q1: number;
  Q2: number;
  Q3: number;
  max: number;
}

/** Distinct stored values in ascending order, and how often each occurs: what every statistic here needs. */
interface Distribution {
  values: ArrayLike<number>;
  counts: ArrayLike<number>;
  total: number;
}

/** Edges of the density histogram: 99 equal bins over the 12-bit CT range, in HU. */
export const DENSITY_EDGES_HU = Array.from({ length: 100 }, (_, i) =>
  i === 99 ? 3071 : -1024 + i * (4095 / 99),
);

/** Mean, population standard deviation, extremes and quartiles of a volume's real values, in float64. */
export function statisticsOf(volume: Volume): VoxelStatistics {
  const stored = distributionOf(volume);
  const { slope, intercept } = volume;
  let sum = 0;
  for (let i = 0; i < stored.values.length; i++) sum += stored.values[i] * stored.counts[i];
  const mean = sum / stored.total;
  let squares = 0;
  for (let i = 0; i < stored.values.length; i++) squares += stored.counts[i] * (stored.values[i] - mean) ** 2;
  const real = (value: number) => value * slope + intercept;
  const [min, Q1, Q2, Q3, max] = percentilesOf(
    stored,
    slope < 0 ? [100, 75, 50, 25, 0] : [0, 25, 50, 75, 100],
  );
  return {
    dtype: slope === 1 && intercept === 0 ? datatypeOf(volume.voxels).name : 'float32',
    mean: real(mean),
    std: Math.sqrt(squares / stored.total) * Math.abs(slope),
    min: real(min),
    Q1: real(Q1),
    Q2: real(Q2),
    Q3: real(Q3),
    max: real(max),
  };
}

/** Percentiles of the voxels whose real value is above zero (empty when there is none), by linear interpolation. */
export function positivePercentilesOf(volume: Volume, percents: number[]): number[] {
  const { values, counts } = distributionOf(volume);
  const real = Array.from(values, (value, i) => ({
    value: value * volume.slope + volume.intercept,
    count: counts[i],
  }));
  const positive = real.filter(({ value }) => value > 0).sort((a, b) => a.value - b.value);
  const total = positive.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return [];
  const of = {
    values: positive.map(({ value }) => value),
    counts: positive.map(({ count }) => count),
    total,
  };
  return percentilesOf(of, percents);
}

/** Probability density of the real values over DENSITY_EDGES_HU: values outside are dropped, the area is 1. */
export function densitiesOf(volume: Volume): number[] {
  const { values, counts } = distributionOf(volume);
  const inBin = new Array<number>(99).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(values[i] * volume.slope + volume.intercept);
    if (bin >= 0) inBin[bin] += counts[i];
  }
  const inside = inBin.reduce((sum, count) => sum + count, 0);
  return inBin.map((count, b) =>
    inside ? count / inside / (DENSITY_EDGES_HU[b + 1] - DENSITY_EDGES_HU[b]) : 0,
  );
}

/** Bins are closed below and open above, the last one closed on both sides, as numpy's are. */
function binOf(hu: number): number {
  if (!(hu >= DENSITY_EDGES_HU[0] && hu <= DENSITY_EDGES_HU[99])) return -1;
  let bin = Math.min(98, Math.floor((hu + 1024) / (4095 / 99)));
  if (hu < DENSITY_EDGES_HU[bin]) bin--;
  else if (bin < 98 && hu >= DENSITY_EDGES_HU[bin + 1]) bin++;
  return bin;
}

function distributionOf(volume: Volume): Distribution {
  const histogram = histogramOf(volume);
  const total = volume.voxels.length;
  if (histogram) {
    const { min, counts } = histogram;
    return { values: Int32Array.from(counts, (_, i) => min + i), counts, total };
  }
  const sorted = Float64Array.from(volume.voxels).sort();
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === values.at(-1)) counts[counts.length - 1]++;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts, total };
}

/** Percentiles by linear interpolation between the two nearest ranks (numpy's default method). */
function percentilesOf({ values, counts, total }: Distribution, percents: number[]): number[] {
  return percents.map((percent) => {
    const rank = (percent / 100) * (total - 1);
    const below = Math.floor(rank);
    const low = valueAtRank(values, counts, below);
    const high = below + 1 < total ? valueAtRank(values, counts, below + 1) : low;
    return low + (high - low) * (rank - below);
  });
}

function valueAtRank(values: ArrayLike<number>, counts: ArrayLike<number>, rank: number): number {
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    seen += counts[i];
    if (seen > rank) return values[i];
  }
  return values[values.length - 1];
}
