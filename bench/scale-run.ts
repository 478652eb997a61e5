// One measured run, in a process of its own: node bench/scale-run.ts embedded|map COUNT FOLDER
import { join } from 'node:path';
import { type StepTree, stepTree } from '../infra/series-chain.ts';
import type { Bucket } from '../shared/cloud/bucket.ts';
import { noteChange, settle } from '../shared/cloud/build-queue.ts';
import { collectRun } from '../shared/cloud/collect-run.ts';
import { finaliseRun } from '../shared/cloud/finalise-run.ts';
import { planRun } from '../shared/cloud/plan-run.ts';
import { runKeys } from '../shared/cloud/run-keys.ts';
import { runSeriesStep, type SeriesItem } from '../shared/cloud/series-step-run.ts';
import { build } from '../shared/pipeline/build.ts';
import { prefetch } from '../shared/pipeline/concurrency.ts';
import { BuildOptions } from '../shared/pipeline/options.ts';
import { WorkerPool } from '../shared/pipeline/worker-pool.ts';
import { seriesSteps } from '../shared/pipeline/workflow.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { CountingStore } from './counting-store.ts';
import { writeTinyRaw } from './tiny-raw.ts';

/** What the parent prints of a run. */
export interface ScaleResult {
  series: number;
  planSeconds: number;
  seriesSeconds: number;
  finaliseSeconds: number;
  /** Peak resident memory of the process, workers included, when it had planned, built the series, and ended. */
  planMiB: number;
  seriesMiB: number;
  peakMiB: number;
  /** Listings, and the pages of 1,000 keys they would be on S3, made by plan and finalise. */
  lists: number;
  listPages: number;
  planRequests: number;
  finaliseRequests: number;
  /** The largest input or output of any state; the embedded runner has none. */
  largestPayloadBytes: number;
}

const JOBS = 2;
const CONCURRENT_EXECUTIONS = 16;

async function embedded(series: number, raw: CountingStore, out: CountingStore): Promise<ScaleResult> {
  const pool = new WorkerPool(JOBS, raw.url, out.url);
  const marks = [mark(raw, out)];
  let left = series;
  await build({
    raw,
    out,
    options: BuildOptions.parse({}),
    strict: true,
    force: false,
    runner: pool,
    signal: new AbortController().signal,
    onEvent: ({ event }) => {
      if (event === 'planned' || (event === 'series' && --left === 0)) marks.push(mark(raw, out));
    },
  });
  marks.push(mark(raw, out));
  await pool.close();
  return resultOf(series, marks, 0);
}

/** Each series as one child execution of the map would run it, its steps as Lambdas would: nothing but payloads between. */
async function distributedMap(
  series: number,
  raw: CountingStore,
  out: CountingStore,
  bucket: CountingStore,
): Promise<ScaleResult> {
  const stores: Bucket = { bucket, raw, out };
  const options = BuildOptions.parse({});
  const run = await noteChange(bucket, 0);
  let largest = 0;
  /** A state's input and its result, as JSON: what Step Functions limits to 256 KiB. */
  const passed = <T>(payload: T): T => {
    largest = Math.max(largest, Buffer.byteLength(JSON.stringify(payload)));
    return payload;
  };
  const question = { run, execution: 'bench', quietSeconds: 0, now: 1, isRunning: async () => false };
  passed({ run, settled: await settle(bucket, question) });
  const marks = [mark(raw, out, bucket)];
  passed({ run, planned: await planRun(stores, run, options) });
  marks.push(mark(raw, out, bucket));
  const items: { uuid: string }[] = JSON.parse(Buffer.from(await bucket.get(runKeys.items(run))).toString());
  const steps = new Map(seriesSteps.map((step) => [step.name, step]));
  const branch = async ({ step, next }: StepTree, item: SeriesItem): Promise<void> => {
    passed(await runSeriesStep(steps.get(step)!, passed(item), stores));
    await Promise.all(next.map((tree) => branch(tree, item)));
  };
  const execution = async ({ uuid }: { uuid: string }): Promise<void> => {
    const item = passed({ run, uuid });
    for (const tree of stepTree()) await branch(tree, item);
    await collectRun(stores, item);
    passed({ uuid });
  };
  for await (const _ of prefetch(items, CONCURRENT_EXECUTIONS, execution));
  marks.push(mark(raw, out, bucket));
  passed({ run, finalised: await finaliseRun(stores, run, { options, toleratedFailurePercent: 0 }) });
  marks.push(mark(raw, out, bucket));
  return resultOf(series, marks, largest);
}

interface Mark {
  at: number;
  peakMiB: number;
  requests: number;
  lists: number;
  listPages: number;
}

function mark(...stores: CountingStore[]): Mark {
  const sum = (of: (store: CountingStore) => number) => stores.reduce((total, store) => total + of(store), 0);
  return {
    at: performance.now(),
    peakMiB: process.resourceUsage().maxRSS / 1024,
    requests: sum(({ requests }) => requests),
    lists: sum(({ lists }) => lists),
    listPages: sum(({ listPages }) => listPages),
  };
}

function resultOf(
  series: number,
  [started, planned, mapped, ended]: Mark[],
  largestPayloadBytes: number,
): ScaleResult {
  const lists = (of: 'lists' | 'listPages') => planned[of] - started[of] + ended[of] - mapped[of];
  return {
    series,
    planSeconds: (planned.at - started.at) / 1000,
    seriesSeconds: (mapped.at - planned.at) / 1000,
    finaliseSeconds: (ended.at - mapped.at) / 1000,
    planMiB: planned.peakMiB,
    seriesMiB: mapped.peakMiB,
    peakMiB: ended.peakMiB,
    lists: lists('lists'),
    listPages: lists('listPages'),
    planRequests: planned.requests - started.requests,
    finaliseRequests: ended.requests - mapped.requests,
    largestPayloadBytes,
  };
}

const [mode, count, folder] = process.argv.slice(2);
const store = (name: string) => new CountingStore(new FolderStore(join(folder, name)));
if (mode === 'raw') await writeTinyRaw(store('raw'), Number(count));
else {
  const run = mode === 'map' ? distributedMap : embedded;
  console.log(JSON.stringify(await run(Number(count), store('raw'), store(`out-${mode}`), store('runs'))));
}
