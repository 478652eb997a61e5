import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ConversionReport, convertSeries } from '../../shared/dicom/series.ts';
import type { DatasetError } from '../../shared/errors.ts';
import { datatypeOf } from '../../shared/nifti/datatypes.ts';
import type { Volume } from '../../shared/volume/volume.ts';
import { filesOf, hasSharedFolder, sharedFolder } from './shared-folder.ts';

interface Golden {
  dtype: string;
  shape: number[];
  pixdim: number[];
  affine: number[][];
  scl_slope: number;
  scl_inter: number;
  voxels_sha256: string;
}

/**
 * Each set, and how it must end: with the voxels and geometry of a file of dcm2niix's, or with a code. Where
 * dcm2niix's float32 shear rounds some voxels the other way, samples of them are held to within one.
 */
interface Case {
  set: string;
  golden?: [file: string, name: string];
  code?: string;
  seriesUid?: string;
  resample?: boolean;
  samples?: boolean;
}

const FAILING = 'data/dicom2nifti-failing';
const NOT_A_VOLUME = '1.2.826.0.1.3680043.8.498.12055911408007578160432651861615759294';

const CASES: Case[] = [
  { set: 'data/crlm-ct-1004/image', golden: ['crlm-ct-1004__image', '.nii.gz'] },
  { set: 'data/lidc-0314-part/image.zip', golden: ['lidc-0314-part__image', '.nii.gz'] },
  { set: 'data/sts-003/dicom/image', golden: ['sts-003__dicom__image', '.nii.gz'] },
  { set: 'data/totalseg/example_ct_dicom', golden: ['totalseg__example_ct_dicom', '.nii.gz'] },
  { set: 'data/rt-utils/oblique', golden: ['rt-utils__oblique', '.nii.gz'] },
  { set: 'data/rt-utils/phantom', golden: ['rt-utils__phantom', '.nii.gz'] },
  {
    set: 'data/dcmqa-philips/tilt_minus18_5_part.zip',
    golden: ['dcmqa-philips__tilt_minus18_5_part', '_Tilt_1.nii.gz'],
    samples: true,
  },
  {
    set: `${FAILING}/gantrytilting_001.zip`,
    golden: ['dicom2nifti-failing__gantrytilting_001', '_Tilt_1.nii.gz'],
  },
  { set: `${FAILING}/sliceincrement_001.zip`, code: 'MISSING_SLICES' },
  {
    set: `${FAILING}/sliceincrement_001.zip`,
    golden: ['dicom2nifti-failing__sliceincrement_001', '_Eq_1.nii.gz'],
    resample: true,
  },
  { set: `${FAILING}/sliceincrement_002.zip`, code: 'MISSING_SLICES' },
  {
    set: `${FAILING}/sliceincrement_002.zip`,
    golden: ['dicom2nifti-failing__sliceincrement_002', '_Tilt_Eq_1.nii.gz'],
    resample: true,
  },
  { set: 'data/dcmqa-ge-tilt/GE.zip', code: 'MISSING_SLICES' },
  {
    set: 'data/dcmqa-ge-tilt/GE.zip',
    golden: ['dcmqa-ge-tilt__GE', '_Tilt_Eq_1.nii.gz'],
    resample: true,
    samples: true,
  },
  // four different images of one place: dcm2niix stacks them in time
  { set: `${FAILING}/notavolume_001.zip`, code: 'DUPLICATE_SLICES', seriesUid: NOT_A_VOLUME },
  {
    set: 'data/dcmqa-philips/S21570.zip',
    golden: ['dcmqa-philips__S21570', '6002432791750815306.26862469513794233732.nii.gz'],
    seriesUid: '1.3.46.670589.33.1.6002432791750815306.26862469513794233732',
  },
  // two scouts; the second has secondary captures beside it
  {
    set: 'data/dcmqa-philips/S21570.zip',
    code: 'NOT_A_CT_VOLUME',
    seriesUid: '1.3.46.670589.33.1.17491953482334658115.21841165151607525240',
  },
  {
    set: 'data/dcmqa-philips/S21570.zip',
    code: 'NOT_A_CT_VOLUME',
    seriesUid: '1.3.46.670589.33.1.22100348011750129999.30936184503286111321',
  },
  // one image in many transfer syntaxes, some of them with unsigned pixels: no volume
  {
    set: 'data/ct-transfer-syntaxes',
    code: 'SLICES_INCONSISTENT',
    seriesUid: '1.2.840.113619.2.30.1.1762295590.1623.978668949.890',
  },
];

