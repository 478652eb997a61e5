import { beforeAll, expect, test } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { expectSameAsFromScratch, membersBelow, upload, zipOf } from '../cloud/raw-content.ts';
import { keysOf, phantomFolder } from '../pipeline/phantom-folder.ts';
import { BUILD_OPTIONS } from './deploy.ts';
import { Deployment, until } from './deployment.ts';

const cloud = new Deployment();

beforeAll(() => cloud.clear());

const firstMask = async () => (await keysOf(cloud.raw, 'images/nifti/train/masks/'))[0];

test('uploaded bit by bit, the dataset builds itself, byte for byte as on one machine', async () => {
  const raw = new FolderStore(await phantomFolder());
  await upload(raw, cloud.raw, (key) => key.startsWith('metadata/') && key !== 'metadata/series.json');
  for (const study of ['1/1/', '1/2/', '2/3/', '3/4/']) {
    const name = `incoming/study-${study.replaceAll('/', '-')}.zip`;
    await cloud.bucket.put(name, await zipOf(await membersBelow(raw, `images/dicom/${study}`)));
  }
  await until('four series', async () => {
    const there = await cloud.raw.head('metadata/series.json');
    return there && (await cloud.json('raw/metadata/series.json')).length === 4;
  });
  await upload(raw, cloud.raw, (key) => key.startsWith('images/nifti/') || key === 'recist_measurements.csv');
  const [last] = await cloud.nextRuns();
  expect(last).toMatchObject({ state: 'succeeded', accepted: 4, quarantined: 0 });
  await expectSameAsFromScratch(cloud, BUILD_OPTIONS);
});

test('the same events again change nothing', async () => {
  const release = await cloud.out.head('final-formatted.zip');
  const key = await firstMask();
  await cloud.raw.put(key, await cloud.raw.get(key));
  expect(await cloud.nextRuns()).toMatchObject([{ state: 'succeeded', toBuild: 0 }]);
  expect(await cloud.out.head('final-formatted.zip')).toEqual(release);
});

test('a deleted mask withdraws its series, and a corrected one brings it back', async () => {
  const key = await firstMask();
  const mask = await cloud.raw.get(key);
  await cloud.raw.delete(key);
  expect(await cloud.nextRuns()).toMatchObject([{ accepted: 3, quarantined: 1 }]);
  expect(await cloud.json('out/reports/quarantine.json')).toMatchObject([{ code: 'MASK_MISSING' }]);
  await expectSameAsFromScratch(cloud, BUILD_OPTIONS);
  await cloud.raw.put(key, mask);
  expect(await cloud.nextRuns()).toMatchObject([{ accepted: 4, quarantined: 0 }]);
  await expectSameAsFromScratch(cloud, BUILD_OPTIONS);
});
