import { type MessagePort, parentPort } from 'node:worker_threads';
import { failureOf } from '../pipeline/provenance.ts';
import type { Failure } from '../pipeline/step.ts';
import { JobMemory } from './job-memory.ts';
import { digestMessages } from './remote-digests.ts';
import { type Crew, type Offer, takePart } from './shared-work.ts';

/** What a thread is handed: a job of its own, part of another thread's work, or a stream to digest. */
export type Task<Job> = { job: Job } | { offer: Offer } | { digest: MessagePort };

/** How it went: a typed error loses its type between threads, so it travels as data. */
export type Reply<Result> = { result: Result } | { failure: Failure };

const memory = new JobMemory();

/** The other threads of the pool, seen from one of them. */
const colleagues: Crew = {
  offer: (offer) => parentPort?.postMessage({ offer }),
  memory: (bytes) => memory.take(bytes),
  loseMemory: () => memory.lose(),
};

/** The entry of a pool's threads. */
export function threadOf<Job, Result>(work: (job: Job, crew: Crew) => Promise<Result>) {
  return async (task: Task<Job>): Promise<Reply<Result> | undefined> => {
    if ('offer' in task) {
      await takePart(task.offer);
      return undefined;
    }
    if ('digest' in task) {
      await digestMessages(task.digest);
      return undefined;
    }
    try {
      return { result: await work(task.job, colleagues) };
    } catch (error) {
      return { failure: failureOf(error) };
    } finally {
      memory.release();
    }
  };
}
