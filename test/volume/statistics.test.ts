import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DENSITY_EDGES_HU,
  densitiesOf,
  positivePercentilesOf,
  statisticsOf,
} from '../../shared/volume/statistics.ts';
import type { Volume, VoxelArray } from '../../shared/volume/volume.ts';
import { windowed } from '../../shared/volume/windowing.ts';

function volumeOf(voxels: VoxelArray, slope = 1, intercept = 0): Volume {
  return {
    voxels,
    shape: [voxels.length, 1, 1],
    spacingMm: [1, 1, 1],
    affine: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ],
    slope,
    intercept,
  };
}

const int16s = fc.int16Array({ minLength: 1, maxLength: 300 });

/** The textbook definitions, one value at a time. */
function naive(hu: number[]) {
  const sorted = [...hu].sort((a, b) => a - b);
  const mean = hu.reduce((sum, x) => sum + x, 0) / hu.length;
  const std = Math.sqrt(hu.reduce((sum, x) => sum + (x - mean) ** 2, 0) / hu.length);
  const quantile = (q: number) => {
    const rank = q * (sorted.length - 1);
    const low = sorted[Math.floor(rank)];
    return low + (sorted[Math.ceil(rank)] - low) * (rank % 1);
  };
  return {
    mean,
    std,
    min: sorted[0],
    Q1: quantile(0.25),
    Q2: quantile(0.5),
    Q3: quantile(0.75),
    max: sorted.at(-1)!,
  };
}

test('statistics agree with their definitions, from a table or from sorted voxels', () => {
  fc.assert(
    fc.property(
      int16s,
      fc.constantFrom(1, 0.5, 2, -1),
      fc.constantFrom(0, -1024),
      (voxels, slope, intercept) => {
        const expected = naive([...voxels].map((v) => v * slope + intercept));
        for (const stored of [voxels, Float64Array.from(voxels), Int32Array.from(voxels)]) {
          const { dtype: _, ...found } = statisticsOf(volumeOf(stored, slope, intercept));
          for (const [name, value] of Object.entries(expected)) {
            expect(found[name as keyof typeof found], name).toBeCloseTo(value, 6);
          }
        }
      },
    ),
  );
});

test('the reported type is the type after scaling', () => {
  expect(statisticsOf(volumeOf(new Int16Array([1]))).dtype).toBe('int16');
  expect(statisticsOf(volumeOf(new Int16Array([1]), 1, -1024)).dtype).toBe('float32');
});

test('densities have area 1 over what lies inside', () => {
  const densities = densitiesOf(volumeOf(new Int16Array([-2000, -1024, 0, 0, 3071, 3072])));
  const area = densities.reduce((sum, d, b) => sum + d * (DENSITY_EDGES_HU[b + 1] - DENSITY_EDGES_HU[b]), 0);
  expect(area).toBeCloseTo(1, 12);
  expect(densities.filter((d) => d > 0)).toHaveLength(3);
  expect(densitiesOf(volumeOf(new Int16Array([9999])))).toEqual(new Array(99).fill(0));
});

test('windowing follows its formula exactly', () => {
  fc.assert(
    fc.property(
      int16s,
      fc.constantFrom('lung', 'abdomen', 'bone'),
      fc.constantFrom('volume', 'window'),
      (voxels, name, scale) => {
        const window = { lung: [-1200, 200], abdomen: [-135, 215], bone: [-100, 900] }[name];
        const clipped = [...voxels].map((v) => Math.min(Math.max(v - 1000, window[0]), window[1]));
        const [mn, mx] = scale === 'window' ? window : [Math.min(...clipped), Math.max(...clipped)];
        const expected = clipped.map((c) => Math.trunc(((c - mn + 1e-6) / (mx - mn + 1e-6)) * 255));
        for (const stored of [voxels, Float32Array.from(voxels)]) {
          const found = windowed(volumeOf(stored, 1, -1000), name, scale);
          expect([...found.volume.voxels]).toEqual(expected);
          expect([found.minHU, found.maxHU]).toEqual([mn, mx]);
        }
      },
    ),
  );
});

test('without a window the limits are percentiles of what is above zero, and zeros stay 0', () => {
  const voxels = Int16Array.from({ length: 1001 }, (_, i) => i);
  expect(positivePercentilesOf(volumeOf(voxels), [0.5, 99.5])).toEqual([5.995, 995.005]);
  const { volume, minHU, maxHU } = windowed(volumeOf(voxels), undefined, 'volume');
  expect(volume.voxels[0]).toBe(0);
  expect(volume.voxels[1000]).toBe(255);
  expect([minHU, maxHU]).toEqual([5.995, 995.005]);
});
