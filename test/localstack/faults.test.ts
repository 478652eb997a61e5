import { gunzipSync, gzipSync } from 'node:zlib';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { s3Client } from '../../shared/store/s3-store.ts';
import { expectSameAsFromScratch, zipOf } from '../cloud/raw-content.ts';
import { keysOf } from '../pipeline/phantom-folder.ts';
import { BUILD_OPTIONS } from './deploy.ts';
import { Deployment, until } from './deployment.ts';
import { type Fate, type FaultyS3, faultyS3 } from './faulty-s3.ts';
import { configure, type FunctionSettings, restore } from './function-settings.ts';

const cloud = new Deployment();
let masks: string[];
let faulty: FaultyS3 | undefined;

beforeAll(async () => {
  await cloud.phantom();
  expect((await cloud.json('out/reports/run.json')).summary).toMatchObject({ accepted: 4, quarantined: 0 });
  masks = [
    ...(await keysOf(cloud.raw, 'images/nifti/train/masks/')),
    ...(await keysOf(cloud.raw, 'images/nifti/test/masks/')),
  ];
});

afterEach(async () => {
  await restore();
  faulty?.close();
  faulty = undefined;
});

let level = 1;

/** Uploads masks again with the same voxels in other bytes, so that their series are built again. */
async function touch(count: number): Promise<void> {
  level = (level % 9) + 1;
  for (const mask of masks.slice(0, count)) {
    const nifti = gunzipSync(await cloud.raw.get(mask));
    await cloud.raw.put(mask, gzipSync(nifti, { level }));
  }
}

/** The S3 of some functions from now on, with what becomes of each request. */
async function breakS3(functions: string[], fateOf: (name: string) => Fate): Promise<void> {
  faulty = await faultyS3(fateOf);
  for (const name of functions) await configure(name, { environment: { AWS_ENDPOINT_URL_S3: faulty.url } });
}

const manifest = () => cloud.json('out/manifest.json');

test('a function that exits on more series than tolerated fails the run; the release stands, the next run mends it', async () => {
  const release = await manifest();
  await configure('instances', { environment: { NODE_OPTIONS: '--require=/no/such/module.cjs' } });
  await touch(2);
  const [failed] = await cloud.nextRuns();
  expect(failed).toMatchObject({ state: 'failed', series: 4, toBuild: 2 });
  expect(failed.error).toContain('TOO_MANY_FAILED');
  expect(await manifest()).toEqual(release);
  await restore();
  await touch(1);
  expect((await cloud.nextRuns())[0]).toMatchObject({ state: 'succeeded', accepted: 4, quarantined: 0 });
  expect(await manifest()).toEqual(release);
});

/** JSON that is small beside its objects: some 600 MB of them. */
const tooMuch = () => Buffer.from(`[${'{},'.repeat(2e7)}{}]`);

test.each<[string, FunctionSettings, (name: string) => Fate]>([
  ['memory', { memoryMiB: 128 }, (name) => (name.includes('/tasks/') ? { serve: tooMuch() } : 'pass')],
  ['time', { timeoutSeconds: 3 }, (name) => (name.includes('/masks/') ? 'hang' : 'pass')],
])(
  'a function that runs out of %s on fewer leaves its series out and names it; the next run brings it back',
  async (_, settings, fateOf) => {
    await breakS3(['instances'], fateOf);
    await configure('instances', settings);
    await touch(1);
    expect(await cloud.nextRuns()).toMatchObject([
      { state: 'succeeded', toBuild: 1, accepted: 3, quarantined: 1 },
    ]);
    const [named] = await cloud.json('out/reports/quarantine.json');
    expect(named).toMatchObject({ step: 'instances', code: 'INTERNAL' });
    expect(masks[0]).toContain(named.uuid);
    await restore();
    await touch(1);
    expect((await cloud.nextRuns())[0]).toMatchObject({ state: 'succeeded', accepted: 4, quarantined: 0 });
  },
);

test('a store that throttles, refuses conditional writes and loses answers loses nothing', async () => {
  const seen = new Map<string, number>();
  let faults = 0;
  await breakS3(['changed', 'settle', 'plan', 'instances', 'collect', 'finalise'], (name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const fate = fateOf(name, times, seen.size);
    if (fate !== 'pass') faults += 1;
    return fate;
  });
  await touch(1);
  expect((await cloud.nextRuns())[0]).toMatchObject({ state: 'succeeded', accepted: 4, quarantined: 0 });
  expect(faults).toBeGreaterThan(10);
  await expectSameAsFromScratch(cloud, BUILD_OPTIONS);
});

/** Of the writes of the queue one conflicts, one is done but its answer lost; of other objects a third is throttled. */
function fateOf(name: string, times: number, names: number): Fate {
  if (name.startsWith('PUT') && name.endsWith('runs/queue.json')) {
    if (times === 1) return { refuse: [409, 'ConditionalRequestConflict'] };
    if (times === 2) return { lose: [500, 'InternalError'] };
    return times === 4 ? { refuse: [412, 'PreconditionFailed'] } : 'pass';
  }
  return times === 1 && names % 3 === 0 ? { refuse: [503, 'SlowDown'] } : 'pass';
}

test('a run that is stopped in its middle says so, and the next run carries on', async () => {
  const release = await manifest();
  let asked = false;
  await breakS3(['instances'], (name) => {
    if (!name.includes('/masks/')) return 'pass';
    asked = true;
    return 'hang';
  });
  await touch(1);
  await until('the middle of a run', async () => asked);
  const [{ name, executionArn }] = await cloud.executions();
  await new SFNClient().send(new StopExecutionCommand({ executionArn }));
  faulty?.close(); // LocalStack lets the function under way end first, AWS does not
  const status = `runs/${name}/status.json`;
  await until('the status', async () => (await cloud.json(status)).state === 'aborted');
  expect(await cloud.json(status)).toMatchObject({ state: 'aborted', toBuild: 1 });
  expect(await manifest()).toEqual(release);
  await restore();
  await touch(1);
  expect((await cloud.nextRuns())[0]).toMatchObject({ state: 'succeeded', toBuild: 1, accepted: 4 });
  expect(await manifest()).toEqual(release);
});

test('an upload that stops in its middle is no object and starts no run', async () => {
  const [release, before] = [await manifest(), await cloud.executions()];
  const key = { Bucket: cloud.bucketName, Key: `raw/${masks[0]}` };
  const { UploadId } = await s3Client().send(new CreateMultipartUploadCommand(key));
  await s3Client().send(
    new UploadPartCommand({ ...key, UploadId, PartNumber: 1, Body: Buffer.alloc(5 << 20) }),
  );
  await touch(1);
  expect(await cloud.nextRuns()).toMatchObject([{ state: 'succeeded', accepted: 4 }]);
  expect(await cloud.executions()).toHaveLength(before.length + 1);
  expect(await manifest()).toEqual(release);
});

test('an unsafe archive is refused, with the reason beside it, and starts no run', async () => {
  const before = await cloud.executions();
  await cloud.bucket.put(
    'incoming/unsafe.zip',
    await zipOf({ '../raw/metadata/series.json': Buffer.from('x') }),
  );
  await until('the refusal', () => cloud.bucket.head('runs/ingested/unsafe.json'));
  expect(await cloud.json('runs/ingested/unsafe.json')).toMatchObject({
    refused: { code: 'ARCHIVE_UNSAFE' },
  });
  expect(await cloud.executions()).toEqual(before);
});
