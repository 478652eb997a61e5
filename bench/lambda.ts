// Size, cold import, and time and memory a step of every function, as deployed. usage: node bench/lambda.ts [import|steps]
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { runKeys } from '../shared/cloud/run-keys.ts';
import { seriesSteps } from '../shared/pipeline/workflow.ts';
import type { ChildResult } from './lambda-child.ts';
import { lambdaRaw } from './lambda-raw.ts';
import { S3Stub } from './s3-stub.ts';

const IMPORTS = 9;
const REPEATS = 3;
const ROOT = resolve(import.meta.dirname, '..');

interface Bundle {
  name: string;
  file: string;
  environment: Record<string, string>;
}

/** Bundles all functions by synthesizing the stack: the very files that a deployment uploads. */
function synthesized(folder: string): Bundle[] {
  execFileSync('npx', ['cdk', 'synth', '-q', '-o', folder], { cwd: ROOT, stdio: 'ignore' });
  const template = JSON.parse(readFileSync(join(folder, 'RecistDataset.template.json'), 'utf8'));
  const bundles: Bundle[] = [];
  for (const { Type, Properties } of Object.values<Resource>(template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = Properties.Environment;
    const asset = `asset.${Properties.Code.S3Key.replace(/\.zip$/, '')}`;
    const environment = Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, typeof value === 'string' ? value : name]),
    );
    const name = environment.POWERTOOLS_SERVICE_NAME;
    bundles.push({ name, file: join(folder, asset, 'index.mjs'), environment });
  }
  return bundles;
}

interface Resource {
  Type: string;
  Properties: { Code: { S3Key: string }; Environment: { Variables: Record<string, unknown> } };
}

/** In a process of its own: one that is busy would not answer the requests of the child. */
async function child(
  { file, environment }: Bundle,
  url: string,
  events: object[] = [],
): Promise<ChildResult> {
  const program = join(import.meta.dirname, 'lambda-child.ts');
  const env = {
    ...environment,
    PATH: process.env.PATH,
    BUCKET: 'bucket',
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  };
  const parameters = [program, file, ...events.map((event) => JSON.stringify(event))];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const NOWHERE = 'http://127.0.0.1:9';

async function imports(bundles: Bundle[], folder: string): Promise<void> {
  const empty = { name: 'empty module', file: join(folder, 'empty.mjs'), environment: {} };
  writeFileSync(empty.file, 'export const handler = () => {};\n');
  const all = [...bundles, empty];
  const times = new Map(all.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < IMPORTS; round++)
    for (const bundle of all) times.get(bundle.name)!.push((await child(bundle, NOWHERE)).importMs);
  console.log('\n| function | bundle (KiB) | cold import (ms) |\n|---|---|---|');
  for (const { name, file } of all) {
    const ms = median(times.get(name)!).toFixed(0);
    console.log(`| ${name} | ${(statSync(file).size / 1024).toFixed(0)} | ${ms} |`);
  }
}

/** Each step in a fresh process, as the first invocation of an environment: import, first compilation and S3 included. */
async function steps(bundles: Bundle[]): Promise<void> {
  const stub = await S3Stub.start();
  try {
    const { short, long, objects } = lambdaRaw(resolve(ROOT, '../shared/raw'));
    for (const [key, body] of objects) stub.objects.set(key, body);
    // the run whose turn it is
    const queue = { building: { run: 'run', execution: 'bench' } };
    stub.objects.set(runKeys.queue, Buffer.from(JSON.stringify(queue)));
    const named = (name: string) => bundles.find((bundle) => bundle.name === name)!;
    const planned = await child(named('plan'), stub.url, [{ run: 'run' }]);
    console.log(`\nplan of two series: ${cells(planned)}`);
    const order = [...seriesSteps.map(({ name }) => name), 'collect'];
    console.log(
      '\n| function | 50 slices: ms | peak (MiB) | 300 slices: ms | peak (MiB) |\n|---|---|---|---|---|',
    );
    for (const name of order) {
      const row: string[] = [];
      for (const uuid of [short, long]) {
        const results: ChildResult[] = [];
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          stub.objects.delete(`out/.state/series/${uuid}/${name}.json`);
          results.push(await child(named(name), stub.url, [{ run: 'run', uuid }]));
        }
        row.push(cells(results.sort((a, b) => a.invokeMs[0] - b.invokeMs[0])[Math.floor(REPEATS / 2)]));
        refuseFailure(stub, uuid, name);
      }
      console.log(`| ${name} | ${row.join(' | ')} |`);
    }
  } finally {
    stub.close();
  }
}

function cells({ invokeMs, peakMiB }: ChildResult): string {
  return `${invokeMs[0].toFixed(0)} | ${peakMiB.toFixed(0)}`;
}

/** A step that failed is fast, and no measurement. */
function refuseFailure(stub: S3Stub, uuid: string, name: string): void {
  const record = stub.objects.get(`out/.state/series/${uuid}/${name}.json`);
  const { failure } = JSON.parse(String(record));
  if (failure) throw new Error(`${name} of ${uuid}: ${failure.code}: ${failure.message}`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const folder = mkdtempSync(join(tmpdir(), 'recist-lambda-'));
try {
  const bundles = synthesized(folder);
  const [only] = process.argv.slice(2);
  if (only !== 'steps') await imports(bundles, folder);
  if (only !== 'import') await steps(bundles);
  console.log(`\nMachine: ${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`);
} finally {
  rmSync(folder, { recursive: true });
}
