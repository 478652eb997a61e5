import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { readHeader } from '../../shared/dicom/header.ts';
import { convertSeries } from '../../shared/dicom/series.ts';
import type { Method, UnconnectedStrategy } from '../../shared/lesions/diameters/diameters.ts';
import { minimumAreaRectangle } from '../../shared/lesions/diameters/obb.ts';
import { featuresOf } from '../../shared/lesions/features.ts';
import { instancesOf } from '../../shared/lesions/instances.ts';
import { lesionTranslator } from '../../shared/lesions/vocabulary.ts';
import { readNifti } from '../../shared/nifti/read.ts';
import { contoursOf } from '../../shared/pictures/contours.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import type { Volume } from '../../shared/volume/volume.ts';
import { filesOf, hasSharedFolder, sharedFolder } from '../dicom/shared-folder.ts';

const AXIAL: Volume['affine'] = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
];

/** Volumes of one slice, drawn by a function of column and row in mm. */
function drawn(size: number, spacingMm: [number, number, number], inside: (x: number, y: number) => boolean) {
  const voxels = Uint8Array.from({ length: size * size }, (_, v) =>
    inside((v % size) * spacingMm[0], Math.floor(v / size) * spacingMm[1]) ? 1 : 0,
  );
  const grid = {
    shape: [size, size, 1] as Volume['shape'],
    spacingMm,
    affine: AXIAL,
    slope: 1,
    intercept: 0,
  };
  return {
    mask: { ...grid, voxels },
    ct: { ...grid, voxels: new Int16Array(voxels.length), intercept: -10 },
  };
}

test('a rotated rectangle is measured in mm, whatever the shape of the pixels', () => {
  const angle = fc.double({ min: 0, max: Math.PI, noNaN: true });
  const spacing = fc.constantFrom(0.5, 0.7, 1);
  fc.assert(
    fc.property(angle, spacing, spacing, (turn, columnMm, rowMm) => {
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const inside = (x: number, y: number) => {
        const [dx, dy] = [x - 35, y - 35];
        return Math.abs(dx * cos + dy * sin) <= 20 && Math.abs(dy * cos - dx * sin) <= 8;
      };
      const { mask, ct } = drawn(Math.ceil(70 / Math.min(columnMm, rowMm)), [columnMm, rowMm, 2], inside);
      const options = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;
      const [row] = featuresOf(ct, mask, { '1': 'm,liver' }, options).rows;
      // pixel centres lie inside: up to a pixel is missing on each side
      expect(Math.abs(row.major_axis_mm - 40)).toBeLessThan(2.2);
      expect(Math.abs(row.minor_axis_mm - 16)).toBeLessThan(2.2);
      const ellipse = featuresOf(ct, mask, { '1': 'm,liver' }, { ...options, method: 'ellipse' }).rows[0];
      expect(Math.abs(ellipse.major_axis_mm - 40 * (2 / Math.sqrt(3)))).toBeLessThan(1.5);
      expect(row.mean_HU).toBe(-10);
    }),
    { numRuns: 40 },
  );
});

test('no direction gives a smaller rectangle', () => {
  const point = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
      const { major, minor, corners } = minimumAreaRectangle(points);
      for (let degrees = 0; degrees < 90; degrees += 0.5) {
        const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
        const extent = (along: number[]) => Math.max(...along) - Math.min(...along);
        const u = extent(points.map(([x, y]) => x * cos + y * sin));
        const v = extent(points.map(([x, y]) => y * cos - x * sin));
        expect(major * minor).toBeLessThanOrEqual(u * v + 1e-3);
      }
      expect(major).toBeGreaterThanOrEqual(minor);
      const side = (a: number, b: number) =>
        Math.hypot(corners[a][0] - corners[b][0], corners[a][1] - corners[b][1]);
      expect(Math.max(side(0, 1), side(1, 2))).toBeCloseTo(major, 6);
    }),
    { numRuns: 60 },
  );
});

test('a point that is given again and again has a rectangle without area', () => {
  const corners = Array.from({ length: 4 }, () => [18, 5]);
  for (const times of [1, 2, 3]) {
    const points = Array.from({ length: times }, (): [number, number] => [18, 5]);
    expect(minimumAreaRectangle(points)).toEqual({ major: 0, minor: 0, corners });
  }
});

