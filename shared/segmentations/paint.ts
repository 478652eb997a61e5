import type { Affine, Grid } from '../volume/volume.ts';
import { apply, compose, inverse, type Point } from './affine.ts';
import type { Block } from './segmentation.ts';

/** Voxels that two segments claim; `kept` is the later one. Both are places in `Segmentation.segments`. */
export interface Overlap {
  kept: number;
  covered: number;
  voxels: number;
}

export interface Painting {
  /** For every voxel of the grid, 0 or the place of its segment plus 1. */
  places: Uint16Array;
  /** Labelled voxels of each segment on its own grid. */
  sourceVoxels: number[];
  overlaps: Overlap[];
}

/**
 * Half a voxel, and a little more: a centre midway between two source voxels goes to the upper one, however the
 * float32 numbers of two headers round.
 */
const HALF_UP = 0.5 + 1e-3;

/**
 * Brings blocks onto a grid by nearest neighbour: each voxel of the grid takes the value of the source voxel its
 * centre lies in. Where segments overlap, the later one wins whatever the order of the blocks.
 */
export function paint(blocks: Iterable<Block>, segments: number, grid: Grid): Painting {
  const places = new Uint16Array(grid.shape[0] * grid.shape[1] * grid.shape[2]);
  const sourceVoxels = new Array<number>(segments).fill(0);
  const overlaps = new Map<number, Overlap>();
  for (const block of blocks) {
    const box = labelledBox(block, sourceVoxels);
    if (box) paintBlock(block, box, grid, places, overlaps);
  }
  const sorted = [...overlaps.values()].sort((a, b) => a.kept - b.kept || a.covered - b.covered);
  return { places, sourceVoxels, overlaps: sorted };
}

interface Box {
  low: Point;
  high: Point;
}

/** Where the labelled voxels of a block are, counting them; undefined when there are none. */
function labelledBox({ shape, voxels, segmentOf }: Block, counts: number[]): Box | undefined {
  const low: Point = [...shape];
  const high: Point = [-1, -1, -1];
  let at = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++, at++) {
        const value = voxels[at];
        if (value === 0 && !segmentOf.has(0)) continue;
        const segment = segmentOf.get(value);
        if (segment === undefined) continue;
        counts[segment]++;
        if (i < low[0]) low[0] = i;
        if (i > high[0]) high[0] = i;
        if (j < low[1]) low[1] = j;
        if (j > high[1]) high[1] = j;
        if (k < low[2]) low[2] = k;
        high[2] = k;
      }
    }
  }
  return high[2] < 0 ? undefined : { low, high };
}

function paintBlock(
  { shape, affine, voxels, segmentOf }: Block,
  box: Box,
  grid: Grid,
  places: Uint16Array,
  overlaps: Map<number, Overlap>,
): void {
  const [columns, rows] = grid.shape;
  const toBlock = compose(inverse(affine), grid.affine);
  const { low, high } = boxOnGrid(box, compose(inverse(grid.affine), affine), grid);
  const [[xi, xj, xk, x0], [yi, yj, yk, y0], [zi, zj, zk, z0]] = toBlock;
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      const x = xj * j + xk * k + x0 + HALF_UP;
      const y = yj * j + yk * k + y0 + HALF_UP;
      const z = zj * j + zk * k + z0 + HALF_UP;
      for (let i = low[0]; i <= high[0]; i++) {
        const u = Math.floor(x + xi * i);
        const v = Math.floor(y + yi * i);
        const w = Math.floor(z + zi * i);
        if (u < 0 || v < 0 || w < 0 || u >= shape[0] || v >= shape[1] || w >= shape[2]) continue;
        const value = voxels[u + shape[0] * (v + shape[1] * w)];
        const segment = segmentOf.get(value);
        if (segment === undefined) continue;
        const at = i + columns * (j + rows * k);
        const place = segment + 1;
        if (places[at] !== 0 && places[at] !== place) countOverlap(overlaps, places[at], place);
        if (place > places[at]) places[at] = place;
      }
    }
  }
}

function countOverlap(overlaps: Map<number, Overlap>, a: number, b: number): void {
  const kept = Math.max(a, b) - 1;
  const covered = Math.min(a, b) - 1;
  const key = kept * 0x10000 + covered;
  const overlap = overlaps.get(key);
  if (overlap) overlap.voxels++;
  else overlaps.set(key, { kept, covered, voxels: 1 });
}

/** The voxels of the grid that the source voxels of a box can reach. */
function boxOnGrid(box: Box, toGrid: Affine, grid: Grid): Box {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) =>
    apply(
      toGrid,
      [0, 1, 2].map((axis) => ((corner >> axis) & 1 ? box.high[axis] + 0.51 : box.low[axis] - 0.51)) as Point,
    ),
  );
  const bound = (axis: number, of: (...values: number[]) => number) =>
    of(...corners.map((corner) => corner[axis]));
  return {
    low: [0, 1, 2].map((axis) => Math.max(0, Math.floor(bound(axis, Math.min)))) as Point,
    high: [0, 1, 2].map((axis) => Math.min(grid.shape[axis] - 1, Math.ceil(bound(axis, Math.max)))) as Point,
  };
}
