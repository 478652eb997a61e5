import { crc32 } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { zipArchive } from '../../shared/release/zip-writer.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Store } from '../../shared/store/store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { type Deployment, deployment, executions, runsEnded, until } from './deployment.ts';

let cloud: Deployment;

beforeAll(async () => {
  cloud = await deployment();
});

/** The files of a folder below `prefix`, uploaded in the order of their names. */
async function upload(from: Store, to: Store, wanted: (key: string) => boolean): Promise<void> {
  for await (const { key } of from.list('')) if (wanted(key)) await to.put(key, await from.get(key));
}

async function zipOf(store: Store, prefix: string): Promise<Uint8Array> {
  const members = [];
  for await (const { key } of store.list(prefix)) {
    const body = Buffer.from(await store.get(key));
    members.push({
      name: key.slice(prefix.length),
      bytes: body.length,
      crc32: crc32(body),
      open: () => [body],
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipArchive(members)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Builds what the bucket has under raw/ on this machine, from nothing, and compares every file of the manifest. */
async function expectSameAsEmbedded(): Promise<void> {
  const [raw, out] = [new FolderStore(temporaryFolder()), new FolderStore(temporaryFolder())];
  await upload(cloud.raw, raw, () => true);
  await buildInline(raw, out);
  const text = async (store: Store, key: string) => Buffer.from(await store.get(key)).toString();
  expect(await text(cloud.out, 'manifest.json')).toBe(await text(out, 'manifest.json'));
  const published = (key: string) => !key.startsWith('.state/') && key !== 'reports/run.json';
  const [there, here] = await Promise.all([keysOf(cloud.out, ''), keysOf(out, '')]);
  expect(there.filter(published)).toEqual(here.filter(published));
  for (const key of here.filter(published)) {
    expect(Buffer.from(await cloud.out.get(key)).equals(Buffer.from(await out.get(key))), key).toBe(true);
  }
}

let before = 0;

/** Waits until what was just changed is built. */
async function nextRuns() {
  const statuses = await runsEnded(cloud, before);
  before = (await executions(cloud)).length;
  return statuses;
}

test('uploaded bit by bit, the dataset builds itself, byte for byte as on one machine', async () => {
  const folder = await phantomFolder();
  const raw = new FolderStore(folder);
  const table = (key: string) => key.startsWith('metadata/') && key !== 'metadata/series.json';
  await upload(raw, cloud.raw, table);
  for (const study of ['1/1/', '1/2/', '2/3/', '3/4/']) {
    const name = `incoming/study-${study.replaceAll('/', '-')}.zip`;
    await cloud.bucket.put(name, await zipOf(raw, `images/dicom/${study}`));
  }
  await until('four series', async () => {
    const found = await cloud.raw.head('metadata/series.json');
    return (
      found && JSON.parse(Buffer.from(await cloud.raw.get('metadata/series.json')).toString()).length === 4
    );
  });
  await upload(raw, cloud.raw, (key) => key.startsWith('images/nifti/') || key === 'recist_measurements.csv');
  const statuses = await nextRuns();
  expect(statuses.find(({ state, accepted }) => state === 'succeeded' && accepted === 4)).toMatchObject({
    quarantined: 0,
  });
  await expectSameAsEmbedded();
});

test('the same events again change nothing', async () => {
  const before = await cloud.out.head('final-formatted.zip');
  const key = `images/nifti/train/masks/${(await firstMask()).uuid}.nii.gz`;
  await cloud.raw.put(key, await cloud.raw.get(key));
  await nextRuns();
  expect(await cloud.out.head('final-formatted.zip')).toEqual(before);
  await expectSameAsEmbedded();
});

test('a deleted mask withdraws its series, and a corrected one brings it back', async () => {
  const { key, uuid } = await firstMask();
  const mask = await cloud.raw.get(key);
  await cloud.raw.delete(key);
  await nextRuns();
  const quarantine = JSON.parse(Buffer.from(await cloud.out.get('reports/quarantine.json')).toString());
  expect(quarantine).toMatchObject([{ uuid, code: 'MASK_MISSING' }]);
  await expectSameAsEmbedded();
  await cloud.raw.put(key, mask);
  await nextRuns();
  await expectSameAsEmbedded();
});

async function firstMask(): Promise<{ key: string; uuid: string }> {
  for await (const { key } of cloud.raw.list('images/nifti/train/masks/')) {
    return { key, uuid: key.slice(key.lastIndexOf('/') + 1, -'.nii.gz'.length) };
  }
  throw new Error('there is no mask');
}
