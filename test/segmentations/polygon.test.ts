import { describe, expect, it } from 'vitest';
import { fillPolygons, type Polygon } from '../../shared/segmentations/polygon.ts';

/** The picture of some polygons, one string a row. */
function picture(polygons: Polygon[], columns: number, rows: number): string[] {
  const out = new Uint8Array(columns * rows);
  fillPolygons(polygons, columns, rows, out);
  return Array.from({ length: rows }, (_, j) =>
    [...out.subarray(j * columns, (j + 1) * columns)].map((v) => (v ? '#' : '.')).join(''),
  );
}

const square = (low: number, high: number): Polygon => [low, low, high, low, high, high, low, high];

describe('filling contours', () => {
  it('takes the pixels whose centre is inside', () => {
    expect(picture([square(0.6, 3.4)], 5, 5)).toEqual(['.....', '.###.', '.###.', '.###.', '.....']);
  });

  it('takes centres on the contour too, so that a contour through pixel centres gives its mask back', () => {
    expect(picture([square(1, 3)], 5, 5)).toEqual(['.....', '.###.', '.###.', '.###.', '.....']);
    expect(picture([[2, 0, 4, 2, 2, 4, 0, 2]], 5, 5)).toEqual(['..#..', '.###.', '#####', '.###.', '..#..']);
  });

  it('cuts a hole where an inner contour lies, whose rim belongs to the structure', () => {
    expect(picture([square(0, 6), square(2, 4)], 7, 7)).toEqual([
      '#######',
      '#######',
      '#######',
      '###.###',
      '#######',
      '#######',
      '#######',
    ]);
  });

  it('cuts a hole by a keyhole: one contour that runs in, round and out again', () => {
    const keyhole = [
      0, 0, 6, 0, 6, 6, 0, 6, 0, 2.5, 1.5, 2.5, 1.5, 4.5, 4.5, 4.5, 4.5, 1.5, 1.5, 1.5, 1.5, 2.5, 0, 2.5,
    ];
    expect(picture([keyhole], 7, 7)).toEqual([
      '#######',
      '#######',
      '##...##',
      '##...##',
      '##...##',
      '#######',
      '#######',
    ]);
  });

  it('draws an island in a hole, and drops what lies outside', () => {
    const rings = [square(-3.5, 3.5), square(-2.5, 2.5), square(-0.5, 0.5)];
    expect(picture(rings, 5, 5)).toEqual(['#..#.', '...#.', '...#.', '####.', '.....']);
  });
});
