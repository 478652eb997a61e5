import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { finaliseRun } from '../../shared/cloud/finalise-run.ts';
import { planRun } from '../../shared/cloud/plan-run.ts';
import { runKeys } from '../../shared/cloud/run-keys.ts';
import { runSeriesStep } from '../../shared/cloud/series-step-run.ts';
import { collectSeries } from '../../shared/pipeline/collect.ts';
import { outKeys } from '../../shared/pipeline/layout.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { makePlan } from '../../shared/pipeline/plan.ts';
import { SeriesTask } from '../../shared/pipeline/series-task.ts';
import { seriesSteps } from '../../shared/pipeline/workflow.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Store } from '../../shared/store/store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

// A function under way when its run is stopped can go on for minutes, while the next run builds something else.

let stores: { bucket: Store; raw: Store; out: Store };
let uuid: string;
let task: SeriesTask;
const OLD = 'old';
const instances = seriesSteps.find((step) => step.name === 'instances')!;
const labelsKey = () => outKeys.labels('train', uuid);
const text = async (key: string) => Buffer.from(await stores.out.get(key)).toString();

async function letBuild(run: string): Promise<void> {
  const queue = { building: { run, execution: `arn:${run}` } };
  await stores.bucket.put(runKeys.queue, Buffer.from(JSON.stringify(queue)));
}

beforeEach(async () => {
  const folder = await phantomFolder();
  const bucket = new FolderStore(temporaryFolder());
  [uuid] = phantomUids(folder);
  stores = { bucket, raw: new FolderStore(folder), out: new FolderStore(`${bucket.url}/out`) };
  await buildInline(stores.raw, stores.out);
  // the old run was to build other labels
  const label = `images/nifti/train/labels/${uuid}.json`;
  const { etag } = await stores.raw.put(label, Buffer.from('{"1": "m,bazo"}'));
  const source = async (key: string) => ({ ...(await stores.raw.head(key))!, key });
  task = SeriesTask.parse({
    ...(await plannedTask()),
    mask: await source(`images/nifti/train/masks/${uuid}.nii.gz`),
    labels: { ...(await source(label)), etag },
  });
  await stores.bucket.put(runKeys.task(OLD, uuid), Buffer.from(JSON.stringify(task)));
});

/** The task of the series as the build before had it. */
async function plannedTask(): Promise<SeriesTask> {
  return (await makePlan(stores.raw, stores.out, BuildOptions.parse({}))).taskOf(uuid);
}

test('a function of a run that was stopped writes nothing once the next run builds', async () => {
  await letBuild(OLD);
  const before = await text(labelsKey());
  const raw: Store = {
    ...passing(stores.raw),
    get: async (key, range) => {
      await letBuild('new');
      return stores.raw.get(key, range);
    },
  };
  const late = runSeriesStep(instances, { run: OLD, uuid }, { ...stores, raw });
  await expect(late).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  expect(await text(labelsKey())).toBe(before);
});

test('a release under way when the next run begins does not appear', async () => {
  await letBuild(OLD);
  await planRun(stores, OLD, BuildOptions.parse({}));
  const written: string[] = [];
  const out: Store = {
    ...passing(stores.out),
    put: async (key, body, condition) => {
      if (key === outKeys.archive) {
        await letBuild('new');
        await wait(1100); // for as long the last answer holds
      }
      const put = await stores.out.put(key, body, condition);
      written.push(key);
      return put;
    },
  };
  await stores.raw.put('metadata/dataset.json', Buffer.from('{"title": "Changed"}'));
  const late = finaliseRun({ ...stores, out }, OLD, {
    options: BuildOptions.parse({}),
    toleratedFailurePercent: 5,
  });
  await expect(late).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  expect(written).toContain(outKeys.series);
  expect(written).not.toContain(outKeys.archive);
});

test('what one leaves just before does not pass for a result of the next run', async () => {
  const current = await plannedTask();
  await letBuild(OLD);
  await stores.raw.put(`images/nifti/train/labels/${uuid}.json`, Buffer.from('{"1": "m,liver"}'));
  const next = { ...current, labels: await stores.raw.head(current.labels!.key) } as SeriesTask;
  await runSeriesStep(instances, { run: OLD, uuid }, stores);
  const context = { ...stores, volumes: undefined as never, signal: new AbortController().signal };
  const { verdict } = await collectSeries(next, context);
  expect(verdict.failure).toMatchObject({ step: 'instances', code: 'INTERNAL' });
});

test('a file changed after its series was collected stops the release', async () => {
  await buildInline(stores.raw, stores.out);
  const key = outKeys.normalized('train', uuid);
  const bytes = await stores.out.get(key);
  const out: Store = {
    ...passing(stores.out),
    delete: async (deleted) => {
      if (deleted === outKeys.archive) await stores.out.put(key, Buffer.concat([bytes, bytes]));
      await stores.out.delete(deleted);
    },
  };
  await stores.raw.put('metadata/dataset.json', Buffer.from('{"title": "Changed"}'));
  await expect(buildInline(stores.raw, out)).rejects.toMatchObject({ code: 'STORE_CONFLICT', keys: [key] });
  expect(await stores.out.head(outKeys.manifest)).toBeUndefined();
  expect((await buildInline(stores.raw, stores.out)).stepsRun).toMatchObject({ normalize: 1, finalise: 1 });
});

/** A store whose methods can be replaced one by one. */
function passing(store: Store): Store {
  return {
    url: store.url,
    head: (key) => store.head(key),
    get: (key, range) => store.get(key, range),
    stream: (key) => store.stream(key),
    list: (prefix) => store.list(prefix),
    put: (key, body, condition) => store.put(key, body, condition),
    delete: (key) => store.delete(key),
    copy: (from, to) => store.copy(from, to),
  };
}
