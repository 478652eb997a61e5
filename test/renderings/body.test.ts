import { describe, expect, it } from 'vitest';
import { bodyOf } from '../../shared/renderings/body.ts';
import { volumeOf } from './solids.ts';

const AIR = -1000;
const WATER = 0;
const VIEW = { fill: true, dilate: false };

/** Whether a place in mm, of a CT in voxels of 2 mm, is in the body. */
function body(valueAt: (x: number, y: number, z: number) => number, view = VIEW) {
  const { voxels, shape } = bodyOf(volumeOf([100, 60, 6], [2, 2, 2], valueAt), view);
  return (x: number, y: number, z = 6) => voxels[((z / 2) * shape[1] + y / 2) * shape[0] + x / 2] === 1;
}

const disc = (x: number, y: number, middleX: number, radius: number) =>
  Math.hypot(x - middleX, y - 60) <= radius;

describe('bodyOf', () => {
  it('leaves out the table below and the drip line beside, also where the table touches', () => {
    const inBody = body((x, y) =>
      disc(x, y, 100, 40) || (y >= 16 && y <= 20) || (Math.abs(x - 160) <= 4 && Math.abs(y - 60) <= 4)
        ? WATER
        : AIR,
    );
    expect(inBody(100, 60)).toBe(true);
    expect(inBody(100, 96)).toBe(true);
    expect(inBody(20, 18)).toBe(false);
    expect(inBody(180, 18)).toBe(false);
    expect(inBody(160, 60)).toBe(false);
  });

  it('keeps both legs, and an arm that lies apart from the trunk', () => {
    const legs = body((x, y) => (disc(x, y, 50, 30) || disc(x, y, 130, 28) ? WATER : AIR));
    expect([legs(50, 60), legs(130, 60), legs(90, 60)]).toEqual([true, true, false]);
    const arm = body((x, y) => (disc(x, y, 80, 50) || disc(x, y, 170, 16) ? WATER : AIR));
    expect([arm(80, 60), arm(170, 60)]).toEqual([true, true]);
  });

  it('counts the air of the lungs as body when filled, and not otherwise', () => {
    const lungs = (x: number, y: number) => (disc(x, y, 100, 50) && !disc(x, y, 100, 20) ? WATER : AIR);
    expect(body(lungs)(100, 60)).toBe(true);
    expect(body(lungs, { fill: false, dilate: false })(100, 60)).toBe(false);
  });

  it('fills behind a gap in the skin only with dilation', () => {
    const open = (x: number, y: number) =>
      disc(x, y, 100, 50) && !disc(x, y, 100, 30) && !(x === 100 && y > 60) ? WATER : AIR;
    expect(body(open)(100, 60)).toBe(false);
    expect(body(open, { fill: true, dilate: true })(100, 60)).toBe(true);
  });

  it('finds nothing in air', () => {
    expect(
      bodyOf(
        volumeOf([10, 10, 3], [2, 2, 2], () => AIR),
        VIEW,
      ).voxels.some(Boolean),
    ).toBe(false);
  });
});
