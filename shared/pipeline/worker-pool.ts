import { entryBeside, ThreadPool } from '../threads/thread-pool.ts';
import type { SeriesRunner } from './build.ts';
import type { SeriesOutcome } from './run-series.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepBegun, WorkerJob } from './series-worker.ts';
import type { StepName } from './step.ts';

/** Runs each series in a thread of its own; a thread without a series helps the others. */
export class WorkerPool implements SeriesRunner {
  readonly jobs: number;
  readonly #threads: ThreadPool<WorkerJob, SeriesOutcome>;
  readonly #raw: string;
  readonly #out: string;
  readonly #listeners = new Map<string, (uuid: string, step: StepName | 'collect') => void>();

  constructor(jobs: number, raw: string, out: string) {
    this.jobs = jobs;
    this.#raw = raw;
    this.#out = out;
    this.#threads = new ThreadPool({
      entry: entryBeside(import.meta.url, 'series-worker'),
      threads: jobs,
      onMessage: (message) => {
        const { uuid, step } = message as StepBegun;
        this.#listeners.get(uuid)?.(uuid, step);
      },
    });
  }

  async run(
    task: SeriesTask,
    onStep: (uuid: string, step: StepName | 'collect') => void,
  ): Promise<SeriesOutcome> {
    this.#listeners.set(task.uuid, onStep);
    try {
      return await this.#threads.run({ task, raw: this.#raw, out: this.#out });
    } finally {
      this.#listeners.delete(task.uuid);
    }
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await this.#threads.close();
  }
}
