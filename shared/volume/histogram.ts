import type { Volume } from './volume.ts';

/** How often each stored value occurs in a volume of 8 or 16 bit integers. */
export interface Histogram {
  /** The stored value that `counts[0]` is for. */
  first: number;
  counts: Uint32Array;
  /** Smallest and largest stored value that occurs. */
  min: number;
  max: number;
}

const histograms = new WeakMap<Volume, Histogram>();

/** The histogram of stored values, counted once a volume; undefined when the voxels are wider than 16 bit. */
export function histogramOf(volume: Volume): Histogram | undefined {
  const known = histograms.get(volume);
  if (known) return known;
  const counted = count(volume);
  if (counted) histograms.set(volume, counted);
  return counted;
}

function count({ voxels }: Volume): Histogram | undefined {
  const signed = voxels instanceof Int16Array || voxels instanceof Int8Array;
  const integers = signed || voxels instanceof Uint16Array || voxels instanceof Uint8Array;
  if (!integers || voxels.length === 0) return undefined;
  const size = 2 ** (8 * voxels.BYTES_PER_ELEMENT);
  const first = signed ? -size / 2 : 0;
  // four tables, so that runs of one value do not wait for their own last increment
  const tables = Array.from({ length: 4 }, () => new Uint32Array(size));
  const [a, b, c, d] = tables;
  const whole = voxels.length - (voxels.length % 4);
  for (let v = 0; v < whole; v += 4) {
    a[voxels[v] - first]++;
    b[voxels[v + 1] - first]++;
    c[voxels[v + 2] - first]++;
    d[voxels[v + 3] - first]++;
  }
  for (let v = whole; v < voxels.length; v++) a[voxels[v] - first]++;
  for (let i = 0; i < size; i++) a[i] += b[i] + c[i] + d[i];
  let min = 0;
  while (a[min] === 0) min++;
  let max = size - 1;
  while (a[max] === 0) max--;
  return { first, counts: a, min: min + first, max: max + first };
}
