import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../shared/lesions/features.ts';
import { axesPicture } from '../../shared/pictures/axes-picture.ts';
import type { Volume } from '../../shared/volume/volume.ts';
import { pixels } from './pixels.ts';

const SIDE = 128;

function volume(value: (column: number, row: number) => number): Volume {
  const voxels = Int16Array.from({ length: SIDE * SIDE * 2 }, (_, v) =>
    value(v % SIDE, Math.floor(v / SIDE) % SIDE),
  );
  const affine: Volume['affine'] = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ];
  return { voxels, shape: [SIDE, SIDE, 2], spacingMm: [1, 1, 1], affine, slope: 1, intercept: 0 };
}

describe('axesPicture', () => {
  const ct = volume(() => 40);
  const box = volume((x, y) => (x >= 50 && x <= 90 && y >= 60 && y <= 70 ? 3 : 0));
  const options = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;
  const { axes } = featuresOf(ct, box, { 3: 'm,liver' }, options);

  it('draws grey, the contour, and both axes where the lesion is, with the front of the body up', async () => {
    const { at } = await pixels(axesPicture(ct, box, axes[0], 'abdomen'));
    // the middle of the lesion, at column 70 and row 65, is the middle of the picture
    const shown = (column: number, row: number) => at(550 + 10 * (column - 70), 550 + 10 * (65 - row));
    const [grey, blue, orange, magenta] = [
      [127, 127, 127],
      [0, 0, 255],
      [255, 102, 0],
      [255, 0, 255],
    ];
    expect(shown(50, 70)).toEqual(blue);
    expect(shown(60, 60)).toEqual(blue);
    expect(shown(60, 65)).toEqual(orange);
    expect(shown(50, 65)).toEqual(orange);
    expect(shown(70, 60)).toEqual(magenta);
    expect(shown(60, 67)).toEqual(grey);
    expect(shown(49, 70)).toEqual(grey);
  });

  it('puts the middle of the axes in the middle, to half a pixel', async () => {
    const even = volume((x, y) => (x >= 50 && x <= 91 && y >= 60 && y <= 70 ? 3 : 0));
    const [lesion] = featuresOf(ct, even, { 3: 'm,liver' }, options).axes;
    const { at } = await pixels(axesPicture(ct, even, lesion, 'abdomen'));
    const blueRow = Array.from({ length: 1100 }, (_, x) => at(x, 600)).map(
      ([red, , blue]) => blue - red === 255,
    );
    expect([blueRow.indexOf(true), blueRow.lastIndexOf(true)]).toEqual([340, 759]);
  });

  it('gives the same bytes each time, other bytes with a length', () => {
    const first = axesPicture(ct, box, axes[0], 'abdomen');
    expect(axesPicture(ct, box, axes[0], 'abdomen')).toEqual(first);
    expect(axesPicture(ct, box, axes[0], 'abdomen', { mm: 40, axis: 'major' })).not.toEqual(first);
  });
});
