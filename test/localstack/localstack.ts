import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The last image that runs without an account. */
const IMAGE = 'localstack/localstack:4.14.0';
const HERE = fileURLToPath(new URL('.', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.localstack', import.meta.url));
/** The first start installs some 500 MB of Python packages, or pulls the image. */
const START_TIMEOUT_MS = 540_000;
/** LocalStack ends its Lambdas first, which takes some 8 s. */
const STOP_TIMEOUT_MS = 20_000;

export interface Localstack {
  endpoint: string;
  /** What a client needs in its environment: the endpoint as an IP (path-style S3), test credentials, a region. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts LocalStack on a free port: as a container where a Docker engine answers, else as plain processes. */
export async function startLocalstack(): Promise<Localstack> {
  const port = await freePort();
  const server = dockerAnswers() ? startContainer(port) : startProcesses(port);
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilHealthy(endpoint, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { endpoint, environment: clientEnvironment(endpoint), stop: server.stop };
}

export function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    CDK_DEFAULT_ACCOUNT: '000000000000',
    CDK_DEFAULT_REGION: 'us-east-1',
  };
}

interface Server {
  /** What went wrong, once it has. */
  failure(): string | undefined;
  stop(): Promise<void>;
}

function dockerAnswers(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

function startContainer(port: number): Server {
  const name = `recist-dataset-localstack-${port}`;
  const socket = '/var/run/docker.sock';
  const settings = [
    'S3_SKIP_SIGNATURE_VALIDATION=0',
    'SQS_ENDPOINT_STRATEGY=path',
    `LOCALSTACK_HOST=localhost:${port}`,
  ];
  execFileSync('docker', [
    ...['run', '--detach', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:4566`],
    ...['--volume', `${socket}:${socket}`, ...settings.flatMap((setting) => ['--env', setting]), IMAGE],
  ]);
  return {
    failure: () => undefined,
    stop: async () => {
      spawnSync('docker', ['stop', name], { stdio: 'ignore' });
    },
  };
}

/** Host mode: `start.sh` makes the virtual environment once, and stays LocalStack's own process. */
function startProcesses(port: number): Server {
  mkdirSync(CACHE, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), 'localstack-'));
  const logFile = join(CACHE, 'localstack.log');
  const log = createWriteStream(logFile);
  // the same Node for the Lambdas as for these tests
  const PATH = `${process.execPath.replace(/\/[^/]+$/, '')}:${process.env.PATH}`;
  const child = spawn(join(HERE, 'start.sh'), [join(CACHE, 'venv')], {
    env: { ...process.env, PATH, PORT: String(port), LOCALSTACK_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const killWithUs = () => child.kill('SIGTERM');
  process.once('exit', killWithUs);
  return {
    failure: () => (hasEnded(child) ? `LocalStack ended; its log:\n${tail(logFile)}` : undefined),
    stop: async () => {
      process.off('exit', killWithUs);
      child.kill('SIGTERM');
      const deadline = Date.now() + STOP_TIMEOUT_MS;
      while (!hasEnded(child) && Date.now() < deadline) await sleep(100);
      if (!hasEnded(child)) child.kill('SIGKILL');
      log.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').split('\n').slice(-30).join('\n');
}

async function untilHealthy(endpoint: string, server: Server): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const failure = server.failure();
    if (failure) throw new Error(failure);
    const answer = await fetch(`${endpoint}/_localstack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(300);
  }
  throw new Error(`LocalStack did not answer on ${endpoint} within ${START_TIMEOUT_MS / 1000} s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
