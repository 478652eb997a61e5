import type { StoredValues } from './codecs/frame.ts';

/** More slices than this times the given ones would be mostly invented. */
const MOST_SLICES = 2;

/**
 * Slices at uneven offsets as slices at even ones, each interpolated linearly between its two neighbours. They are
 * as close as the closest two given ones, unless that makes more than twice as many.
 * @param offsetsMm of the given slices along the normal, ascending
 */
export function evenlySpaced(
  voxels: StoredValues,
  offsetsMm: number[],
): { voxels: StoredValues; slices: number; spacingMm: number } {
  const given = offsetsMm.length;
  const size = voxels.length / given;
  const total = offsetsMm[given - 1] - offsetsMm[0];
  const closest = Math.min(...offsetsMm.slice(1).map((offset, k) => offset - offsetsMm[k]));
  const slices = Math.min(MOST_SLICES * given, Math.ceil(Math.fround(total / closest)) + 1);
  const spacingMm = total / (slices - 1);
  const length = slices * size;
  const even = voxels instanceof Int16Array ? new Int16Array(length) : new Uint16Array(length);
  let below = 0;
  for (let k = 0; k < slices; k++) {
    const offset = offsetsMm[0] + k * spacingMm;
    while (below < given - 2 && offsetsMm[below + 1] <= offset) below++;
    // in float32, so that a slice halfway between two is exactly halfway
    const share = Math.fround((offset - offsetsMm[below]) / (offsetsMm[below + 1] - offsetsMm[below]));
    const [low, high, out] = [below * size, (below + 1) * size, k * size];
    for (let v = 0; v < size; v++) {
      even[out + v] = Math.round(voxels[low + v] * (1 - share) + voxels[high + v] * share);
    }
  }
  return { voxels: even, slices, spacingMm };
}
