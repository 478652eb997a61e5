import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mesh, type Solid, surfaceOf } from '../../shared/renderings/surface.ts';
import type { Shape } from '../../shared/volume/volume.ts';
import { inBall, storedAs, volumeOf } from './solids.ts';

/** Area, and the volume enclosed: positive only when the triangles face outwards. */
function measured({ positionsMm, triangles }: Mesh) {
  let [areaMm2, volumeMm3] = [0, 0];
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) =>
      positionsMm.subarray(3 * triangles[t + corner], 3 * triangles[t + corner] + 3),
    );
    const [u, v] = [b, c].map((corner) => corner.map((x, axis) => x - a[axis]));
    const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    areaMm2 += Math.hypot(...normal) / 2;
    volumeMm3 += (a[0] * normal[0] + a[1] * normal[1] + a[2] * normal[2]) / 6;
  }
  return { areaMm2, volumeMm3 };
}

describe('surfaceOf', () => {
  it.each<[radiusMm: number, spacingMm: [number, number, number]]>([
    [20, [1, 1, 1]],
    [20, [0.8, 0.8, 3]],
    [30, [1.6, 1.6, 3]],
    [6, [0.8, 0.8, 3]],
  ])('encloses a ball of %d mm in voxels of %j mm, and is as large as a sphere', (radiusMm, spacingMm) => {
    const shape = spacingMm.map((mm) => Math.ceil((2 * radiusMm) / mm) + 4) as Shape;
    const middle = spacingMm.map((mm, axis) => ((shape[axis] - 1) / 2 + 0.21) * mm);
    const { areaMm2, volumeMm3 } = measured(surfaceOf(volumeOf(shape, spacingMm, inBall(middle, radiusMm))));
    expect(volumeMm3 / ((4 / 3) * Math.PI * radiusMm ** 3)).toBeCloseTo(1, 2);
    expect(Math.abs(areaMm2 / (4 * Math.PI * radiusMm ** 2) - 1)).toBeLessThan(0.025);
  });

  it('faces outwards also where the axes of the volume mirror', () => {
    const ball = volumeOf([24, 24, 24], [1, 1, 1], inBall([11, 12, 13], 8));
    const [straight, mirrored] = [ball, storedAs(ball, [0, 1, 2], [true, false, false])].map(
      (solid) => measured(surfaceOf(solid)).volumeMm3,
    );
    expect(mirrored).toBeCloseTo(straight, 6);
  });

  it('is closed whatever the voxels: each edge is passed as often one way as the other', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 60, max: 1 }), (voxels) => {
        const solid: Solid = {
          voxels,
          shape: [3, 4, 5],
          affine: [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
          ],
        };
        const { triangles } = surfaceOf(solid);
        const balance = new Map<string, number>();
        for (let t = 0; t < triangles.length; t++) {
          const [from, to] = [triangles[t], triangles[t - (t % 3) + ((t + 1) % 3)]];
          const edge = `${Math.min(from, to)}-${Math.max(from, to)}`;
          balance.set(edge, (balance.get(edge) ?? 0) + (from < to ? 1 : -1));
        }
        expect([...balance.values()].every((sum) => sum === 0)).toBe(true);
        expect(triangles.length === 0).toBe(!voxels.includes(1));
      }),
    );
  });
});
