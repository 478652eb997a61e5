import { expect, test } from 'vitest';
import { instancesOf } from '../../shared/lesions/instances.ts';
import { lesionTranslator, translateDiagnosis, translateInsurance } from '../../shared/lesions/vocabulary.ts';
import type { Volume, VoxelArray } from '../../shared/volume/volume.ts';

function maskOf(
  voxels: VoxelArray,
  shape: Volume['shape'],
  spacingMm: Volume['spacingMm'] = [1, 1, 1],
): Volume {
  const affine: Volume['affine'] = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ];
  return { voxels, shape, spacingMm, affine, slope: 1, intercept: 0 };
}

const accept = { minSize: 1, minSizeUnits: 'voxels', minSlices: 1 } as const;

test('two classes that touch stay two, values of one description are one', () => {
  const mask = maskOf(Uint8Array.of(1, 2, 3, 3), [4, 1, 1]);
  const labels = { '1': 'm,pulmon', '2': 'm,higado', '3': 'm,higado' };
  const { objects } = instancesOf(mask, labels, accept, lesionTranslator());
  expect(objects.map((object) => [object.label_description_en, object.size_voxels])).toEqual([
    ['m,lung', 1],
    ['m,liver', 3],
  ]);
});

test('descriptions that differ only in spaces are two classes, and one text', () => {
  const mask = maskOf(Uint8Array.of(1, 2), [2, 1, 1]);
  const { objects } = instancesOf(mask, { '1': 'm,higado', '2': 'm, higado' }, accept, lesionTranslator());
  expect(objects).toHaveLength(2);
  expect(objects[1]).toMatchObject({ label_description_sp: 'm,higado', label_description_en: 'm,liver' });
});

test('rejected components leave gaps, and have a mask of their own', () => {
  const mask = maskOf(Uint8Array.of(1, 0, 1, 1, 0, 1, 1, 1), [8, 1, 1]);
  const found = instancesOf(mask, { '1': 'n,pelvis' }, { ...accept, minSize: 2 }, lesionTranslator());
  expect([...found.mask.voxels]).toEqual([0, 0, 2, 2, 0, 3, 3, 3]);
  expect([...found.rejected().voxels]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  expect(found.labels).toEqual({ '2': 'n,pelvis', '3': 'n,pelvis' });
});

test('a size in ml, and a span of slices', () => {
  const mask = maskOf(Uint8Array.of(1, 0, 1, 1, 0, 1), [3, 1, 2], [10, 10, 10]);
  const inMl = instancesOf(
    mask,
    { '1': 't,pulmon' },
    { minSize: 1.5, minSizeUnits: 'ml', minSlices: 2 },
    lesionTranslator(),
  );
  expect(
    inMl.objects.map(({ volume_ml, slices_count, removed }) => [volume_ml, slices_count, removed]),
  ).toEqual([
    [2, 2, false],
    [2, 2, false],
  ]);
  const flat = maskOf(Uint8Array.of(1, 1, 1, 0, 0, 0), [3, 1, 2]);
  const { objects } = instancesOf(flat, { '1': 't,pulmon' }, { ...accept, minSlices: 2 }, lesionTranslator());
  expect(objects[0].removed).toBe(true);
});

test('more than 255 components widen the mask instead of wrapping around', () => {
  const voxels = Uint8Array.from({ length: 601 }, (_, v) => v % 2);
  const { mask } = instancesOf(maskOf(voxels, [601, 1, 1]), { '1': 'm,bazo' }, accept, lesionTranslator());
  expect(mask.voxels).toBeInstanceOf(Uint16Array);
  expect(mask.voxels[599]).toBe(300);
});

test('values without a label are background, and are reported', () => {
  const mask = maskOf(Uint8Array.of(1, 7, 7, 7), [4, 1, 1]);
  const { mask: out, unlabelled } = instancesOf(mask, { '1': 'm,bazo' }, accept, lesionTranslator());
  expect([...out.voxels]).toEqual([1, 0, 0, 0]);
  expect(unlabelled).toEqual({ '7': 3 });
});

test('masks of whole numbers saved as floats, or scaled, are read as their real values', () => {
  const float = maskOf(Float32Array.of(1, 0, 2), [3, 1, 1]);
  const scaled = { ...maskOf(Uint8Array.of(2, 0, 4), [3, 1, 1]), slope: 0.5 };
  for (const mask of [float, scaled]) {
    const found = instancesOf(mask, { '1': 'm,bazo', '2': 'm,pulmon' }, accept, lesionTranslator());
    expect(found.objects.map((object) => object.label_description_en)).toEqual(['m,spleen', 'm,lung']);
    expect([...found.mask.voxels]).toEqual([1, 0, 2]);
    expect(found.mask.slope).toBe(1);
  }
});

test('labels need not be next to each other, and negative values are background', () => {
  const mask = maskOf(Int16Array.of(-3, 500, 500, -3, 0, 40), [6, 1, 1]);
  const labels = { '500': 'm,bazo', '40': 'm,pulmon' };
  const { objects, unlabelled, mask: out } = instancesOf(mask, labels, accept, lesionTranslator());
  expect(objects.map((object) => object.label_description_en)).toEqual(['m,spleen', 'm,lung']);
  expect(unlabelled).toEqual({ '-3': 2 });
  expect(out.voxels).toEqual(Int16Array.of(0, 1, 1, 0, 0, 2));
});

test('a component is described by its most frequent value, the lowest on ties', () => {
  const labels = { '2': 'm,pulmon', '5': 'm,pulmon', '3': 'm,higado' };
  const mask = maskOf(Uint8Array.of(5, 5, 2, 2, 3), [5, 1, 1]);
  const [first] = instancesOf(mask, labels, accept, (text) => text).objects;
  expect(first).toMatchObject({ label_description_sp: 'm,pulmon', size_voxels: 4 });
});

test('what cannot be used is refused by name', () => {
  const of = (voxels: VoxelArray, labels: Record<string, string>) => () =>
    instancesOf(maskOf(voxels, [voxels.length, 1, 1]), labels, accept, lesionTranslator());
  expect(of(Uint8Array.of(0, 0), { '1': 'm,bazo' })).toThrow(expect.objectContaining({ code: 'MASK_EMPTY' }));
  expect(of(Uint8Array.of(0, 4), { '4': 'm,codo' })).toThrow(
    expect.objectContaining({ code: 'LABEL_UNMAPPED', message: expect.stringMatching(/value 4.*'m,codo'/) }),
  );
  expect(of(Uint8Array.of(1), { one: 'm,bazo' })).toThrow(
    expect.objectContaining({ code: 'LABELS_UNREADABLE' }),
  );
  expect(of(Float32Array.of(1, 0.5), { '1': 'm,bazo' })).toThrow(
    expect.objectContaining({ code: 'NIFTI_UNREADABLE' }),
  );
});

test('the vocabulary translates, passes English, and can be extended', () => {
  const translate = lesionTranslator({ m: { codo: 'elbow' } });
  expect(['m , higado', 'n,pared abdominal', 'm,liver', 'm,codo'].map(translate)).toEqual([
    'm,liver',
    'n,abdominal wall',
    'm,liver',
    'm,elbow',
  ]);
  expect(translateDiagnosis('cancer colon')).toBe('colon cancer');
  expect(translateDiagnosis('lung cancer')).toBe('lung cancer');
  expect(translateInsurance('sin prevision')).toBe('uninsured');
});
