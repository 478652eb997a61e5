import { Piscina } from 'piscina';
import { DatasetError } from '../errors.ts';
import { giveUp, type Offer } from './shared-work.ts';
import type { Reply, Task } from './thread.ts';

/**
 * Threads that each do one job at a time. What a thread offers of its work goes to those that are idle; a thread that
 * becomes idle is given the latest offer that is still open.
 */
export class ThreadPool<Job, Result> {
  readonly #pool: Piscina<Task<Job>, Reply<Result> | undefined>;
  readonly #threads: number;
  #busy = 0;
  #latest: Offer | undefined;

  /** @param onMessage gets what a job posts to its parent */
  constructor(entry: URL, threads: number, onMessage: (message: unknown) => void = () => {}) {
    this.#threads = threads;
    // they start at once, while others still find out what there is to do
    this.#pool = new Piscina({ filename: entry.href, minThreads: threads, maxThreads: threads });
    this.#pool.on('message', (message) => {
      if (!isOffer(message)) return onMessage(message);
      this.#latest = message.offer;
      this.#lend(message.offer);
    });
  }

  async run(job: Job): Promise<Result> {
    const reply = await this.#run({ job });
    if (!reply) throw new DatasetError('INTERNAL', 'a thread ended its job without a result');
    if ('result' in reply) return reply.result;
    const { code, message, keys } = reply.failure;
    throw new DatasetError(code, message, { keys });
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    this.#latest = undefined;
    await this.#pool.destroy();
  }

  async #run(task: Task<Job>) {
    this.#busy++;
    try {
      return await this.#pool.run(task);
    } finally {
      this.#busy--;
      // whoever waits for this job may have another one for the thread; that comes first
      if ('job' in task) setImmediate(() => this.#latest && this.#lend(this.#latest));
    }
  }

  #lend(offer: Offer): void {
    for (let idle = this.#threads - this.#busy; idle > 0; idle--) {
      this.#run({ offer }).catch(() => giveUp(offer));
    }
  }
}

function isOffer(message: unknown): message is { offer: Offer } {
  return typeof message === 'object' && message !== null && 'offer' in message;
}
