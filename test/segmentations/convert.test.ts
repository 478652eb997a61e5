import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readNifti } from '../../shared/nifti/read.ts';
import { writeNifti } from '../../shared/nifti/write.ts';
import { type Converted, convertSegmentations } from '../../shared/segmentations/convert.ts';
import { matchCt } from '../../shared/segmentations/match.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Grid } from '../../shared/volume/volume.ts';

const FIXTURES = new URL('fixtures/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(name, FIXTURES));
const references = JSON.parse(fixture('references.json').toString());
const grid: Grid = { ...references['dcmqi-24x38x3.nrrd'], spacingMm: [0.7, 0.7, 2.5] };
const size = grid.shape[0] * grid.shape[1] * grid.shape[2];
const ct = writeNifti({ ...grid, voxels: new Int16Array(size), slope: 1, intercept: 0 }, 'ct');
/** The series that the sparse label maps reference, and a made-up one. */
const REFERENCED = '1.2.826.0.1.3680043.2.1125.1.9881642883347102869241902700569139';
const OTHER = '1.2.3.4';

let folder: string;
let input: FolderStore;
let cts: FolderStore;
let out: FolderStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'segmentations-'));
  [input, cts, out] = ['in', 'ct', 'out'].map((name) => new FolderStore(join(folder, name)));
  await cts.put(`${REFERENCED}.nii.gz`, ct);
  await cts.put(`${OTHER}.nii.gz`, ct);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function keysOf(store: FolderStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  return keys;
}

async function convert(suffix = ''): Promise<Converted[]> {
  const options = { suffix, threshold: 0.5, labelMap: { Liver: 'm,higado' } };
  const results: Converted[] = [];
  const files = { store: input, keys: await keysOf(input) };
  for await (const result of convertSegmentations(
    files,
    { store: cts, keys: await keysOf(cts) },
    out,
    options,
  )) {
    results.push(result);
  }
  return results;
}

describe('a folder of segmentations', () => {
  it('is matched by referenced series and by file name, other files are passed over', async () => {
    await input.put('a/IM0001', fixture('sparse-labelmap-noppv.dcm'));
    await input.put(`b/${OTHER}_v2.nrrd`, fixture('dcmqi-24x38x3.nrrd'));
    await input.put('b/notes.txt', Buffer.from('hello'));
    const results = await convert();
    expect(results.map(({ ct: name, error }) => [name, error])).toEqual([
      [REFERENCED, undefined],
      [OTHER, undefined],
    ]);
    expect(await keysOf(out)).toEqual([
      `labels/${OTHER}.json`,
      `labels/${REFERENCED}.json`,
      `masks/${OTHER}.nii.gz`,
      `masks/${REFERENCED}.nii.gz`,
      'segmentations.json',
    ]);
    const labels = Buffer.from(await out.get(`labels/${REFERENCED}.json`)).toString();
    expect(labels).toBe('{\n    "1": "m,higado"\n}\n');
    const mask = readNifti(await out.get(`masks/${OTHER}.nii.gz`), 'mask');
    expect(Array.from(mask.voxels).filter((value) => value === 1)).toHaveLength(315);
  });

  it('takes the variant that --suffix names, and refuses two of one CT without it', async () => {
    await input.put(`${OTHER}_raw.nrrd`, fixture('dcmqi-24x38x3.nrrd'));
    await input.put(`${OTHER}_corrected.nrrd`, fixture('dcmqi-24x38x3.nrrd'));
    expect((await convert('corrected')).map(({ key, error }) => [key, error?.code])).toEqual([
      [`${OTHER}_corrected.nrrd`, undefined],
    ]);
    expect((await convert()).map(({ error }) => error?.code)).toEqual([undefined, 'SEGMENTATION_UNMATCHED']);
  });

  it('reports what fails and goes on', async () => {
    await input.put('lost.nrrd', fixture('dcmqi-24x38x3.nrrd'));
    await input.put(`${OTHER}.nrrd`, Buffer.from('NRRD0004\n'));
    await input.put('image.nii', ct.with(400, 0xff).with(401, 0xff));
    await input.put('ok.dcm', fixture('sparse-labelmap-ppv5.dcm'));
    expect((await convert()).map(({ key, error }) => [key, error?.code])).toEqual([
      [`${OTHER}.nrrd`, 'SEGMENTATION_UNREADABLE'],
      ['image.nii', 'SEGMENTATION_UNREADABLE'],
      ['lost.nrrd', 'SEGMENTATION_UNMATCHED'],
      ['ok.dcm', undefined],
    ]);
    const report = JSON.parse(Buffer.from(await out.get('segmentations.json')).toString());
    expect(report[0].error.code).toBe('SEGMENTATION_UNREADABLE');
  });

  it('names a plain label NIfTI by the labels beside it', async () => {
    const voxels = new Uint8Array(size);
    voxels.set([1, 1, 2, 9], 50);
    await input.put(
      `masks/${OTHER}.nii.gz`,
      writeNifti({ ...grid, voxels, slope: 1, intercept: 0 }, 'derived'),
    );
    await input.put(`labels/${OTHER}.json`, Buffer.from('{"1": "m,pulmon", "2": "n,axila"}'));
    const [{ report, error }] = await convert();
    expect(error).toBeUndefined();
    expect(report?.segments.map(({ description, voxels: count }) => [description, count])).toEqual([
      ['m,pulmon', 2],
      ['n,axila', 1],
    ]);
    expect(report?.ignored).toEqual(['1 voxels of value 9, which has no label']);
  });
});

describe('the CT of a segmentation', () => {
  const names = new Set(['1.2.3', '1.2.30', 'CT007']);
  it.each([
    ['x.dcm', '1.2.30', '1.2.30'],
    ['1.2.3.seg.nrrd', undefined, '1.2.3'],
    ['Segmentation 1.2.30 corrected.nrrd', undefined, '1.2.30'],
    ['p/1.2.3/Segmentation.seg.nrrd', '9.9', '1.2.3'],
    ['CT007_corrected.nrrd', undefined, 'CT007'],
    ['CT0071.nrrd', undefined, undefined],
    ['1.2.3 and 1.2.30.nrrd', undefined, '1.2.3'],
    ['1.2.30.4.nrrd', undefined, undefined],
  ])('%s referencing %s is of %s', (key, uid, ct) => {
    expect(matchCt(key, uid, names)).toBe(ct);
  });
});
