import fc from 'fast-check';
import { expect, test } from 'vitest';
import { convertSeries } from '../../shared/dicom/series.ts';
import { cross, dot } from '../../shared/dicom/slice-order.ts';
import { pixelsOf, series, seriesFile, sliceFile } from './synthetic-series.ts';

const convert = (files: ReturnType<typeof series>, resample = false) => convertSeries(files, { resample });

test('slices are ordered and spaced by position, rows run bottom up', async () => {
  const { volume, report } = await convert(series([{ z: 6 }, { z: 0 }, { z: 3 }]));
  expect(volume).toMatchObject({ shape: [3, 4, 3], spacingMm: [0.5, 2, 3], slope: 1, intercept: -1024 });
  expect([...volume.voxels.subarray(0, 6)]).toEqual([9, 10, 11, 6, 7, 8]);
  expect(volume.voxels[12]).toBe(309);
  expect(report.slices.map(({ key }) => key)).toEqual(['1.dcm', '2.dcm', '0.dcm']);
});

test.each([
  ['a missing slice', [{ z: 0 }, { z: 3 }, { z: 9 }, { z: 12 }], 'MISSING_SLICES'],
  ['two images of one place', [{ z: 0 }, { z: 3 }, { z: 3, pixels: pixelsOf(1, 12) }], 'DUPLICATE_SLICES'],
  ['two sizes', [{ z: 0 }, { z: 3 }, { z: 6, rows: 5 }, { z: 9, rows: 5 }], 'SLICES_INCONSISTENT'],
  ['two rescales', [{ z: 0 }, { z: 3, slope: '2' }], 'RESCALE_INCONSISTENT'],
  ['one slice', [{ z: 0 }], 'SINGLE_SLICE'],
  ['scouts', [{ z: 0, imageType: 'ORIGINAL\\PRIMARY\\LOCALIZER' }], 'NOT_A_CT_VOLUME'],
])('%s is refused by name', async (_, slices, code) => {
  await expect(convert(series(slices))).rejects.toMatchObject({ code });
});

test('a missing slice is interpolated on request', async () => {
  const { volume, report } = await convert(series([0, 3, 9, 12].map((z) => ({ z }))), true);
  expect(volume.shape[2]).toBe(5);
  expect(volume.voxels[2 * 12]).toBe(609);
  expect(report.corrections).toHaveLength(1);
});

test('an equal repeat and another series are left out, and said so', async () => {
  const files = series([{ z: 0 }, { z: 3 }, { z: 3 }, { z: 6, seriesUid: '7.7' }]);
  const { volume, report } = await convertSeries(files, { resample: false, expectedSeriesUid: '1.2.2' });
  expect(volume.shape[2]).toBe(2);
  expect(report.warnings).toHaveLength(1);
  expect(report.skipped).toEqual([{ key: '3.dcm', reason: 'belongs to series 7.7' }]);
});

test('a file cut off anywhere behind its first bytes never yields a volume', async () => {
  const slices = series([{ z: 0 }, { z: 3 }]);
  const whole = sliceFile({ z: 6 });
  for (let length = 0; length < whole.length; length++) {
    const files = [...slices, seriesFile('2.dcm', whole.subarray(0, length))];
    const end = await convert(files).then(
      () => `a volume from ${length} of ${whole.length} bytes`,
      (error) => error.code,
    );
    expect(['DICOM_UNREADABLE', 'TRUNCATED_PIXEL_DATA']).toContain(end);
  }
});

test('the affine takes a voxel to its place in RAS, in any orientation', async () => {
  const angle = fc.double({ min: -3.1, max: 3.1, noNaN: true });
  const place = fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }), fc.nat(3));
  await fc.assert(
    fc.asyncProperty(angle, angle, angle, place, async (a, b, c, [column, fileRow, k]) => {
      const row = [Math.cos(a) * Math.cos(b), Math.sin(a) * Math.cos(b), Math.sin(b)];
      const side = [-Math.sin(a), Math.cos(a), 0];
      const up = cross(row, side);
      const down = side.map((x, axis) => x * Math.cos(c) + up[axis] * Math.sin(c));
      const normal = cross(row, down);
      const origin = (z: number) => [10, -20, 30].map((x, axis) => x + normal[axis] * z);
      const slices = [0, 3, 6, 9].map((z) => ({ z, position: origin(z), orientation: [...row, ...down] }));
      const { volume } = await convert(series(slices));
      const lps = origin(3 * k).map((x, axis) => x + row[axis] * 0.5 * column + down[axis] * 2 * fileRow);
      const voxel = [column, 3 - fileRow, k];
      const ras = volume.affine.map((line) => dot(line, voxel) + line[3]);
      const wanted = [-lps[0], -lps[1], lps[2]];
      expect(Math.max(...ras.map((x, axis) => Math.abs(x - wanted[axis])))).toBeLessThan(1e-3);
      expect(volume.voxels[(k * 4 + voxel[1]) * 3 + column]).toBe(300 * k + fileRow * 3 + column);
    }),
    { numRuns: 100 },
  );
});
