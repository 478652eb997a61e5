import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeNifti } from '../../shared/nifti/write.ts';
import { lesionsOf, OTHER_COLUMNS } from '../../shared/other-datasets/lesions.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { utf8 } from '../../shared/store/json.ts';
import type { Store } from '../../shared/store/store.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import type { Affine } from '../../shared/volume/volume.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';
import { LAYOUTS, type Layout } from './layouts.ts';

const OPTIONS = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;

const AXIAL: Affine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 2, 0],
];

/** A box of 5 x 3 x 2 voxels of 1 x 1 x 2 mm with the value 2, and a single voxel of 1. */
function mask(): Uint8Array {
  const voxels = new Uint8Array(10 * 10 * 4);
  for (const k of [1, 2])
    for (const j of [2, 3, 4]) voxels.fill(2, (k * 10 + j) * 10 + 1, (k * 10 + j) * 10 + 6);
  voxels[(3 * 10 + 9) * 10 + 9] = 1;
  return writeNifti(
    { voxels, shape: [10, 10, 4], spacingMm: [1, 1, 2], affine: AXIAL, slope: 1, intercept: 0 },
    'derived',
  );
}

/** The same box with its axial slices along the first axis, as KiTS stores them. */
function maskBySlices(): Uint8Array {
  const voxels = new Uint8Array(4 * 10 * 10);
  for (const k of [1, 2])
    for (const j of [2, 3, 4]) for (let i = 1; i < 6; i++) voxels[(i * 10 + j) * 4 + k] = 2;
  const affine: Affine = [
    [0, 0, -1, 0],
    [0, -1, 0, 0],
    [-2, 0, 0, 0],
  ];
  return writeNifti(
    { voxels, shape: [4, 10, 10], spacingMm: [2, 1, 1], affine, slope: 1, intercept: 0 },
    'derived',
  );
}

async function put(store: Store, prefix: string, { files }: Pick<Layout, 'files'>): Promise<void> {
  for (const [key, content] of Object.entries(files)) {
    const bytes = content === 'mask' ? mask() : utf8(content === 'other' ? 'other' : JSON.stringify(content));
    await store.put(prefix + key, bytes);
  }
}

const list = (dataset_name: string, lesion_label_value = 2) => ({
  dataset_name,
  path_to_masks: '.',
  lesion_label_value,
});

let store: FolderStore;
beforeEach(() => {
  store = new FolderStore(temporaryFolder());
});

const BOX = {
  voxels_count: 30,
  slices_count: 2,
  volume_mm3: 60,
  volume_ml: 0.06,
  label_value: 1,
  major_axis_mm: 4,
  minor_axis_mm: 2,
  major_axis_slice_idx: 1,
};

it('knows fourteen datasets', () => expect(LAYOUTS).toHaveLength(14));

describe.each(LAYOUTS)('$name', ({ name, files, found }) => {
  it.each([
    ['', 'its folder'],
    ['downloads/', 'a folder above'],
  ])('is found from %s%s', async (prefix) => {
    await put(store, prefix, { files });
    const { rows, failures, masks } = await lesionsOf(store, list(name), OPTIONS);
    expect(failures).toEqual([]);
    expect(masks).toBe(found.length);
    expect(rows.map(({ filename, patient, study }) => [filename, patient, study])).toEqual(
      found.map(([filename, ...whose]) => [prefix + filename, ...whose]),
    );
    for (const row of rows) expect(row).toMatchObject({ ...BOX, dataset: name });
  });
});

it('finds masks of MSD in the labels folder itself, and the older masks of CT-Lymph-Nodes', async () => {
  await put(store, '', { files: { 'liver_0.nii.gz': 'mask', '._liver_0.nii.gz': 'other' } });
  expect((await lesionsOf(store, list('MSD-Liver'), OPTIONS)).rows).toMatchObject([{ patient: 'liver_0' }]);
  const nodes = new FolderStore(temporaryFolder());
  await put(nodes, 'MED_ABD_LYMPH_MASKS/', {
    files: { 'ABD_LYMPH_001/ABD_LYMPH_001_mask.nii.gz': 'mask' },
  });
  expect((await lesionsOf(nodes, list('CT Lymph Nodes'), OPTIONS)).rows).toMatchObject([
    { patient: 'ABD_LYMPH_001' },
  ]);
});

it('takes any value that is not 0 for -1, and only the lesion value otherwise', async () => {
  await store.put('liver_1.nii.gz', mask());
  const voxels = async (value: number) =>
    (await lesionsOf(store, list('MSD-Liver', value), OPTIONS)).rows.map(({ voxels_count }) => voxels_count);
  expect(await voxels(-1)).toEqual([30, 1]);
  expect(await voxels(1)).toEqual([1]);
  expect(await voxels(3)).toEqual([]);
});

it('measures in axial slices, whichever axis they are stored along', async () => {
  await store.put('case_00000/segmentation.nii.gz', maskBySlices());
  const { rows } = await lesionsOf(store, list('KiTS23'), OPTIONS);
  expect(rows).toMatchObject([BOX]);
});

it('says what cannot be read or found, and goes on', async () => {
  await put(store, '', { files: { 'a.nii.gz': 'mask', 'b.nii.gz': 'other', 'c.nii.gz': 'mask' } });
  const { rows, failures } = await lesionsOf(store, list('KiPA22'), OPTIONS);
  expect(rows.map(({ filename }) => filename)).toEqual(['a.nii.gz', 'c.nii.gz']);
  expect(failures).toMatchObject([{ code: 'NIFTI_UNREADABLE', keys: ['b.nii.gz'] }]);
  expect((await lesionsOf(store, list('KiTS23'), OPTIONS)).failures).toMatchObject([
    { code: 'MASK_MISSING', message: expect.stringContaining('no lesion mask in the layout of KiTS23') },
  ]);
  await expect(lesionsOf(store, list('Nowhere'), OPTIONS)).rejects.toMatchObject({ code: 'USAGE' });
});

describe('the command', () => {
  const run = (...parameters: string[]) => {
    const main = join(import.meta.dirname, '../../cli/main.ts');
    return execFileSync(process.execPath, [main, 'other-datasets', ...parameters], { encoding: 'utf8' });
  };

  it('writes one table of all datasets, with the folders of the list beside the list', async () => {
    const folder = temporaryFolder();
    const datasets = new FolderStore(folder);
    for (const layout of LAYOUTS) await put(datasets, `${layout.name}/`, layout);
    const names = LAYOUTS.map(({ name }) => ({ ...list(name), path_to_masks: name }));
    writeFileSync(join(folder, 'other_datasets.json'), JSON.stringify(names));
    const out = temporaryFolder();
    expect(run(join(folder, 'other_datasets.json'), out)).toContain('KiTS23: 1 lesion in 1 mask\n');
    const text = readFileSync(join(out, 'other_datasets_lesions_info.csv'), 'utf8');
    const { columns, rows } = parseCsv(text, 'table', []);
    expect(columns).toEqual(OTHER_COLUMNS);
    expect(rows.map(({ dataset, filename, patient }) => [dataset, filename, patient])).toEqual(
      LAYOUTS.flatMap(({ name, found }) => found.map(([filename, patient]) => [name, filename, patient])),
    );
    expect(rows[0]).toMatchObject({ volume_mm3: '60', method: 'obb', unconnected_strategy: 'largest-area' });
  });
});
