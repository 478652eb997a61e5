import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Bucket } from '../../shared/cloud/bucket.ts';
import { RunStatus } from '../../shared/cloud/run-status.ts';
import { S3Store, s3Client } from '../../shared/store/s3-store.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Deployment extends Bucket {
  bucketName: string;
  stateMachineArn: string;
  shareUrl: string;
  redriveFunction: string;
}

let deployed: Promise<Deployment> | undefined;

/** The stack on LocalStack; deployed once for all tests of a file. */
export function deployment(): Promise<Deployment> {
  deployed ??= deploy();
  return deployed;
}

async function deploy(): Promise<Deployment> {
  const work = mkdtempSync(join(tmpdir(), 'recist-cdk-'));
  const outputs = join(work, 'outputs.json');
  await cdk(['bootstrap', 'aws://000000000000/us-east-1', '--output', work]);
  const settings = ['local=true', 'quietSeconds=3', 'concurrency=2'].flatMap((one) => ['--context', one]);
  const deploy = ['deploy', '--require-approval', 'never', '--outputs-file', outputs, '--output', work];
  await cdk([...deploy, ...settings]);
  const { RecistDataset: out } = JSON.parse(readFileSync(outputs, 'utf8'));
  const open = (prefix: string) => S3Store.fromUrl(`s3://${out.BucketName}/${prefix}`, s3Client());
  return {
    bucketName: out.BucketName,
    stateMachineArn: out.StateMachineArn,
    shareUrl: out.ShareUrl,
    redriveFunction: out.RedriveFunction,
    bucket: open(''),
    raw: open('raw'),
    out: open('out'),
  };
}

function cdk(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['cdk', ...args, '--ci'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cdk ${args[0]}:\n${log}`))));
  });
}

/** Executions of the workflow by their state. */
export async function executions({ stateMachineArn }: Deployment) {
  const { executions = [] } = await new SFNClient().send(new ListExecutionsCommand({ stateMachineArn }));
  return executions.map(({ name = '', status = '', executionArn = '' }) => ({ name, status, executionArn }));
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
    await sleep(500);
  }
}

/** How long nothing may happen before all events count as handled: queue, batching window, quiet period. */
const IDLE_MS = 8000;

/** Waits until more runs than `before` have ended and no further event starts one. Their status objects. */
export async function runsEnded(deployment: Deployment, before: number, seconds = 240): Promise<RunStatus[]> {
  let idleSince: number | undefined;
  await until(
    `more than ${before} ended runs`,
    async () => {
      const all = await executions(deployment);
      const idle = all.length > before && all.every(({ status }) => status !== 'RUNNING');
      idleSince = idle ? (idleSince ?? Date.now()) : undefined;
      return idleSince !== undefined && Date.now() - idleSince > IDLE_MS;
    },
    seconds,
  );
  const statuses: RunStatus[] = [];
  for await (const { key } of deployment.bucket.list('runs/build-')) {
    if (!key.endsWith('/status.json')) continue;
    statuses.push(RunStatus.parse(JSON.parse(Buffer.from(await deployment.bucket.get(key)).toString())));
  }
  return statuses;
}
