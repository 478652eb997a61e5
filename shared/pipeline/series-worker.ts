import { parentPort } from 'node:worker_threads';
import { openStore } from '../store/open-store.ts';
import { threadOf } from '../threads/thread.ts';
import { runSeries } from './run-series.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepName } from './step.ts';
import { VolumeCache } from './volume-cache.ts';

/** What a worker is handed: one series, and where its stores are. */
export interface WorkerJob {
  task: SeriesTask;
  raw: string;
  out: string;
}

/** What a worker posts as each step begins. */
export interface StepBegun {
  uuid: string;
  step: StepName | 'collect';
}

export default threadOf(async ({ task, raw, out }: WorkerJob, crew) => {
  const context = {
    raw: await openStore(raw),
    out: await openStore(out),
    volumes: new VolumeCache(),
    signal: new AbortController().signal,
    crew,
  };
  return runSeries(task, context, (uuid, step) => {
    parentPort?.postMessage({ uuid, step } satisfies StepBegun);
  });
});