// dcm2niix decodes the uncompressed file; of the compressed ones it refuses some and repeats a frame in others
const MULTI_FRAME = [
  'explicit_little_endian',
  'fragmented_no_bot_jpeg_lossless.57',
  'fragmented_no_bot_jpeg_lossless.70',
  'fragmented_no_bot_jpeg_ls.80',
  'not_fragmented_bot_jpeg_ls.80',
  'not_fragmented_bot_rle',
  'not_fragmented_no_bot_jpeg_ls.80',
  'not_fragmented_no_bot_rle',
];

const TILT_SAMPLES: { step: number; sets: Record<string, number[]> } = JSON.parse(
  readFileSync(new URL('./tilt-samples.json', import.meta.url), 'utf8'),
);

const table: string[][] = [['set', 'transfer syntax', 'voxels', 'affine', 'verdict']];

describe.skipIf(!hasSharedFolder)(
  'the reference sets convert as dcm2niix converts them, or end by name',
  () => {
    afterAll(() => {
      const widths = table[0].map((_, c) => Math.max(...table.map((row) => row[c].length)));
      console.log(table.map((row) => row.map((cell, c) => cell.padEnd(widths[c])).join('  ')).join('\n'));
    });

    test.each(CASES)(
      '$set $golden $code',
      async ({ set, golden, code, seriesUid, resample = false, samples = false }) => {
        const options = { resample, ...(seriesUid && { expectedSeriesUid: seriesUid }) };
        const converted = convertSeries(filesOf(set), options);
        if (code) {
          const failure = await converted.then(
            () => undefined,
            (error: DatasetError) => error,
          );
          table.push([set, '', '', '', failure?.code ?? 'converted']);
          expect(failure).toMatchObject({ code });
          return;
        }
        const { volume, report } = await converted;
        compare(set, volume, report, goldenOf(golden!), samples);
      },
    );

    test.each(MULTI_FRAME)('two frames, %s', async (name) => {
      const file = filesOf('data/ct-multiframe-encaps').find(({ key }) =>
        key.includes(`CT0012.${name}.dcm`),
      )!;
      const { volume, report } = await convertSeries([file], { resample: false });
      compare(`CT0012.${name}`, volume, report, goldenOf(['ct-multiframe-encaps', '14401.nii.gz']), false);
    });
  },
);

function goldenOf([file, name]: [string, string]): Golden {
  const { files } = JSON.parse(readFileSync(join(sharedFolder, 'golden/convert', `${file}.json`), 'utf8'));
  const key = Object.keys(files).find(
    (one) => one.endsWith(name) && (name !== '.nii.gz' || !one.includes('_')),
  );
  return files[key ?? Object.keys(files).find((one) => one.endsWith(name))!];
}

function compare(
  set: string,
  volume: Volume,
  report: ConversionReport,
  golden: Golden,
  samples: boolean,
): void {
  const { voxels, shape, affine, spacingMm } = volume;
  const bytes = new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  const equal = hash('sha256', bytes) === golden.voxels_sha256;
  const sameAffine = golden.affine
    .slice(0, 3)
    .every((row, r) => row.every((x, c) => Math.abs(x - affine[r][c]) <= 1e-5 * Math.abs(x) + 1e-3));
  table.push([
    set,
    report.transferSyntaxes.join(' '),
    equal ? 'equal' : 'within 1',
    sameAffine ? 'equal' : 'differs',
    report.corrections.join(', ') || 'converted',
  ]);
  expect([...shape]).toEqual(golden.shape);
  expect(datatypeOf(voxels).name).toBe(golden.dtype);
  expect(sameAffine).toBe(true);
  expect(spacingMm.every((x, i) => Math.abs(x - golden.pixdim[i + 1]) < 1e-5)).toBe(true);
  expect([Math.fround(volume.slope), volume.intercept]).toEqual([golden.scl_slope, golden.scl_inter]);
  if (!samples) {
    expect(equal).toBe(true);
    return;
  }
  const differences = TILT_SAMPLES.sets[set].map((value, i) =>
    Math.abs(value - voxels[i * TILT_SAMPLES.step]),
  );
  expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  expect(differences.filter((difference) => difference > 0).length).toBeLessThan(differences.length / 1000);
}
