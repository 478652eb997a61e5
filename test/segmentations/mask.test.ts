import { describe, expect, it } from 'vitest';
import { maskOn } from '../../shared/segmentations/mask.ts';
import type { Block, Segmentation } from '../../shared/segmentations/segmentation.ts';
import type { Affine, Grid } from '../../shared/volume/volume.ts';

const diagonal = (x: number, y: number, z: number, origin = [0, 0, 0]): Affine => [
  [x, 0, 0, origin[0]],
  [0, y, 0, origin[1]],
  [0, 0, z, origin[2]],
];
const CT: Grid = { shape: [4, 2, 2], spacingMm: [1, 1, 1], affine: diagonal(1, 1, 1) };

function segmentation(names: string[], blocks: Block[], numbers = names.map((_, i) => i + 1)): Segmentation {
  return {
    format: 'seg.nrrd',
    referencedSeriesUid: undefined,
    segments: names.map((name, place) => ({ number: numbers[place], name, codes: [`SCT:${place}`] })),
    blocks: () => blocks,
    ignored: [],
  };
}

function block(voxels: number[], segmentOf: [number, number][], affine = CT.affine, shape = CT.shape): Block {
  return { shape, affine, voxels, segmentOf: new Map(segmentOf) };
}

const LOW = block([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [[1, 0]]);
const HIGH = block([0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [[1, 1]]);

describe('a mask on the grid of a CT', () => {
  it('gives overlaps to the later segment whatever the order of the layers, and counts them', () => {
    for (const blocks of [
      [LOW, HIGH],
      [HIGH, LOW],
    ]) {
      const { volume, labels, report } = maskOn(segmentation(['a', 'b'], blocks), CT, 'x');
      expect([...volume.voxels.subarray(0, 4)]).toEqual([1, 2, 2, 2]);
      expect(labels).toEqual({ 1: 'a', 2: 'b' });
      expect(report.overlaps).toEqual([{ kept: 'b', covered: 'a', voxels: 2 }]);
      expect(report.segments[0]).toMatchObject({
        voxels: 1,
        sourceVoxels: 3,
        coveredVoxels: 2,
        volumeMl: 0.001,
      });
    }
  });

  it('places voxels by the affine, not by their index', () => {
    const flipped = block(
      [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [[1, 0]],
      diagonal(-1, -1, 1, [3, 1, 0]),
    );
    const { volume } = maskOn(segmentation(['a'], [flipped]), CT, 'x');
    expect([...volume.voxels]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('takes the nearest voxel of a coarser grid, the upper one half-way, in spite of float32 rounding', () => {
    for (const origin of [-0.5, -0.5 + 1e-7, -0.5 - 1e-7]) {
      const coarse = block(
        [1, 2],
        [
          [1, 0],
          [2, 1],
        ],
        diagonal(3, 9, 9, [origin, 0, 0]),
        [2, 1, 1],
      );
      const { volume } = maskOn(segmentation(['a', 'b'], [coarse]), CT, 'x');
      expect([...volume.voxels.subarray(0, 4)]).toEqual([1, 2, 2, 2]);
    }
  });

  it('names segments by the label map, by name, code or number, and leaves out those that are null', () => {
    const map = { a: 'm,higado', 'SCT:1': null };
    const { volume, labels, report } = maskOn(segmentation(['a', 'b'], [LOW, HIGH]), CT, 'x', map);
    expect([...volume.voxels.subarray(0, 4)]).toEqual([1, 1, 1, 0]);
    expect(labels).toEqual({ 1: 'm,higado' });
    expect(report.segments[1]).toMatchObject({ value: undefined, voxels: 0 });
    expect(maskOn(segmentation(['a', 'b'], [LOW, HIGH]), CT, 'x', { '2': 'two' }).labels[2]).toBe('two');
  });

  it('keeps the numbers of the file, needing uint16 above 255, and counts anew where they repeat', () => {
    const wide = maskOn(segmentation(['a', 'b'], [LOW, HIGH], [300, 7]), CT, 'x');
    expect(wide.volume.voxels).toBeInstanceOf(Uint16Array);
    expect(wide.labels).toEqual({ 7: 'b', 300: 'a' });
    const repeated = maskOn(segmentation(['a', 'b'], [LOW, HIGH], [1, 1]), CT, 'x');
    expect(repeated.volume.voxels).toBeInstanceOf(Uint8Array);
    expect(repeated.labels).toEqual({ 1: 'a', 2: 'b' });
  });

  it('refuses an empty segmentation, and one that lies elsewhere', () => {
    const empty = block(new Array(16).fill(0), [[1, 0]]);
    expect(() => maskOn(segmentation(['a'], [empty]), CT, 'x')).toThrow(
      expect.objectContaining({ code: 'MASK_EMPTY', keys: ['x'] }),
    );
    const away = { ...LOW, affine: diagonal(1, 1, 1, [900, 0, 0]) };
    expect(() => maskOn(segmentation(['a'], [away]), CT, 'x')).toThrow(
      expect.objectContaining({ code: 'GEOMETRY_MISMATCH' }),
    );
  });
});
