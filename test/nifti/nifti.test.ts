import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATATYPES } from '../../shared/nifti/datatypes.ts';
import { headerFields, sixDigits } from '../../shared/nifti/header-fields.ts';
import { affineOfQform, quaternionOf } from '../../shared/nifti/quaternion.ts';
import { readNifti } from '../../shared/nifti/read.ts';
import { writeNifti } from '../../shared/nifti/write.ts';
import type { Volume } from '../../shared/volume/volume.ts';

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const spacing = fc.double({ min: 0.2, max: 8, noNaN: true });

/** Rotations times voxel sizes, half of them left-handed, as scanners make them. */
const affines = fc
  .tuple(angle, angle, angle, spacing, spacing, spacing, fc.boolean())
  .map(([a, b, c, dx, dy, dz, flip]) => {
    const [ca, sa, cb, sb, cc, sc] = [a, b, c].flatMap((x) => [Math.cos(x), Math.sin(x)]);
    const rotation = [
      [cb * cc, sa * sb * cc - ca * sc, ca * sb * cc + sa * sc],
      [cb * sc, sa * sb * sc + ca * cc, ca * sb * sc - sa * cc],
      [-sb, sa * cb, ca * cb],
    ];
    const size = [flip ? -dx : dx, dy, dz];
    return rotation.map((row, r) => [...row.map((x, i) => x * size[i]), r * 10]) as Volume['affine'];
  });

function volumeOf(voxels: Volume['voxels'], affine: Volume['affine'], shape: Volume['shape']): Volume {
  const length = (c: number) => Math.hypot(affine[0][c], affine[1][c], affine[2][c]);
  return { voxels, shape, spacingMm: [length(0), length(1), length(2)], affine, slope: 2, intercept: -1024 };
}

test('what is written is read back: every datatype, any orientation, gzipped or not', () => {
  fc.assert(
    fc.property(fc.constantFrom(...DATATYPES), affines, fc.boolean(), ({ view, bytes }, affine, gzipped) => {
      const voxels = new view(new ArrayBuffer(24 * bytes), 0, 24);
      for (let i = 0; i < 24; i++) voxels[i] = i * 5;
      const file = writeNifti(volumeOf(voxels, affine, [4, 3, 2]), 'ct');
      const read = readNifti(gzipped ? gzipSync(file) : file, 'volume.nii');
      expect(read.voxels).toEqual(voxels);
      expect(read.shape).toEqual([4, 3, 2]);
      expect([read.slope, read.intercept]).toEqual([2, -1024]);
      for (const [r, row] of read.affine.entries()) {
        for (const [c, value] of row.entries()) expect(value).toBeCloseTo(affine[r][c], 4);
      }
    }),
  );
});

test('the qform says the same as the sform', () => {
  fc.assert(
    fc.property(affines, (affine) => {
      const length = (c: number) => Math.hypot(affine[0][c], affine[1][c], affine[2][c]);
      const offset = affine.map((row) => row[3]);
      const again = affineOfQform(quaternionOf(affine), [length(0), length(1), length(2)], offset);
      for (const [r, row] of again.entries()) {
        for (const [c, value] of row.entries()) expect(value).toBeCloseTo(affine[r][c], 6);
      }
    }),
  );
});

describe('damaged files are NIFTI_UNREADABLE, never short data', () => {
  const file = writeNifti(
    volumeOf(
      new Int16Array(60),
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
      ],
      [5, 4, 3],
    ),
    'ct',
  );

  test('cut anywhere', () => {
    for (let length = 0; length < file.length; length++) {
      expect(() => readNifti(file.subarray(0, length), 'cut.nii')).toThrow(/cut\.nii/);
    }
  });

  test('gzip cut anywhere', () => {
    const gzipped = gzipSync(file);
    for (let length = 2; length < gzipped.length; length += 7) {
      expect(() => readNifti(gzipped.subarray(0, length), 'cut.nii.gz')).toThrow(/cut\.nii\.gz/);
    }
  });

  test('another format', () => {
    expect(() => readNifti(Buffer.from('not a volume'.repeat(60)), 'text')).toThrow(/no NIfTI-1 header/);
  });
});

test('big-endian voxels are turned around', () => {
  const file = Buffer.alloc(352 + 4);
  file.writeInt32BE(348, 0);
  for (const [i, size] of [3, 2, 1, 1, 1, 1, 1, 1].entries()) file.writeInt16BE(size, 40 + 2 * i);
  file.writeInt16BE(4, 70);
  file.writeInt16BE(16, 72);
  for (let i = 0; i < 4; i++) file.writeFloatBE(1, 76 + 4 * i);
  file.writeFloatBE(352, 108);
  file.write('n+1\0', 344, 'latin1');
  file.writeInt16BE(-1000, 352);
  file.writeInt16BE(258, 354);
  expect([...readNifti(file, 'be.nii').voxels]).toEqual([-1000, 258]);
});

test('numbers print as C++ streams print them', () => {
  const printed = [0.9765625, -340.21875, 1e-5, 1234567, 3.2699999809265137, 0.5, 100000, 0, -0, 999999.5];
  expect(printed.map(sixDigits)).toEqual([
    '0.976562',
    '-340.219',
    '1e-05',
    '1.23457e+06',
    '3.27',
    '0.5',
    '100000',
    '0',
    '-0',
    '1e+06',
  ]);
});

test('header fields carry no date, time or name', () => {
  const volume = volumeOf(
    new Int16Array(1),
    [
      [-1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ],
    [1, 1, 1],
  );
  const fields = headerFields(readNifti(writeNifti(volume, 'ct'), 'x').header);
  expect(fields).toMatchObject({
    descrip: '',
    aux_file: '',
    intent_name: '',
    quatern_c: '1',
    xyzt_units: '10',
  });
});
