import { openStore } from '../store/open-store.ts';
import type { Crew } from '../threads/shared-work.ts';
import { runSeries, type SeriesOutcome } from './run-series.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepName } from './step.ts';
import { VolumeCache } from './volume-cache.ts';

/** One series to build, and where its stores are, in words that pass between threads. */
export interface SeriesJob {
  task: SeriesTask;
  raw: string;
  out: string;
}

/** Said as each step begins. */
export interface StepBegun {
  uuid: string;
  step: StepName | 'collect';
}

/** Builds a series in the thread it is called in. */
export async function runSeriesJob(
  { task, raw, out }: SeriesJob,
  crew: Crew,
  signal: AbortSignal,
  onStep: (begun: StepBegun) => void,
): Promise<SeriesOutcome> {
  const context = {
    raw: await openStore(raw),
    out: await openStore(out),
    volumes: new VolumeCache(),
    signal,
    crew,
  };
  return runSeries(task, context, (uuid, step) => onStep({ uuid, step }));
}
