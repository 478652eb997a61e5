import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../shared/lesions/features.ts';
import { axesPicture } from '../../shared/pictures/axes-picture.ts';
import type { Volume } from '../../shared/volume/volume.ts';

const SIDE = 128;
const ZOOM = 6;

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

/** Colours of the CT pixels of a picture, taken at their upper left corner. */
function cells(png: Uint8Array): (column: number, row: number) => number[] {
  const length = Buffer.from(png).readUInt32BE(33);
  const lines = inflateSync(png.subarray(41, 41 + length));
  const stride = 110 * ZOOM * 3 + 1;
  return (column, row) => {
    const at = row * ZOOM * stride + 1 + column * ZOOM * 3;
    return [...lines.subarray(at, at + 3)];
  };
}

describe('axesPicture', () => {
  const ct = volume(() => 40);
  const box = volume((x, y) => (x >= 50 && x <= 90 && y >= 60 && y <= 70 ? 3 : 0));
  const options = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;
  const { axes } = featuresOf(ct, box, { 3: 'm,liver' }, options);

  it('draws grey, the contour, and both axes where the lesion is, with the front of the body up', () => {
    const at = cells(axesPicture(ct, box, axes[0], 'abdomen'));
    // the middle of the lesion, column 70 and row 65 (62 from the top), is at 55 of the picture
    const picture = (column: number, row: number) => at(column - 15, SIDE - 1 - row - 7);
    expect(picture(50, 62)).toEqual([0, 0, 255]);
    expect(picture(60, 70)).toEqual([0, 0, 255]);
    expect(picture(60, 62)).toEqual([128, 128, 128]);
    expect(picture(30, 30)).toEqual([128, 128, 128]);
  });

  it('gives the same bytes each time, other bytes with a length', () => {
    const first = axesPicture(ct, box, axes[0], 'abdomen');
    expect(axesPicture(ct, box, axes[0], 'abdomen')).toEqual(first);
    expect(axesPicture(ct, box, axes[0], 'abdomen', { mm: 40, axis: 'major' })).not.toEqual(first);
  });
});
