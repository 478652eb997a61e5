import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeNifti } from '../../shared/nifti/write.ts';
import { lesionsOf } from '../../shared/other-datasets/lesions.ts';
import { utf8 } from '../../shared/store/json.ts';
import { openStore } from '../../shared/store/open-store.ts';
import type { Store } from '../../shared/store/store.ts';

/** One box of 5 x 3 x 2 voxels of 1 x 1 x 2 mm with the value 1, and a single voxel of 2. */
function mask(): Uint8Array {
  const voxels = new Uint8Array(10 * 10 * 4);
  for (const k of [1, 2])
    for (const j of [2, 3, 4]) voxels.fill(1, (k * 10 + j) * 10 + 1, (k * 10 + j) * 10 + 6);
  voxels[(3 * 10 + 9) * 10 + 9] = 2;
  return writeNifti(
    {
      voxels,
      shape: [10, 10, 4],
      spacingMm: [1, 1, 2],
      affine: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 2, 0],
      ],
      slope: 1,
      intercept: 0,
    },
    'derived',
  );
}

const OPTIONS = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;
const tumor = {
  segmentAttributes: [
    [{ labelID: 1, SegmentDescription: 'Liver' }],
    [{ labelID: 2, SegmentDescription: 'Tumor' }],
  ],
};
const one = { segmentAttributes: [[{ labelID: 1, SegmentDescription: 'Neoplasm' }]] };

/** Files of each dataset as it is published, and the mask that its rule must find with its patient. */
const LAYOUTS: [name: string, files: Record<string, unknown>, found: [key: string, patient: string][]][] = [
  [
    'FDG-PET-CT-Lesions',
    { 'PETCT_01/03-22-2003/SEG.nii.gz': 0, 'PETCT_01/03-22-2003/CT.nii.gz': 0 },
    [['PETCT_01/03-22-2003/SEG.nii.gz', 'PETCT_01']],
  ],
  [
    'Adrenal-ACC-Ki67',
    {
      'Adrenal_1/2000/3.0-Segmentation-1/a.nii.gz': 0,
      'Adrenal_1/2000/3.0-Segmentation-1/b.nii.gz': 0,
      'Adrenal_1/2000/2.0-CT/c.nii.gz': 0,
    },
    [['Adrenal_1/2000/3.0-Segmentation-1/a.nii.gz', 'Adrenal_1']],
  ],
  [
    'GLIS-RT',
    { 'GLI_001/s/Struct_GTV.nii.gz': 0, 'GLI_001/s/Struct_CTV.nii.gz': 0 },
    [['GLI_001/s/Struct_GTV.nii.gz', 'GLI_001']],
  ],
  [
    'HCC-TACE-Seg',
    {
      'HCC_1/s/1-2.nii.gz': 0,
      'HCC_1/s/1-1.nii.gz': 0,
      'HCC_1/s/1-meta.json': tumor,
      'HCC_2/s/1-2.nii.gz': 0,
      'HCC_2/s/1-meta.json': one,
    },
    [['HCC_1/s/1-2.nii.gz', 'HCC_1']],
  ],
  [
    'KiTS23',
    { 'case_00000/segmentation.nii.gz': 0, 'case_00000/imaging.nii.gz': 0 },
    [['case_00000/segmentation.nii.gz', 'case_00000']],
  ],
  [
    'LNQ23',
    { 'lnq2023-train-0001_seg.nii.gz': 0, 'lnq2023-train-0001_ct.nii.gz': 0 },
    [['lnq2023-train-0001_seg.nii.gz', '0001']],
  ],
  [
    'CT-Lymph-Nodes',
    { 'ABD_001/ABD_LYMPH_segmentations/m.nii.gz': 0, 'ABD_001/images/i.nii.gz': 0 },
    [['ABD_001/ABD_LYMPH_segmentations/m.nii.gz', 'ABD_001']],
  ],
  [
    'NSCLC-Radiogenomics',
    {
      'R01-001/s/1-1.nii.gz': 0,
      'R01-001/s/1-meta.json': one,
      'R01-002/s/1-1.nii.gz': 0,
      'R01-002/s/1-meta.json': tumor,
    },
    [['R01-001/s/1-1.nii.gz', 'R01-001']],
  ],
  [
    'Mediastinal-Lymph-Node-SEG',
    { 'case_01/s/300-Annotated LN/m.nii.gz': 0, 'case_01/s/2-CT/i.nii.gz': 0 },
    [['case_01/s/300-Annotated LN/m.nii.gz', 'case_01']],
  ],
  ...['MSD-Liver', 'MSD-Lung', 'MSD-Pancreas', 'MSD-Colon', 'KiPA22'].map(
    (name): [string, Record<string, unknown>, [string, string][]] => [
      name,
      { 'liver_1.nii.gz': 0 },
      [['liver_1.nii.gz', 'liver_1']],
    ],
  ),
];

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'other-datasets-'));
  store = await openStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(LAYOUTS)('finds and measures the lesions of %s', async (dataset_name, files, found) => {
  for (const [key, content] of Object.entries(files)) {
    await store.put(key, content === 0 ? mask() : utf8(JSON.stringify(content)));
  }
  const rows = await lesionsOf(
    store,
    { dataset_name, path_to_masks: folder, lesion_label_value: 1 },
    OPTIONS,
  );
  expect(rows.map(({ filename, patient }) => [filename, patient])).toEqual(found);
  expect(rows[0]).toMatchObject({
    voxels_count: 30,
    slices_count: 2,
    volume_mm3: 60,
    major_axis_mm: 4,
    minor_axis_mm: 2,
    major_axis_slice_idx: 1,
    label_value: 1,
  });
});

it('takes any value that is not 0 for -1', async () => {
  await store.put('liver_1.nii.gz', mask());
  const rows = await lesionsOf(
    store,
    { dataset_name: 'MSD-Liver', path_to_masks: folder, lesion_label_value: -1 },
    OPTIONS,
  );
  expect(rows.map(({ voxels_count }) => voxels_count)).toEqual([30, 1]);
});

it('says when nothing is found, or when there is no rule', async () => {
  const list = (dataset_name: string) => ({ dataset_name, path_to_masks: folder, lesion_label_value: 1 });
  await expect(lesionsOf(store, list('KiTS23'), OPTIONS)).rejects.toThrow(/no lesion mask/);
  await expect(lesionsOf(store, list('Nowhere'), OPTIONS)).rejects.toThrow(/no rule/);
});
