import { histogramOf } from './histogram.ts';
import { isNarrow, mapVoxels } from './passes.ts';
import { positivePercentilesOf } from './statistics.ts';
import type { Volume } from './volume.ts';

/** Display windows of the dataset: level and width in HU. */
export const WINDOWS = {
  lung: { levelHU: -500, widthHU: 1400 },
  abdomen: { levelHU: 40, widthHU: 350 },
  bone: { levelHU: 400, widthHU: 1000 },
  air: { levelHU: -426, widthHU: 1000 },
  brain: { levelHU: 50, widthHU: 100 },
  mediastinum: { levelHU: 50, widthHU: 350 },
} as const;

export type WindowName = keyof typeof WINDOWS;

/**
 * What the greys 0 and 255 stand for: `volume` stretches between the smallest and largest clipped value of
 * this volume (MedSAM's preprocessing; one HU may get different greys in two scans), `window` between the
 * window's own limits.
 */
export type GreyScale = 'volume' | 'window';

export interface WindowedVolume {
  volume: Volume;
  /** The HU that became grey 0 and grey 255. */
  minHU: number;
  maxHU: number;
}

const EPSILON = 1e-6;

/**
 * A CT clipped to a window and scaled to uint8: `trunc((c - mn + 1e-6) / (mx - mn + 1e-6) * 255)` with `c`
 * the HU clipped to the window, in float64. Without a window the limits are the 0.5 and 99.5 percentiles of
 * the voxels above zero, and zeros stay 0.
 * @param out gets the greys, a byte a voxel
 */
export function windowed(
  ct: Volume,
  window: WindowName | undefined,
  scale: GreyScale,
  out: Uint8Array = new Uint8Array(ct.voxels.length),
): WindowedVolume {
  const limits = window ? limitsOf(window) : percentileLimits(ct);
  const [lowest, highest] = realExtremes(ct);
  const clip = (hu: number) => Math.min(Math.max(hu, limits.low), limits.high);
  const minHU = scale === 'volume' ? clip(lowest) : limits.low;
  const maxHU = scale === 'volume' ? clip(highest) : limits.high;
  const grey = (stored: number) => {
    const hu = stored * ct.slope + ct.intercept;
    if (!window && hu === 0) return 0;
    return Math.trunc(((clip(hu) - minHU + EPSILON) / (maxHU - minHU + EPSILON)) * 255);
  };
  const volume = { ...ct, voxels: greysOf(ct, grey, out), slope: 1, intercept: 0 };
  return { volume, minHU, maxHU };
}

function limitsOf(window: WindowName): { low: number; high: number } {
  const { levelHU, widthHU } = WINDOWS[window];
  return { low: levelHU - widthHU / 2, high: levelHU + widthHU / 2 };
}

function percentileLimits(ct: Volume): { low: number; high: number } {
  const [low, high] = positivePercentilesOf(ct, [0.5, 99.5]);
  return { low: low ?? 0, high: high ?? 0 };
}

function realExtremes(ct: Volume): [number, number] {
  const histogram = histogramOf(ct);
  let min = histogram?.min ?? Number.POSITIVE_INFINITY;
  let max = histogram?.max ?? Number.NEGATIVE_INFINITY;
  if (!histogram) {
    for (const value of ct.voxels) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const ends = [min * ct.slope + ct.intercept, max * ct.slope + ct.intercept];
  return [Math.min(...ends), Math.max(...ends)];
}

/** Every voxel through `grey`: by a table of all stored values where the histogram bounds them. */
function greysOf(ct: Volume, grey: (stored: number) => number, out: Uint8Array): Uint8Array {
  const { voxels } = ct;
  const histogram = histogramOf(ct);
  if (histogram && isNarrow(voxels)) mapVoxels(voxels, histogram, grey, out);
  else for (let v = 0; v < voxels.length; v++) out[v] = grey(voxels[v]);
  return out;
}
