import { expect, test } from 'vitest';
import { runStatus } from '../../cli/run-status.ts';
import { endBuilding, noteChange, settle } from '../../shared/cloud/build-queue.ts';
import { collectRun } from '../../shared/cloud/collect-run.ts';
import { finaliseRun } from '../../shared/cloud/finalise-run.ts';
import { planRun } from '../../shared/cloud/plan-run.ts';
import { recordEnd } from '../../shared/cloud/record-end.ts';
import { runProgress } from '../../shared/cloud/run-progress.ts';
import { runSeriesStep } from '../../shared/cloud/series-step-run.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { seriesSteps } from '../../shared/pipeline/workflow.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { run as runCommand } from '../cli/run.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { edit, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

const options = BuildOptions.parse({});

async function deployment() {
  const folder = await phantomFolder();
  const bucket = new FolderStore(temporaryFolder());
  return { folder, bucket, raw: new FolderStore(folder), out: new FolderStore(`${bucket.url}/out`) };
}

const settled = (bucket: FolderStore, run: string) =>
  settle(bucket, { run, execution: `arn:${run}`, quietSeconds: 0, now: 10, isRunning: async () => false });

test('a run shows how far it has come, from the first upload to its release', async () => {
  const { folder, ...stores } = await deployment();
  const { bucket } = stores;
  const uids = phantomUids(folder);
  edit(folder, `images/nifti/train/labels/${uids[0]}.json`, () => '{"1": "no such lesion"}');
  const run = await noteChange(bucket, 5);
  expect(await runProgress(stores)).toEqual({ run, state: 'waiting', updatedAt: '1970-01-01T00:00:00.005Z' });
  await settled(bucket, run);
  await planRun(stores, run, options);
  const [first, second, ...others] = [uids[0], ...uids.slice(1)];
  const counts = { run, series: 4, toBuild: 4 };
  expect(await runProgress(stores)).toMatchObject({ ...counts, state: 'building', ended: 0, quarantined: 0 });
  const execute = async (uuid: string) => {
    for (const step of seriesSteps) await runSeriesStep(step, { run, uuid }, stores);
    await collectRun(stores, { run, uuid });
  };
  await execute(first);
  await execute(second);
  await collectRun(stores, { run, uuid: second });
  expect(await runProgress(stores, run)).toMatchObject({
    ...counts,
    state: 'building',
    ended: 2,
    quarantined: 1,
  });
  for (const uuid of others) await execute(uuid);
  await finaliseRun(stores, run, { options, toleratedFailurePercent: 0 });
  const ended = { ...counts, state: 'succeeded', ended: 4, accepted: 3, quarantined: 1 };
  expect(await runProgress(stores)).toMatchObject(ended);
  const next = await noteChange(bucket, 20);
  expect(await runProgress(stores, run)).toMatchObject({ ...ended, next });
  expect(await runProgress(stores)).toMatchObject({ run: next, state: 'waiting' });
});

test('the error of a failed run stands until the run, redriven, goes on', async () => {
  const { folder: _, ...stores } = await deployment();
  const run = await noteChange(stores.bucket, 5);
  await settled(stores.bucket, run);
  await planRun(stores, run, options);
  const { startedAt } = await runProgress(stores);
  await recordEnd(stores.bucket, { detail: { name: run, status: 'FAILED', error: 'INTERNAL', cause: 'x' } });
  expect(await runProgress(stores)).toMatchObject({ state: 'failed', error: 'INTERNAL: x', startedAt });
  await planRun(stores, run, options);
  const redriven = await runProgress(stores);
  expect(redriven).toMatchObject({ state: 'building', startedAt });
  expect(redriven).not.toHaveProperty('error');
});

test('a run that was never there is an error, and so is a bucket without any', async () => {
  const { folder: _, ...stores } = await deployment();
  await expect(runProgress(stores, 'build-1')).rejects.toMatchObject({ code: 'STORE_MISSING' });
  await expect(runProgress(stores)).rejects.toMatchObject({ code: 'STORE_MISSING' });
  const run = await noteChange(stores.bucket, 5);
  await endBuilding(stores.bucket, run);
  await expect(runProgress(stores, 'build-1')).rejects.toMatchObject({ code: 'STORE_MISSING' });
});

test('the command tells how the last build of a folder ended', async () => {
  const folder = await phantomFolder();
  const out = new FolderStore(temporaryFolder());
  expect(runCommand('status', out.url)).toMatchObject({ status: 1 });
  edit(folder, `images/nifti/train/labels/${phantomUids(folder)[0]}.json`, () => '{"1": "no such lesion"}');
  await buildInline(new FolderStore(folder), out);
  const { status, stdout } = runCommand('status', out.url, '--json');
  expect(status).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'succeeded', series: 4, accepted: 3, quarantined: 1 });
  expect(runCommand('status', out.url).stdout).toMatch(/^state +succeeded\nplanned +4 series\n/);
  await out.delete('reports/run.json');
  expect(runCommand('status', '--help').stdout).toContain('Examples:');
  expect(runCommand('status', out.url).stdout).toMatch(/^state +unfinished\nbuilt +4 series\n/);
});

test('a folder has no runs by name', async () => {
  await expect(runStatus('out', 'build-1', { watch: false, json: false })).rejects.toMatchObject({
    code: 'USAGE',
  });
});
