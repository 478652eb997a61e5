import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { DatasetError } from '../errors.ts';
import { JobMemory } from './job-memory.ts';
import { type Digester, RemoteDigester } from './remote-digests.ts';
import { type Crew, giveUp, isOpen, type Offer, takePart } from './shared-work.ts';
import type { Reply, Task } from './thread.ts';

export interface ThreadPoolOptions<Job, Result> {
  /** Module of the threads; it exports what `threadOf` makes. */
  entry: URL;
  threads: number;
  /** What a job is, when the thread that opened the pool is to be one of them: it need not wait for the others to start. */
  here?: (job: Job, crew: Crew) => Promise<Result>;
  /** Gets what a job posts to its parent. */
  onMessage?: (message: unknown) => void;
}

/**
 * Threads that each do one job at a time. What a thread offers of its work goes to those that are idle; a thread that
 * becomes idle is given the latest offer that is still open.
 */
export class ThreadPool<Job, Result> {
  /** The threads beside this one, where there are any. */
  readonly #others: Piscina<Task<Job>, Reply<Result> | undefined> | undefined;
  readonly #otherCount: number;
  readonly #here: ThreadPoolOptions<Job, Result>['here'];
  readonly #memory = new JobMemory();
  #busyOthers = 0;
  #busyHere = false;
  #latest: Offer | undefined;

  constructor({ entry, threads, here, onMessage = () => {} }: ThreadPoolOptions<Job, Result>) {
    this.#here = here;
    this.#otherCount = here ? threads - 1 : threads;
    if (this.#otherCount === 0) return;
    // they start at once, while others still find out what there is to do
    const count = { minThreads: this.#otherCount, maxThreads: this.#otherCount };
    this.#others = new Piscina({ filename: entry.href, ...count });
    this.#others.on('message', (message) =>
      isOffer(message) ? this.#offer(message.offer) : onMessage(message),
    );
  }

  async run(job: Job): Promise<Result> {
    if (this.#here && !this.#busyHere) return this.#runHere(this.#here, job);
    if (!this.#others) throw new DatasetError('INTERNAL', 'the only thread has a job already');
    const reply = await this.#runElsewhere({ job });
    if (!reply) throw new DatasetError('INTERNAL', 'a thread ended its job without a result');
    if ('result' in reply) return reply.result;
    const { code, message, keys } = reply.failure;
    throw new DatasetError(code, message, { keys });
  }

  /** A thread that has nothing else to do digests a stream; undefined when there is none. */
  digester(): Digester | undefined {
    if (this.#busyOthers === this.#otherCount) return undefined;
    const { port1, port2 } = new MessageChannel();
    this.#runElsewhere({ digest: port2 }, { transferList: [port2] }).catch(() => port1.close());
    return new RemoteDigester(port1);
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    this.#latest = undefined;
    await this.#others?.destroy();
  }

  async #runHere(work: (job: Job, crew: Crew) => Promise<Result>, job: Job): Promise<Result> {
    this.#busyHere = true;
    try {
      await nextTurn(); // others may be ready for theirs
      return await work(job, {
        offer: (offer) => this.#offer(offer),
        memory: (bytes) => this.#memory.take(bytes),
        loseMemory: () => this.#memory.lose(),
      });
    } finally {
      this.#memory.release();
      this.#busyHere = false;
      this.#lendSoon();
    }
  }

  async #runElsewhere(task: Task<Job>, options: { transferList?: [MessagePort] } = {}) {
    this.#busyOthers++;
    try {
      return await this.#others?.run(task, options);
    } finally {
      this.#busyOthers--;
      if ('job' in task) this.#lendSoon();
    }
  }

  #offer(offer: Offer): void {
    this.#latest = offer;
    this.#lend(offer);
  }

  /** Whoever waits for a job that ended may have another one for its thread; that comes first. */
  #lendSoon(): void {
    setImmediate(() => {
      if (this.#latest && isOpen(this.#latest)) this.#lend(this.#latest);
      else this.#latest = undefined;
    });
  }

  #lend(offer: Offer): void {
    for (let idle = this.#otherCount - this.#busyOthers; idle > 0; idle--) {
      this.#runElsewhere({ offer }).catch(() => giveUp(offer));
    }
    if (this.#here && !this.#busyHere) {
      this.#busyHere = true;
      takePart(offer)
        .catch(() => giveUp(offer))
        .finally(() => {
          this.#busyHere = false;
        });
    }
  }
}

/** The module of a pool's threads, beside another: TypeScript in the sources, JavaScript where both are bundled. */
export function entryBeside(module: string, name: string): URL {
  return new URL(`./${name}.${module.endsWith('.ts') ? 'ts' : 'js'}`, module);
}

function isOffer(message: unknown): message is { offer: Offer } {
  return typeof message === 'object' && message !== null && 'offer' in message;
}
