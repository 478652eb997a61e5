import { countsOf, isNarrow } from './passes.ts';
import type { Volume } from './volume.ts';

/** How often each stored value occurs in a volume of 8 or 16 bit integers. */
export interface Histogram {
  /** Smallest and largest stored value that occurs. */
  min: number;
  max: number;
  /** Of each value from `min` to `max`. */
  counts: Uint32Array;
}

const histograms = new WeakMap<Volume, Histogram>();

/** The histogram of stored values, counted once a volume; undefined when the voxels are wider than 16 bit. */
export function histogramOf(volume: Volume): Histogram | undefined {
  const known = histograms.get(volume);
  if (known || !isNarrow(volume.voxels) || volume.voxels.length === 0) return known;
  const { first, counts } = countsOf(volume.voxels);
  let lowest = 0;
  while (counts[lowest] === 0) lowest++;
  let highest = counts.length - 1;
  while (counts[highest] === 0) highest--;
  const histogram = {
    min: first + lowest,
    max: first + highest,
    counts: counts.slice(lowest, highest + 1),
  };
  histograms.set(volume, histogram);
  return histogram;
}
