import type { Digester } from '../threads/remote-digests.ts';
import { entryBeside, ThreadPool } from '../threads/thread-pool.ts';
import type { SeriesRunner } from './build.ts';
import type { SeriesOutcome } from './run-series.ts';
import type { SeriesJob, StepBegun } from './series-job.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepName } from './step.ts';

/** With more threads than these, the one that opened them is kept free to pass work between the others. */
const THREADS_WITH_THIS_ONE = 2;

/** Runs each series in a thread of its own; a thread without a series helps the others. */
export class WorkerPool implements SeriesRunner {
  readonly jobs: number;
  readonly #threads: ThreadPool<SeriesJob, SeriesOutcome>;
  readonly #raw: string;
  readonly #out: string;
  readonly #closed = new AbortController();
  readonly #listeners = new Map<string, (uuid: string, step: StepName | 'collect') => void>();

  constructor(jobs: number, raw: string, out: string) {
    this.jobs = jobs;
    this.#raw = raw;
    this.#out = out;
    const onStep = ({ uuid, step }: StepBegun) => this.#listeners.get(uuid)?.(uuid, step);
    this.#threads = new ThreadPool({
      entry: entryBeside(import.meta.url, 'series-worker'),
      threads: jobs,
      ...(jobs <= THREADS_WITH_THIS_ONE && {
        here: async (job, crew) => {
          const { runSeriesJob } = await import('./series-job.ts');
          return runSeriesJob(job, crew, this.#closed.signal, onStep);
        },
      }),
      onMessage: (message) => onStep(message as StepBegun),
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

  digester(): Digester | undefined {
    return this.#threads.digester();
  }

  /** Ends the threads, whatever they are doing; this one ends its series after the step under way. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#threads.close();
  }
}
