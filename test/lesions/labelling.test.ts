import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connectedComponents } from '../../shared/lesions/labelling.ts';
import { paintRuns, runsOf } from '../../shared/lesions/runs.ts';
import type { Shape, VoxelArray } from '../../shared/volume/volume.ts';

/** Components by flood fill, voxel by voxel, numbered in raster order. */
function floodFill(voxels: VoxelArray, [columns, rows, slices]: Shape): number[] {
  const labels = new Array<number>(voxels.length).fill(0);
  let count = 0;
  for (let seed = 0; seed < voxels.length; seed++) {
    if (voxels[seed] <= 0 || voxels[seed] >= CLASSES.length || labels[seed]) continue;
    count += 1;
    labels[seed] = count;
    const open = [seed];
    while (open.length) {
      const at = open.pop()!;
      const [i, j, k] = [at % columns, Math.floor(at / columns) % rows, Math.floor(at / columns / rows)];
      for (let dk = -1; dk <= 1; dk++) {
        for (let dj = -1; dj <= 1; dj++) {
          for (let di = -1; di <= 1; di++) {
            const [x, y, z] = [i + di, j + dj, k + dk];
            if (x < 0 || y < 0 || z < 0 || x >= columns || y >= rows || z >= slices) continue;
            const next = (z * rows + y) * columns + x;
            if (voxels[next] !== voxels[seed] || labels[next]) continue;
            labels[next] = count;
            open.push(next);
          }
        }
      }
    }
  }
  return labels;
}

/** Values 1 to 3 are each a class; others are background. */
const CLASSES = [0, 1, 2, 3];

function labelled(voxels: VoxelArray, shape: Shape): number[] {
  const runs = runsOf({ voxels, shape }, CLASSES);
  const labels = new Uint32Array(voxels.length);
  paintRuns(runs, connectedComponents(runs).ofRun, labels);
  return [...labels];
}

/** Repeatable noise: values 1 to 3 at the given density, and now and then one that is background. */
function fill(voxels: VoxelArray, density: number, seed: number): void {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let v = 0; v < voxels.length; v++) {
    const value = random();
    if (value < density) voxels[v] = 1 + Math.floor((value / density) * 3);
    else if (value > 0.98) voxels[v] = value > 0.99 ? 77 : -1;
  }
}

const side = fc.integer({ min: 1, max: 7 });
// rows of bits are words of 32
const columns = fc.oneof(side, fc.integer({ min: 28, max: 36 }), fc.integer({ min: 60, max: 100 }));
const shapes = fc.tuple(columns, side, side);
const types = [
  Uint8Array,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
];

describe('labelling agrees with a flood fill', () => {
  test.each([0.05, 0.2, 0.5, 0.9, 1])('at density %s', (density) => {
    fc.assert(
      fc.property(shapes, fc.integer(), fc.constantFrom(...types), (shape, seed, Type) => {
        const voxels = new Type(shape[0] * shape[1] * shape[2]);
        fill(voxels, density, seed);
        expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
      }),
      { numRuns: 150 },
    );
  });

  test('for one class in empty, sparse, dense and full rows, where runs are long', () => {
    const densities = [0, 0.02, 0.5, 0.98, 1];
    fc.assert(
      fc.property(fc.tuple(fc.integer({ min: 90, max: 200 }), side, side), fc.integer(), (shape, seed) => {
        const voxels = new Uint8Array(shape[0] * shape[1] * shape[2]);
        for (let row = 0; row < shape[1] * shape[2]; row++) {
          const density = densities[Math.abs(Math.imul(seed + row, 0x9e3779b1) >> 8) % densities.length];
          fill(voxels.subarray(row * shape[0], (row + 1) * shape[0]), density, seed + row);
        }
        for (let v = 0; v < voxels.length; v++) voxels[v] = voxels[v] > 0 && voxels[v] < 4 ? 1 : 0;
        expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
      }),
      { numRuns: 400 },
    );
  });

  test('for a stretch that ends where a chunk does', () => {
    const shape: Shape = [1 << 15, 4, 1];
    const voxels = new Uint8Array(4 << 15);
    voxels.fill(2, (1 << 15) - 3, 1 << 15);
    expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
  });

  test('for a volume larger than the chunks it is read in', () => {
    for (const Type of [Uint8Array, Int16Array, Int32Array]) {
      const shape: Shape = [211, 97, 5];
      const voxels = new Type(shape[0] * shape[1] * shape[2]);
      fill(voxels, 0.4, 1);
      expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
    }
  });

  test('for voxels that begin in the middle of a word', () => {
    const shape: Shape = [7, 3, 3];
    const voxels = new Uint8Array(80).subarray(1, 64);
    fill(voxels, 0.6, 5);
    expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
  });
});

