import { parentPort } from 'node:worker_threads';
import { threadOf } from '../threads/thread.ts';
import { runSeriesJob, type SeriesJob } from './series-job.ts';

export default threadOf((job: SeriesJob, crew) =>
  runSeriesJob(job, crew, new AbortController().signal, (begun) => parentPort?.postMessage(begun)),
);