test('a lesion of a single pixel in every slice has diameter 0, and a warning', () => {
  const voxels = new Uint8Array(3 * 3 * 2);
  voxels[4] = 1;
  voxels[13] = 1;
  const grid = {
    shape: [3, 3, 2] as Volume['shape'],
    spacingMm: [1, 1, 1] as Volume['spacingMm'],
    affine: AXIAL,
  };
  const mask = { ...grid, voxels, slope: 1, intercept: 0 };
  const { rows, warnings } = featuresOf(
    mask,
    mask,
    { '1': 'm,lung' },
    { method: 'obb', unconnectedStrategy: 'sum' },
  );
  expect(rows[0]).toMatchObject({
    major_axis_mm: 0,
    minor_axis_mm: 0,
    major_axis_slice_idx: 0,
    slices_count: 2,
  });
  expect(warnings).toEqual([expect.stringContaining('single pixel')]);
});

test('a part in the hole of another one has no outer contour of its own', () => {
  const ring = (x: number, y: number) => Math.max(Math.abs(x - 8), Math.abs(y - 8)) === 6;
  const bar = (x: number, y: number) => y === 8 && Math.abs(x - 8) <= 2;
  const options = { method: 'obb', unconnectedStrategy: 'sum' } as const;
  const majorMm = (inside: (x: number, y: number) => boolean) => {
    const { mask, ct } = drawn(20, [1, 1, 1], inside);
    return featuresOf(ct, mask, { '1': 'm,liver' }, options).rows[0].major_axis_mm;
  };
  expect(majorMm((x, y) => ring(x, y) || bar(x, y))).toBe(12);
  // outside the ring, and in a bay of it that has a way out, a part counts
  expect(majorMm((x, y) => ring(x, y) || bar(x, y - 9))).toBe(16);
  expect(majorMm((x, y) => (ring(x, y) && y < 14) || bar(x, y))).toBe(16);
});

/** The plain way: outer 8-connected parts as all their pixels, in raster order of the first ones. */
function outerPartsOf(size: number, voxels: Uint8Array): [column: number, row: number][][] {
  const isSet = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < size && y < size && voxels[y * size + x] === 1;
  const flood = (x: number, y: number, wanted: boolean, reach: number, seen: Set<string>) => {
    const found: [number, number][] = [];
    const open: [number, number][] = [[x, y]];
    for (let at = open.pop(); at; at = open.pop()) {
      const [column, row] = at;
      const out = Math.min(column, row) < -1 || Math.max(column, row) > size;
      if (out || isSet(column, row) !== wanted || seen.has(`${at}`)) continue;
      seen.add(`${at}`);
      found.push(at);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++)
          if (Math.abs(dx) + Math.abs(dy) <= reach) open.push([column + dx, row + dy]);
      }
    }
    return found;
  };
  const outside = new Set<string>();
  flood(-1, -1, false, 1, outside);
  const seen = new Set<string>();
  const parts: [number, number][][] = [];
  for (let v = 0; v < voxels.length; v++) {
    const [x, y] = [v % size, Math.floor(v / size)];
    const part = flood(x, y, true, 2, seen);
    if (part.length && outside.has(`${[x - 1, y]}`)) parts.push(part);
  }
  return parts;
}

/** Noise of any density, and rings, whole or broken, within one another. */
const masks = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), fc.nat())
  .map(([size, density, rings, seed]) => {
    let state = seed;
    const voxels = Uint8Array.from({ length: size * size }, (_, v) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const radius = Math.max(Math.abs((v % size) - size / 2), Math.abs(Math.floor(v / size) - size / 2));
      const drawn = rings && Math.floor(radius / 2) % 2 === 0 ? 0.2 + density : rings ? 0.02 : density;
      return state / 2 ** 32 < drawn ? 1 : 0;
    });
    return { size, voxels };
  });

