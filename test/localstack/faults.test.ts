import { gunzipSync, gzipSync } from 'node:zlib';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { beforeAll, expect, test } from 'vitest';
import { zipArchive } from '../../shared/release/zip-writer.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { keysOf, phantomFolder } from '../pipeline/phantom-folder.ts';
import { type Deployment, deployment, executions, runsEnded, until } from './deployment.ts';

let cloud: Deployment;
let before = 0;

async function nextRuns() {
  const statuses = await runsEnded(cloud, before);
  before = (await executions(cloud)).length;
  return statuses.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
}

const json = async (key: string) => JSON.parse(Buffer.from(await cloud.bucket.get(key)).toString());

/** Changes the environment of a function, so that its next environment starts with it. */
async function changeEnvironment(name: string, change: Record<string, string>): Promise<void> {
  const lambda = new LambdaClient();
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
  const { FunctionName } = Functions.find((one) => one.FunctionName?.includes(`-${name}Function`))!;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...change };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await until('the change', async () => {
    const { LastUpdateStatus } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return LastUpdateStatus === 'Successful';
  });
}

beforeAll(async () => {
  cloud = await deployment();
  before = (await executions(cloud)).length;
  for (const key of await keysOf(cloud.raw, '')) await cloud.raw.delete(key);
  const raw = new FolderStore(await phantomFolder());
  for await (const { key } of raw.list('')) await cloud.raw.put(key, await raw.get(key));
  expect((await nextRuns())[0]).toMatchObject({ state: 'succeeded', accepted: 4 });
});

test('a function that exits fails the run beyond what is tolerated; the release stands, and the next run mends it', async () => {
  const release = await json('out/manifest.json');
  const [mask] = await keysOf(cloud.raw, 'images/nifti/train/masks/');
  const drawn = await cloud.raw.get(mask);
  await changeEnvironment('instances', { NODE_OPTIONS: '--require=/no/such/module.cjs' });
  await cloud.raw.put(mask, gzipSync(gunzipSync(drawn), { level: 1 }));
  const [failed] = await nextRuns();
  expect(failed).toMatchObject({ state: 'failed', series: 4, toBuild: 1 });
  expect(failed.error).toContain('TOO_MANY_FAILED');
  expect(await json('out/manifest.json')).toEqual(release);
  await changeEnvironment('instances', { NODE_OPTIONS: '--enable-source-maps' });
  await cloud.raw.put(mask, drawn);
  expect((await nextRuns())[0]).toMatchObject({ state: 'succeeded', accepted: 4, quarantined: 0 });
  expect(await json('out/manifest.json')).toEqual(release);
});

test('an unsafe archive is refused, with the reason beside it, and starts no run', async () => {
  const body = Buffer.from('x');
  const members = [{ name: '../raw/metadata/series.json', bytes: 1, crc32: 0x8cdc1683, open: () => [body] }];
  await cloud.bucket.put('incoming/unsafe.zip', zipArchive(members));
  await until('the refusal', () => cloud.bucket.head('runs/ingested/unsafe.json'));
  expect(await json('runs/ingested/unsafe.json')).toMatchObject({ refused: { code: 'ARCHIVE_UNSAFE' } });
  expect(await executions(cloud)).toHaveLength(before);
});
