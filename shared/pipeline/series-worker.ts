import { parentPort } from 'node:worker_threads';
import { openStore } from '../store/open-store.ts';
import { failureOf } from './provenance.ts';
import { runSeries, type SeriesOutcome } from './run-series.ts';
import type { SeriesTask } from './series-task.ts';
import type { Failure } from './step.ts';
import { VolumeCache } from './volume-cache.ts';

/** What a worker is handed: one series, and where its stores are. */
export interface WorkerJob {
  task: SeriesTask;
  raw: string;
  out: string;
}

/** How it went: a typed error loses its type between threads, so it travels as data. */
export type WorkerReply = { outcome: SeriesOutcome } | { failure: Failure };

/** Entry of a worker thread: runs one series and posts each step as it begins. */
export default async function work({ task, raw, out }: WorkerJob): Promise<WorkerReply> {
  const context = {
    raw: await openStore(raw),
    out: await openStore(out),
    volumes: new VolumeCache(),
    signal: new AbortController().signal,
  };
  try {
    const onStep = (uuid: string, step: string) => parentPort?.postMessage({ uuid, step });
    return { outcome: await runSeries(task, context, onStep) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
