import { Piscina } from 'piscina';
import { DatasetError } from '../errors.ts';
import { giveUp, isOpen, type SealedOffer } from './shared-work.ts';
import type { Reply, Task } from './thread.ts';

/**
 * Threads that each do one job at a time. What a thread offers of its work goes to those that are idle; a thread that
 * becomes idle is given the latest offer that is still open.
 */
export class ThreadPool<Job, Result> {
  readonly #pool: Piscina<Task<Job>, Reply<Result> | undefined>;
  readonly #threads: number;
  #busy = 0;
  #latest: SealedOffer | undefined;

  /** @param onMessage gets what a job posts to its parent */
  constructor(entry: URL, threads: number, onMessage: (message: unknown) => void = () => {}) {
    this.#threads = threads;
    // they start at once, while others still find out what there is to do
    this.#pool = new Piscina({ filename: entry.href, minThreads: threads, maxThreads: threads });
    this.#pool.on('message', (message) => {
      if (!isOffer(message)) return onMessage(message);
      this.#keep(message.offer);
      this.#lend();
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
    this.#keep(undefined);
    await this.#pool.destroy();
  }

  async #run(task: Task<Job>) {
    this.#busy++;
    try {
      return await this.#pool.run(task, 'offer' in task ? { transferList: [task.offer.content] } : {});
    } finally {
      this.#busy--;
      // whoever waits for this job may have another one for the thread; that comes first
      if ('job' in task) setImmediate(() => this.#lend());
    }
  }

  /** Of several offers the latest; what is in the one before is freed. */
  #keep(offer: SealedOffer | undefined): void {
    this.#latest?.content.close();
    this.#latest = offer;
  }

  /** To one thread, which passes it on. */
  #lend(): void {
    const offer = this.#latest;
    if (!offer || this.#threads === this.#busy) return;
    if (isOpen(offer)) {
      this.#latest = undefined;
      this.#run({ offer }).catch(() => giveUp(offer));
    } else this.#keep(undefined);
  }
}

function isOffer(message: unknown): message is { offer: SealedOffer } {
  return typeof message === 'object' && message !== null && 'offer' in message;
}
