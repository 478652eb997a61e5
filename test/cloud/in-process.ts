import type { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { vi } from 'vitest';
import type { Bucket } from '../../shared/cloud/bucket.ts';
import { settle } from '../../shared/cloud/build-queue.ts';
import { finaliseRun } from '../../shared/cloud/finalise-run.ts';
import { ingestArchive } from '../../shared/cloud/ingest.ts';
import { planRun } from '../../shared/cloud/plan-run.ts';
import { recordCrash } from '../../shared/cloud/record-crash.ts';
import { recordEnd } from '../../shared/cloud/record-end.ts';
import { refuseArchive } from '../../shared/cloud/refuse-archive.ts';
import { RunStatus } from '../../shared/cloud/run-status.ts';
import { contextOf, runSeriesStep, type SeriesItem, taskOf } from '../../shared/cloud/series-step-run.ts';
import { startBuild } from '../../shared/cloud/start-build.ts';
import { asDatasetError } from '../../shared/errors.ts';
import { collectSeries } from '../../shared/pipeline/collect.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { seriesSteps } from '../../shared/pipeline/workflow.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Store } from '../../shared/store/store.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';

export const QUIET_SECONDS = 10;

interface Execution {
  run: string;
  state: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
}

/**
 * The deployment in this process, on a folder: what the bucket reports goes to `events`, from where a test delivers
 * it in whatever order and as often as it likes; `runAll` does what the state machine does with the runs they start.
 */
export class InProcessCloud implements Bucket {
  readonly bucket: Store;
  readonly raw: Store;
  readonly out: Store;
  readonly executions: Execution[] = [];
  /** Keys of the changes that were not delivered yet, the oldest first. */
  events: string[] = [];
  toleratedFailurePercent = 5;
  /** Called before each step of a series; what it throws is the crash of the function. */
  beforeStep: (step: string, item: SeriesItem) => void | Promise<void> = () => {};

  constructor(folder = temporaryFolder()) {
    // the clock stands still, unless a run waits
    vi.useFakeTimers({ toFake: ['Date'] });
    this.bucket = reporting(new FolderStore(folder), '', this);
    this.raw = reporting(new FolderStore(`${folder}/raw`), 'raw/', this);
    this.out = new FolderStore(`${folder}/out`);
  }

  letPass(seconds: number): void {
    vi.setSystemTime(Date.now() + seconds * 1000);
  }

  /** What the queues' functions do with one event. */
  async deliver(key: string): Promise<void> {
    if (key.startsWith('incoming/')) {
      await ingestArchive(this.bucket, this.raw, key).catch((error) =>
        refuseArchive(this.bucket, key, error),
      );
    } else await startBuild(this.bucket, this.#workflow(), 'arn:machine');
  }

  /** Delivers what is waiting, and what that brings about, once and in order. */
  async deliverAll(): Promise<void> {
    for (let key = this.events.shift(); key !== undefined; key = this.events.shift()) await this.deliver(key);
  }

  /** Lets the clock run until every started run has ended. Their status objects, the latest last. */
  async runAll(): Promise<(RunStatus | undefined)[]> {
    const running = this.executions.filter(({ state }) => state === 'RUNNING');
    for (const execution of running) await this.#execute(execution);
    return Promise.all(running.map(({ run }) => this.statusOf(run)));
  }

  async statusOf(run: string): Promise<RunStatus | undefined> {
    const key = `runs/${run}/status.json`;
    if (!(await this.bucket.head(key))) return undefined;
    return RunStatus.parse(JSON.parse(Buffer.from(await this.bucket.get(key)).toString()));
  }

  async #execute(execution: Execution): Promise<void> {
    const { run } = execution;
    const isRunning = async (arn: string) =>
      this.executions.some((one) => one.run === arn && one.state === 'RUNNING');
    try {
      for (;;) {
        const question = { run, execution: run, quietSeconds: QUIET_SECONDS, now: Date.now(), isRunning };
        const settled = await settle(this.bucket, question);
        if (settled.state === 'ready') await this.build(run);
        if (settled.state !== 'wait') break;
        this.letPass(settled.waitSeconds);
      }
      execution.state = 'SUCCEEDED';
    } catch (error) {
      execution.state = 'FAILED';
      const { code, message } = asDatasetError(error);
      await recordEnd(this.bucket, { detail: { name: run, status: 'FAILED', error: code, cause: message } });
    }
  }

  /** From the plan to the release, as the state machine goes; redriving a run is calling this again. */
  async build(run: string): Promise<void> {
    await planRun(this, run, BuildOptions.parse({}));
    await this.buildSeries(run);
    await finaliseRun(this, run, {
      options: BuildOptions.parse({}),
      toleratedFailurePercent: this.toleratedFailurePercent,
    });
  }

  /** The map over the planned series: a step that crashes ends its series, not the run. */
  async buildSeries(run: string): Promise<void> {
    const items = JSON.parse(Buffer.from(await this.bucket.get(`runs/${run}/items.json`)).toString());
    for (const { uuid } of items) {
      const item = { run, uuid };
      try {
        for (const step of seriesSteps) {
          await this.beforeStep(step.name, item);
          await runSeriesStep(step, item, this);
        }
      } catch (error) {
        const task = await taskOf(this.bucket, item);
        await recordCrash(this.out, task, asDatasetError(error).code);
      }
      await collectSeries(await taskOf(this.bucket, item), contextOf(this, run));
    }
  }

  /** As Step Functions does it: a name that runs is answered again, one that ended is taken. */
  #workflow(): SFNClient {
    const send = async ({ input }: StartExecutionCommand) => {
      const known = this.executions.find(({ run }) => run === input.name);
      if (known?.state === 'RUNNING') return {};
      if (known) throw Object.assign(new Error('taken'), { name: 'ExecutionAlreadyExists' });
      this.executions.push({ run: input.name!, state: 'RUNNING' });
      return {};
    };
    return { send } as unknown as SFNClient;
  }
}

/** A store whose changes are reported below `incoming/` and `raw/`, as the rules of the bucket do. */
function reporting(store: FolderStore, prefix: string, cloud: InProcessCloud): Store {
  const report = (key: string) => {
    if (/^(raw\/|incoming\/.*\.zip$)/.test(prefix + key)) cloud.events.push(prefix + key);
  };
  return {
    url: store.url,
    head: (key) => store.head(key),
    get: (key, range) => store.get(key, range),
    stream: (key) => store.stream(key),
    list: (from) => store.list(from),
    put: async (key, body, condition) => {
      const put = await store.put(key, body, condition);
      report(key);
      return put;
    },
    delete: async (key) => {
      await store.delete(key);
      report(key);
    },
    copy: async (from, to) => {
      const copied = await store.copy(from, to);
      report(to);
      return copied;
    },
  };
}