describe.each([1, 3, 31, 32, 33, 63, 64, 65, 130])('in rows of %i voxels', (columns) => {
  const small = fc.integer({ min: 1, max: 5 });

  test('labelling agrees with a flood fill', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.constant(columns), small, small),
        fc.constantFrom(0.05, 0.3, 0.7, 1),
        fc.integer(),
        fc.constantFrom(...types),
        (shape, density, seed, Type) => {
          const voxels = new Type(shape[0] * shape[1] * shape[2]);
          fill(voxels, density, seed);
          expect(labelled(voxels, shape)).toEqual(floodFill(voxels, shape));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('every voxel is in a run of its value, or counted as background', () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 8, arbitrary: fc.constant(2) },
      fc.integer({ min: -130, max: 260 }),
      fc.constantFrom(65535, 70000, -70000, 2 ** 31 - 1, 2.75, -0.5),
    );
    const classOf = Int32Array.from({ length: 65536 }, (_, v) => (v % 3 === 1 ? 0 : v));
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...types),
        (rows, Type) => {
          const voxels = new Type(rows.flat());
          const runs = runsOf({ voxels, shape: [columns, rows.length, 1] }, classOf);
          const found = Array.from(runs.from.subarray(0, runs.count), (from, run) => ({
            from,
            to: runs.to[run],
            value: runs.value[run],
          }));
          const expected = naiveRuns(voxels, columns, classOf);
          expect(found).toEqual(expected.runs);
          expect(runs.background).toEqual(expected.background);
          expect(runs.values).toEqual(
            [...new Set(expected.runs.map((run) => run.value))].sort((a, b) => a - b),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('two voxels are one component exactly when they touch, also where words of bits meet', () => {
  const shape: Shape = [70, 4, 4];
  const voxels = new Uint8Array(70 * 4 * 4);
  const places = [61, 62, 63, 64, 65].flatMap((i) =>
    [0, 1, 2, 3].flatMap((j) => [0, 1, 2, 3].map((k) => [i, j, k])),
  );
  const index = ([i, j, k]: number[]) => (k * 4 + j) * 70 + i;
  for (const a of places) {
    for (const b of places) {
      if (index(b) <= index(a)) continue;
      voxels[index(a)] = voxels[index(b)] = 1;
      const { count } = connectedComponents(runsOf({ voxels, shape }, CLASSES));
      const touching = a.every((own, axis) => Math.abs(own - b[axis]) <= 1);
      if (count !== (touching ? 1 : 2)) expect.fail(`${a} and ${b} are ${count} components`);
      voxels[index(a)] = voxels[index(b)] = 0;
    }
  }
});

/** Runs and background voxel by voxel. */
function naiveRuns(voxels: VoxelArray, columns: number, classOf: Int32Array) {
  const runs: { from: number; to: number; value: number }[] = [];
  const background = new Map<number, number>();
  voxels.forEach((stored, v) => {
    const value = Math.trunc(stored);
    if (value > 0 && classOf[value]) {
      const latest = runs.at(-1);
      if (v % columns > 0 && latest?.to === v && latest.value === value) latest.to++;
      else runs.push({ from: v, to: v + 1, value });
    } else if (value !== 0) background.set(value, (background.get(value) ?? 0) + 1);
  });
  return { runs, background };
}

test('a mask of millions of runs is labelled, and small ones after it', () => {
  const shape: Shape = [128, 128, 128];
  const huge = Uint8Array.from({ length: 128 ** 3 }, (_, v) => 1 + (v % 2));
  const runs = runsOf({ voxels: huge, shape }, CLASSES);
  const { count, ofRun } = connectedComponents(runs);
  expect([runs.count, count]).toEqual([128 ** 3, 128]);
  expect(ofRun.every((component, run) => component === (run % 128) + 1)).toBe(true);

  const apart = Uint8Array.from(huge, (_, v) => ((v | (v >> 7) | (v >> 14)) & 1 ? 0 : 3));
  const parts = connectedComponents(runsOf({ voxels: apart, shape }, CLASSES));
  expect(parts.count).toBe(64 ** 3);
  expect(parts.ofRun.every((component, run) => component === run + 1)).toBe(true);

  const small = new Int16Array(37 * 9 * 5);
  fill(small, 0.4, 3);
  expect(labelled(small, [37, 9, 5])).toEqual(floodFill(small, [37, 9, 5]));
});

test('turning a mask around keeps how many parts it has', () => {
  fc.assert(
    fc.property(shapes, fc.integer(), (shape, seed) => {
      const voxels = new Uint8Array(shape[0] * shape[1] * shape[2]);
      fill(voxels, 0.3, seed);
      const count = (array: VoxelArray) => labelled(array, shape).reduce((a, b) => Math.max(a, b), 0);
      expect(count(voxels.toReversed())).toBe(count(voxels));
    }),
  );
});

test('runs are stretches of one value, cut at row ends, and background is counted by value', () => {
  const voxels = Int16Array.of(0, 1, 1, 1, 1, 2, 9, -4, -4);
  const runs = runsOf({ voxels, shape: [3, 3, 1] }, [0, 1, 1]);
  const list = (array: Int32Array) => [...array.subarray(0, runs.count)];
  expect([list(runs.from), list(runs.to), list(runs.value)]).toEqual([
    [1, 3, 5],
    [3, 5, 6],
    [1, 1, 2],
  ]);
  expect([...runs.firstOfRow]).toEqual([0, 1, 3, 3]);
  expect(runs.values).toEqual([1, 2]);
  expect(runs.background).toEqual(
    new Map([
      [9, 1],
      [-4, 2],
    ]),
  );
});
