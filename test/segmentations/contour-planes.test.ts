import { describe, expect, it } from 'vitest';
import { type Contour, contourBlocks } from '../../shared/segmentations/contour-planes.ts';
import { paint } from '../../shared/segmentations/paint.ts';
import type { Grid } from '../../shared/volume/volume.ts';

const CT: Grid = {
  shape: [9, 9, 4],
  spacingMm: [1, 1, 2],
  affine: [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 2, 0],
  ],
};

const square = (low: number, high: number, z: number): Contour =>
  [
    [low, low],
    [high, low],
    [high, high],
    [low, high],
  ].flatMap(([x, y]) => [x, y, z]);

function voxelsPerSlice(contours: Contour[], ct: Grid): number[] {
  const { places } = paint(contourBlocks(contours, ct, 0, 'x.dcm'), 1, ct);
  const size = ct.shape[0] * ct.shape[1];
  return Array.from({ length: ct.shape[2] }, (_, k) =>
    places.subarray(k * size, (k + 1) * size).reduce((sum, place) => sum + place, 0),
  );
}

describe('contours on the slices of a CT', () => {
  it('fills each slice from its contours, a second one cutting a hole', () => {
    expect(voxelsPerSlice([square(0.5, 5.5, 2), square(1.5, 3.5, 2), square(0.5, 2.5, 4)], CT)).toEqual([
      0, 21, 4, 0,
    ]);
  });

  it('takes the nearest plane where several lie nearest to one slice, instead of cutting one out of the other', () => {
    expect(voxelsPerSlice([square(0.5, 5.5, 2.1), square(0.5, 2.5, 1.2)], CT)).toEqual([0, 25, 0, 0]);
  });

  it('draws contours that lie across the slices as slabs of their own', () => {
    // planes x = 2 and x = 3, so each slab is one voxel thick: y from 1 to 4, z from 0 to 4
    const across = [2, 3].map((x) => [x, 0.5, -1, x, 4.5, -1, x, 4.5, 5, x, 0.5, 5]);
    expect(voxelsPerSlice(across, CT)).toEqual([8, 8, 8, 0]);
  });

  it('draws contours of tilted slices on the straightened grid of their CT', () => {
    // drawn on slices leaning by 0.2 mm a mm of y; a straight CT sees the same volume
    const tilted = [0, 2, 4, 6].map((z) =>
      square(1.5, 5.5, 0).map((v, at, all) => (at % 3 === 2 ? z + 0.2 * all[at - 1] - 0.7 : v)),
    );
    const total = voxelsPerSlice(tilted, CT).reduce((sum, n) => sum + n, 0);
    expect(total).toBeGreaterThan(0.85 * 64);
    expect(total).toBeLessThanOrEqual(64);
  });

  it('refuses contours in no plane, and ones beyond any patient', () => {
    const helix = [0, 1, 2, 3, 4, 5].flatMap((n) => [5 * Math.cos(n), 5 * Math.sin(n), 4 * n]);
    const vast = [2, 1e12, 0, 2, 1e12, 5, 2, 0, 0];
    for (const contour of [helix, vast]) {
      expect(() => voxelsPerSlice([contour], CT)).toThrow(
        expect.objectContaining({ code: 'SEGMENTATION_UNREADABLE' }),
      );
    }
    expect(voxelsPerSlice([square(-1e12, 1e12, 2)], CT)).toEqual([0, 81, 0, 0]);
  });
});
