import { expect, test } from 'vitest';
import { endBuilding, noteChange, refuseUnlessBuilding, settle } from '../../shared/cloud/build-queue.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';

const open = () => new FolderStore(temporaryFolder());
const question = (run: string, now: number, running = false) => ({
  run,
  execution: `arn:${run}`,
  quietSeconds: 10,
  now,
  isRunning: async () => running,
});

test('changes within the quiet period are one run, which begins when nothing has changed for that long', async () => {
  const store = open();
  const run = await noteChange(store, 0);
  expect(await noteChange(store, 8_000)).toBe(run);
  expect(await settle(store, question(run, 12_000))).toEqual({ state: 'wait', waitSeconds: 6 });
  expect(await settle(store, question(run, 18_000))).toEqual({ state: 'ready' });
});

test('asking again after a crash gives the same answer', async () => {
  const store = open();
  const run = await noteChange(store, 0);
  await settle(store, question(run, 20_000));
  expect(await settle(store, question(run, 20_001))).toEqual({ state: 'ready' });
});

test('a change during a build starts another run, which waits for the first', async () => {
  const store = open();
  const first = await noteChange(store, 0);
  await settle(store, question(first, 10_000));
  const second = await noteChange(store, 11_000);
  expect(second).not.toBe(first);
  expect(await settle(store, question(second, 30_000, true))).toMatchObject({ state: 'wait' });
  await endBuilding(store, first);
  expect(await settle(store, question(second, 31_000))).toEqual({ state: 'ready' });
});

test('a build that died does not block the next one, and no longer counts as the one that builds', async () => {
  const store = open();
  const dead = await noteChange(store, 0);
  await settle(store, question(dead, 10_000));
  const next = await noteChange(store, 11_000);
  expect(await settle(store, question(next, 30_000, false))).toEqual({ state: 'ready' });
  await expect(refuseUnlessBuilding(store, dead)).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  await refuseUnlessBuilding(store, next);
});

test('a run whose change was taken by another ends', async () => {
  const store = open();
  const stopped = await noteChange(store, 0);
  const run = await noteChange(store, 1, stopped);
  expect(await settle(store, question(stopped, 60_000))).toEqual({ state: 'superseded' });
  expect(await settle(store, question(run, 60_000))).toEqual({ state: 'ready' });
});

test('of many events at once all note the same run', async () => {
  const store = open();
  const runs = await Promise.all(Array.from({ length: 20 }, (_, i) => noteChange(store, i)));
  expect(new Set(runs).size).toBe(1);
});
