import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Mask, maskOn } from '../../shared/segmentations/mask.ts';
import { readSegmentation } from '../../shared/segmentations/read.ts';
import type { Affine, Grid, Shape } from '../../shared/volume/volume.ts';

interface Reference {
  shape: Shape;
  affine: Affine;
  voxels: Record<string, number>;
  sha256: string;
}

const FIXTURES = new URL('fixtures/', import.meta.url);
const DATA = new URL('../../../shared/data/', import.meta.url);
const references: Record<string, Reference> = JSON.parse(
  readFileSync(new URL('references.json', FIXTURES), 'utf8'),
);

function gridOf({ shape, affine }: Reference): Grid {
  const spacing = (column: number) => Math.hypot(...affine.map((row) => row[column]));
  return { shape, affine, spacingMm: [spacing(0), spacing(1), spacing(2)] };
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, name.includes('/') ? DATA : FIXTURES));
}

async function maskOf(name: string, reference: Reference): Promise<Mask> {
  const segmentation = await readSegmentation(readFileSync(pathOf(name)), name, { threshold: 0.5 });
  return maskOn(segmentation!, gridOf(reference), name);
}

function countsOf({ volume }: Mask): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of volume.voxels) if (value !== 0) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function sha256Of({ volume: { voxels } }: Mask): string {
  return createHash('sha256').update(voxels).digest('hex');
}

/** rt-utils rounds contours to whole pixels and fills those on them: see the test of its own below. */
const ROUNDED = 'rt-utils-phantom.dcm';

describe('masks are those of highdicom, pynrrd, rt-utils and MIRP, voxel for voxel', () => {
  for (const [name, reference] of Object.entries(references)) {
    if (name === ROUNDED) continue;
    it.skipIf(!existsSync(pathOf(name)))(name, async () => {
      const mask = await maskOf(name, reference);
      expect(countsOf(mask)).toEqual(reference.voxels);
      expect(sha256Of(mask)).toBe(reference.sha256);
      expect(mask.volume.shape).toEqual(reference.shape);
    });
  }

  it.skipIf(!existsSync(DATA))('the contours of sts-003 fill the mask published with them', async () => {
    const reference = references['sts-003/mask.nii.gz'];
    expect(sha256Of(await maskOf('sts-003/dicom/rtstruct.dcm', reference))).toBe(reference.sha256);
  });

  it('a contour between pixel centres holds the centres inside it, and rt-utils adds the rim', async () => {
    const reference = references[ROUNDED] as Reference & { centres: Record<string, number> };
    const mask = await maskOf(ROUNDED, reference);
    expect(countsOf(mask)).toEqual(reference.centres);
    expect(reference.voxels['1']).toBeGreaterThan(reference.centres['1']);
  });
});

describe('what a segmentation says of its segments', () => {
  it('gives names, codes and the series of a DICOM SEG', async () => {
    const name = 'highdicom_binary_overlap.dcm';
    const { labels, report } = await maskOf(name, references[name]);
    expect(labels).toEqual({ 1: 'first segment', 2: 'second segment' });
    expect(report.segments.map(({ codes }) => codes[0])).toEqual(['SCT:272673000', 'SCT:421060004']);
    expect(report.referencedSeriesUid).toBe('1.3.6.1.4.1.5962.1.1.0.0.0.1196530851.28319.0.2');
    expect(report.overlaps).toEqual([{ kept: 'second segment', covered: 'first segment', voxels: 12 }]);
  });

  it('takes fractions from the threshold on', async () => {
    const name = 'highdicom_true_fractional.dcm';
    const file = readFileSync(pathOf(name));
    const sizes = [];
    for (const threshold of [0.1, 0.3, 0.5]) {
      const segmentation = await readSegmentation(file, name, { threshold });
      sizes.push(maskOn(segmentation!, gridOf(references[name]), name).report.segments[0].voxels);
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[2]).toBe(references[name].voxels['1']);
  });

  it('refuses a SEG whose pixel data is cut off', async () => {
    const file = readFileSync(pathOf('highdicom_binary.dcm'));
    const cut = readSegmentation(file.subarray(0, file.length - 40), 'cut.dcm', { threshold: 0.5 });
    await expect(cut).rejects.toMatchObject({ code: 'TRUNCATED_PIXEL_DATA' });
  });

  it('refuses what is no segmentation, and passes over DICOM images', async () => {
    const noise = readSegmentation(new Uint8Array(600), 'noise.dcm', { threshold: 0.5 });
    await expect(noise).rejects.toMatchObject({ code: 'SEGMENTATION_UNREADABLE', keys: ['noise.dcm'] });
  });
});