test('outer contours are those of the parts that do not lie in a hole, through their first and last pixels', () => {
  fc.assert(
    fc.property(masks, ({ size, voxels }) => {
      const contours = contoursOf(size, size, (x, y) => voxels[y * size + x] === 1);
      const parts = outerPartsOf(size, voxels);
      expect(contours.map(([first]) => first)).toEqual(
        parts.map((part) => part.toSorted((p, q) => p[1] - q[1] || p[0] - q[0])[0]),
      );
      for (const [i, part] of parts.entries()) {
        const passed = new Set(contours[i].map(String));
        for (const [x, y] of part) {
          const row = part.filter((point) => point[1] === y).map(([column]) => column);
          if (x === Math.min(...row) || x === Math.max(...row)) expect(passed).toContain(`${[x, y]}`);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('the rectangle around first and last pixels of rows is, to the last bit, that around all pixels', () => {
  const spacing = fc.constantFrom(0.5, 0.7, 1, 0.9765625, 1 / 3);
  fc.assert(
    fc.property(masks, spacing, spacing, ({ size, voxels }, columnMm, rowMm) => {
      const { mask, ct } = drawn(size, [columnMm, rowMm, 1], () => false);
      mask.voxels.set(voxels);
      const options = { method: 'obb', unconnectedStrategy: 'join' } as const;
      const [row] = featuresOf(ct, mask, { '1': 'm,liver' }, options).rows;
      const points = outerPartsOf(size, voxels)
        .filter((part) => part.length > 1)
        .flat();
      if (points.length === 0) return;
      const stretch = columnMm / rowMm;
      const { major, minor } = minimumAreaRectangle(points.map(([x, y]) => [x * stretch, y]));
      expect(row.major_axis_mm).toBe(major * rowMm);
      expect(row.minor_axis_mm).toBe(minor * rowMm);
    }),
    { numRuns: 200 },
  );
});

test('ellipses are not joined', () => {
  const { mask, ct } = drawn(8, [1, 1, 1], (x) => x > 2);
  const options = { method: 'ellipse', unconnectedStrategy: 'join' } as const;
  expect(() => featuresOf(ct, mask, { '1': 'm,lung' }, options)).toThrow(/join/);
});

const maskOf = (subset: string, uuid: string) =>
  join(sharedFolder, `raw/images/nifti/${subset}/masks/${uuid}.nii.gz`);

const COMBINATIONS: [Method, UnconnectedStrategy][] = [
  ['obb', 'largest-area'],
  ['obb', 'largest-measurement'],
  ['obb', 'sum'],
  ['obb', 'join'],
  ['ellipse', 'largest-area'],
  ['ellipse', 'largest-measurement'],
  ['ellipse', 'sum'],
];

describe.skipIf(!hasSharedFolder)('diameters are the reference’s, by every method and strategy', () => {
  const series: { uuid: string; subset: string; ct: Volume; instances: ReturnType<typeof instancesOf> }[] =
    [];

  beforeAll(async () => {
    const folders = new Map<string, string>();
    for (const entry of readdirSync(join(sharedFolder, 'raw/images/dicom'), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (entry.isFile()) folders.set(entry.parentPath, entry.parentPath.slice(sharedFolder.length + 1));
    }
    for (const folder of folders.values()) {
      const files = filesOf(folder);
      const uuid = readHeader(await files[0].read()).seriesInstanceUid;
      const subset = ['train', 'test'].find((one) => existsSync(maskOf(one, uuid)));
      if (!subset) continue;
      const { volume: ct } = await convertSeries(files, { resample: false });
      const mask = readNifti(readFileSync(maskOf(subset, uuid)), uuid);
      const labels = JSON.parse(
        readFileSync(join(sharedFolder, `raw/images/nifti/${subset}/labels/${uuid}.json`), 'utf8'),
      );
      const options = { minSize: 50, minSizeUnits: 'voxels', minSlices: 2 } as const;
      series.push({ uuid, subset, ct, instances: instancesOf(mask, labels, options, lesionTranslator()) });
    }
    expect(series).toHaveLength(5);
  });

  test.each(COMBINATIONS)('%s %s', (method, unconnectedStrategy) => {
    for (const { uuid, subset, ct, instances } of series) {
      const file = join(
        sharedFolder,
        `golden/stats/${subset}/${method}-${unconnectedStrategy}/lesions_features.csv`,
      );
      expect(existsSync(file)).toBe(true);
      const golden = parseCsv(readFileSync(file, 'utf8'), file, []).rows.filter((row) =>
        row.filename.startsWith(uuid),
      );
      const { rows } = featuresOf(ct, instances.mask, instances.labels, { method, unconnectedStrategy });
      expect(rows).toHaveLength(golden.length);
      for (const [i, row] of rows.entries()) {
        // the reference gives this one in pixels
        const unit = method === 'obb' && unconnectedStrategy === 'sum' ? ct.spacingMm[1] : 1;
        expect(row.label_value).toBe(Number(golden[i].label_value));
        expect(row.voxels_count).toBe(Number(golden[i].voxels_count));
        expect(row.major_axis_slice_idx).toBe(Number(golden[i].major_axis_slice_idx));
        expect(Math.abs(row.major_axis_mm - Number(golden[i].major_axis_mm) * unit)).toBeLessThan(1e-3);
        expect(Math.abs(row.minor_axis_mm - Number(golden[i].minor_axis_mm) * unit)).toBeLessThan(1e-3);
        expect(Math.abs(row.mean_HU - Number(golden[i].mean_HU))).toBeLessThan(1e-2);
        expect(Math.abs(row.std_HU - Number(golden[i].std_HU))).toBeLessThan(1e-2);
      }
    }
  });
});
