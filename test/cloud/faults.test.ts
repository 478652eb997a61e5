import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { finaliseRun } from '../../shared/cloud/finalise-run.ts';
import { recordEnd } from '../../shared/cloud/record-end.ts';
import { runSeriesStep } from '../../shared/cloud/series-step-run.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { seriesSteps } from '../../shared/pipeline/workflow.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { keysOf, phantomFolder, phantomUids } from '../pipeline/phantom-folder.ts';
import { InProcessCloud } from './in-process.ts';
import { expectSameAsFromScratch, upload } from './raw-content.ts';

let cloud: InProcessCloud;
let uids: string[];

beforeEach(async () => {
  cloud = new InProcessCloud();
  const phantom = new FolderStore(await phantomFolder());
  uids = phantomUids(phantom.url);
  await upload(phantom, cloud.raw);
});

const json = async (key: string) => JSON.parse(Buffer.from(await cloud.bucket.get(key)).toString());
const finaliseOptions = { options: BuildOptions.parse({}), toleratedFailurePercent: 5 };

/** The run of what was uploaded, and how it ended. */
async function run() {
  await cloud.deliverAll();
  const [status] = await cloud.runAll();
  return status!;
}

/** Uploads a mask again, with the same voxels in other bytes. */
async function touchMask(): Promise<void> {
  const [mask] = await keysOf(cloud.raw, 'images/nifti/train/masks/');
  await cloud.raw.put(mask, gzipSync(gunzipSync(await cloud.raw.get(mask)), { level: 1 }));
}

function crashAt(step: string, ...series: string[]): void {
  cloud.beforeStep = (name, { uuid }) => {
    if (name === step && series.includes(uuid)) throw new Error('Runtime.ExitError');
  };
}

test('a crash within what is tolerated leaves its series out by name, and the next run brings it back', async () => {
  cloud.toleratedFailurePercent = 25;
  crashAt('features', uids[1]);
  expect(await run()).toMatchObject({ state: 'succeeded', accepted: 3, quarantined: 1 });
  const [named] = await json('out/reports/quarantine.json');
  expect(named).toMatchObject({ uuid: uids[1], step: 'features', code: 'INTERNAL' });
  const released = await keysOf(cloud.out, 'final/images/');
  expect(released.filter((key) => key.includes(`${uids[1]}.`))).toEqual([]);
  cloud.beforeStep = () => {};
  cloud.events.push('raw/metadata/series.json');
  expect(await run()).toMatchObject({ toBuild: 1, accepted: 4, quarantined: 0 });
  await expectSameAsFromScratch(cloud);
});

test('crashes beyond it fail the run, which leaves the release as it was and can be redriven', async () => {
  await run();
  const release = await json('out/manifest.json');
  await touchMask();
  crashAt('instances', uids[0]);
  const failed = await run();
  expect(failed).toMatchObject({ state: 'failed', toBuild: 1 });
  expect(failed.error).toContain(`TOO_MANY_FAILED: 1 of 4 series failed (${uids[0]})`);
  expect(await json('out/manifest.json')).toEqual(release);
  cloud.beforeStep = () => {};
  await cloud.build(failed.run);
  expect(await cloud.statusOf(failed.run)).toMatchObject({ state: 'succeeded', accepted: 4 });
  await expectSameAsFromScratch(cloud);
});

test('a run redriven after a newer one writes nothing', async () => {
  crashAt('instances', ...uids);
  const old = await run();
  cloud.beforeStep = () => {};
  await touchMask();
  await run();
  const written = await versions();
  await expect(cloud.build(old.run)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  await expect(cloud.buildSeries(old.run)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  await expect(finaliseRun(cloud, old.run, finaliseOptions)).rejects.toMatchObject({
    code: 'STORE_CONFLICT',
  });
  expect(await versions()).toEqual(written);
});

test('each step started twice, with the same input, is done once', async () => {
  cloud.beforeStep = async (name, item) => {
    await runSeriesStep(seriesSteps.find((step) => step.name === name)!, item, cloud);
  };
  expect(await run()).toMatchObject({ state: 'succeeded', accepted: 4 });
  await expectSameAsFromScratch(cloud);
});

test('a finalising whose answer was lost is answered again, also while the next run builds', async () => {
  const { run: first } = await run();
  const written = await versions();
  const counts = { accepted: 4, quarantined: 0 };
  expect(await finaliseRun(cloud, first, finaliseOptions)).toEqual(counts);
  await cloud.bucket.put('runs/queue.json', Buffer.from('{"building":{"run":"next","execution":"arn"}}'));
  expect(await finaliseRun(cloud, first, finaliseOptions)).toEqual(counts);
  expect(await versions()).toEqual(written);
  expect(await json('runs/queue.json')).toEqual({ building: { run: 'next', execution: 'arn' } });
});

test('an event of an earlier failure that comes late does not undo a success', async () => {
  const { run: name } = await run();
  await recordEnd(cloud.bucket, { detail: { name, status: 'FAILED', error: 'TOO_MANY_FAILED' } });
  expect(await cloud.statusOf(name)).toMatchObject({ state: 'succeeded' });
});

test.each([
  ['TIMED_OUT', 'timed out'],
  ['ABORTED', 'aborted'],
  ['FAILED', 'failed'],
])('a run that ends %s before it planned has a status, too', async (status, state) => {
  await recordEnd(cloud.bucket, { detail: { name: 'build-1', status, error: null, cause: null } });
  expect(await cloud.statusOf('build-1')).toMatchObject({ run: 'build-1', state });
});

/** The version of every object of the build. */
async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { key, etag } of cloud.out.list('')) found[key] = etag;
  return found;
}
