import { describe, expect, it } from 'vitest';
import type { Colour } from '../../shared/pictures/canvas.ts';
import { type Camera, cameraOn } from '../../shared/renderings/camera.ts';
import { render, type Surface } from '../../shared/renderings/render.ts';
import { surfaceOf } from '../../shared/renderings/surface.ts';
import { inBall, volumeOf } from './solids.ts';

const FRONT: Camera = {
  right: [-1, 0, 0],
  up: [0, 0, 1],
  toViewer: [0, 1, 0],
  middleMm: [0, 0, 0],
  mmPerPixel: 1,
  width: 20,
  height: 20,
};

/** A square of 10 mm that faces front, in the picture's middle, so far in front. */
function square(frontMm: number, colour: Colour, opacity: number): Surface {
  const positionsMm = Float64Array.of(5, frontMm, -5, -5, frontMm, -5, -5, frontMm, 5, 5, frontMm, 5);
  return { mesh: { positionsMm, triangles: Uint32Array.of(0, 1, 2, 0, 2, 3) }, colour, opacity };
}

/** Which colour is in the middle: the share of red, green and blue. */
function middleOf(surfaces: Surface[]): number[] {
  const { pixels, width } = render(surfaces, FRONT);
  return [...pixels.subarray(3 * (10 * width + 10), 3 * (10 * width + 10) + 3)];
}

const RED: Colour = [200, 0, 0];
const GREEN: Colour = [0, 200, 0];

describe('render', () => {
  it('shows a sphere as large as its disc', () => {
    const mesh = surfaceOf(volumeOf([50, 50, 50], [1, 1, 1], inBall([24.2, 24.4, 24.6], 20)));
    const camera = cameraOn(mesh, [0.35, 1, 0.25], 200);
    const { pixels } = render([{ mesh, colour: RED, opacity: 1 }], camera);
    // the red of the ball has no green, the white around it all of it
    const inside = pixels.filter((value, at) => at % 3 === 1 && value < 128).length;
    expect((inside * camera.mmPerPixel ** 2) / (Math.PI * 20 ** 2)).toBeCloseTo(1, 2);
  });

  it('hides what is behind something opaque, in whichever order they come', () => {
    const [near, far] = [square(5, GREEN, 1), square(-5, RED, 1)];
    const alone = middleOf([near]);
    expect(middleOf([near, far])).toEqual(alone);
    expect(middleOf([far, near])).toEqual(alone);
    expect(middleOf([far])).not.toEqual(alone);
  });

  it('lets what is behind something translucent through, and hides the translucent behind', () => {
    const [red, green] = [middleOf([square(0, RED, 1)]), middleOf([square(0, GREEN, 1)])];
    const opacity = 0.3;
    const through = middleOf([square(5, GREEN, opacity), square(-5, RED, 1)]);
    for (const channel of [0, 1, 2])
      expect(through[channel]).toBeCloseTo(red[channel] + opacity * (green[channel] - red[channel]), -0.5);
    expect(middleOf([square(-5, GREEN, opacity), square(5, RED, 1)])).toEqual(red);
  });

  it('blends the walls of a translucent body from the farthest to the nearest', () => {
    const walls = (nearFirst: boolean): Surface => {
      const [near, far] = [square(5, RED, 1).mesh, square(-5, RED, 1).mesh];
      // the far wall leans back, so that it is darker than the near one
      far.positionsMm[7] = -25;
      far.positionsMm[10] = -25;
      const [first, second] = nearFirst ? [near, far] : [far, near];
      return {
        mesh: {
          positionsMm: Float64Array.of(...first.positionsMm, ...second.positionsMm),
          triangles: Uint32Array.of(...first.triangles, ...second.triangles.map((vertex) => vertex + 4)),
        },
        colour: RED,
        opacity: 0.6,
      };
    };
    const { pixels } = render([walls(true)], FRONT);
    expect(pixels).toEqual(render([walls(false)], FRONT).pixels);
    const alone = middleOf([square(5, RED, 0.6)]);
    const both = middleOf([walls(true)]);
    expect(both[1]).toBeLessThan(alone[1]);
  });

  it('blends each sample once where two triangles share an edge', () => {
    const { pixels } = render([square(0, GREEN, 0.5)], FRONT);
    const colours = new Set<string>();
    for (let y = 5; y < 15; y++)
      for (let x = 5; x < 15; x++)
        colours.add(pixels.subarray(3 * (y * 20 + x), 3 * (y * 20 + x) + 3).join());
    expect(colours.size).toBe(1);
  });
});
