import { Piscina } from 'piscina';
import { DatasetError } from '../errors.ts';
import type { SeriesRunner } from './build.ts';
import type { SeriesOutcome } from './run-series.ts';
import type { WorkerJob, WorkerReply } from './series-worker.ts';
import type { StepName } from './step.ts';

/** Runs each series in a thread of its own pool; `close` ends the threads, whatever they are doing. */
export class WorkerPool implements SeriesRunner {
  readonly jobs: number;
  readonly #pool: Piscina<WorkerJob, WorkerReply>;
  readonly #raw: string;
  readonly #out: string;
  readonly #listeners = new Map<string, (uuid: string, step: StepName | 'collect') => void>();

  constructor(jobs: number, raw: string, out: string) {
    this.jobs = jobs;
    this.#raw = raw;
    this.#out = out;
    const entry = import.meta.url.endsWith('.ts') ? './series-worker.ts' : './series-worker.js';
    this.#pool = new Piscina({
      filename: new URL(entry, import.meta.url).href,
      minThreads: 0,
      maxThreads: jobs,
      idleTimeout: 1000,
    });
    this.#pool.on('message', ({ uuid, step }) => this.#listeners.get(uuid)?.(uuid, step));
  }

  async run(
    task: WorkerJob['task'],
    onStep: (uuid: string, step: StepName | 'collect') => void,
  ): Promise<SeriesOutcome> {
    this.#listeners.set(task.uuid, onStep);
    try {
      const reply = await this.#pool.run({ task, raw: this.#raw, out: this.#out });
      if ('outcome' in reply) return reply.outcome;
      const { code, message, keys } = reply.failure;
      throw new DatasetError(code, message, { keys });
    } finally {
      this.#listeners.delete(task.uuid);
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
