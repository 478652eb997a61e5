import { setTimeout as sleep } from 'node:timers/promises';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Bucket } from '../../shared/cloud/bucket.ts';
import { RunStatus } from '../../shared/cloud/run-status.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { S3Store, s3Client } from '../../shared/store/s3-store.ts';
import { upload } from '../cloud/raw-content.ts';
import { keysOf, phantomFolder } from '../pipeline/phantom-folder.ts';

/** How long nothing may be under way before all events count as handled: a rule takes a moment to reach its queue. */
const IDLE_MS = 3000;

/** The stack that the global set-up deployed. */
export class Deployment implements Bucket {
  readonly bucketName: string;
  readonly stateMachineArn: string;
  readonly shareUrl: string;
  readonly redriveFunction: string;
  readonly bucket: S3Store;
  readonly raw: S3Store;
  readonly out: S3Store;
  readonly #workflow = new SFNClient();
  readonly #queues = new SQSClient({ useQueueUrlAsEndpoint: false });
  #runsSeen = 0;

  constructor() {
    const outputs = JSON.parse(process.env.STACK_OUTPUTS!);
    this.bucketName = outputs.BucketName;
    this.stateMachineArn = outputs.StateMachineArn;
    this.shareUrl = outputs.ShareUrl;
    this.redriveFunction = outputs.RedriveFunction;
    const open = (prefix: string) => S3Store.fromUrl(`s3://${this.bucketName}/${prefix}`, s3Client());
    [this.bucket, this.raw, this.out] = [open(''), open('raw'), open('out')];
  }

  /** Deletes all uploads and results that other test files left, and lets the runs end that this starts. */
  async clear(): Promise<void> {
    for (const store of [this.raw, this.out])
      for (const key of await keysOf(store, '')) await store.delete(key);
    await this.#idle();
    this.#runsSeen = (await this.executions()).length;
  }

  /** Sees to it that the bucket has the phantom's series with their annotations, all built. */
  async phantom(): Promise<void> {
    const raw = new FolderStore(await phantomFolder());
    const [there, wanted] = await Promise.all([this.raw, raw].map((store) => keysOf(store, 'images/nifti/')));
    if (there.join() === wanted.join()) {
      await this.#idle();
      this.#runsSeen = (await this.executions()).length;
      return;
    }
    await this.clear();
    await upload(raw, this.raw);
    await this.nextRuns();
  }

  async json(key: string) {
    return JSON.parse(Buffer.from(await this.bucket.get(key)).toString());
  }

  /** Executions of the workflow, the latest first. */
  async executions() {
    const { stateMachineArn } = this;
    const { executions = [] } = await this.#workflow.send(new ListExecutionsCommand({ stateMachineArn }));
    return executions
      .sort((a, b) => b.startDate!.getTime() - a.startDate!.getTime())
      .map(({ name = '', status = '', executionArn = '' }) => ({ name, status, executionArn }));
  }

  /**
   * Waits until all that was changed since the last call is built. The status objects of the runs that did it, the
   * latest first; a run that ended before it planned has none.
   */
  async nextRuns(): Promise<RunStatus[]> {
    await until('a run', async () => (await this.executions()).length > this.#runsSeen);
    await this.#idle();
    const all = await this.executions();
    const fresh = all.slice(0, all.length - this.#runsSeen);
    this.#runsSeen = all.length;
    const statuses: RunStatus[] = [];
    for (const { name } of fresh) {
      const key = `runs/${name}/status.json`;
      if (await this.bucket.head(key)) statuses.push(RunStatus.parse(await this.json(key)));
    }
    return statuses;
  }

  /** Waits until no run is under way and no queue has a message. */
  async #idle(): Promise<void> {
    let since: number | undefined;
    await until(
      'all runs to end',
      async () => {
        const running = (await this.executions()).some(({ status }) => status === 'RUNNING');
        const idle = !running && (await this.#messages()) === 0;
        since = idle ? (since ?? Date.now()) : undefined;
        return since !== undefined && Date.now() - since > IDLE_MS;
      },
      240,
    );
  }

  /** Messages that wait in the stack's queues or are being handled; dead letters stay where they are. */
  async #messages(): Promise<number> {
    const { QueueUrls = [] } = await this.#queues.send(new ListQueuesCommand());
    let messages = 0;
    for (const QueueUrl of QueueUrls.filter((url) => !url.includes('DeadLett'))) {
      const AttributeNames = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
      ] as const;
      const request = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
      const { Attributes = {} } = await this.#queues.send(request);
      messages += AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
    }
    return messages;
  }
}

/** Waits until `condition` holds, or fails naming what was waited for. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  seconds = 120,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(300);
  }
}
