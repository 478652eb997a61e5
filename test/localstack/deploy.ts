import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** As the reference set was built, and as `.ci/run` builds it. */
export const BUILD_OPTIONS = { saveNonAccepted: true };
const SETTINGS = {
  local: true,
  quietSeconds: 2,
  concurrency: 2,
  toleratedFailurePercent: 30,
  buildOptions: JSON.stringify(BUILD_OPTIONS),
};

/** Deploys the stack as an operator does. Its outputs. */
export async function deployStack(): Promise<Record<string, string>> {
  const work = mkdtempSync(join(tmpdir(), 'recist-cdk-'));
  const outputs = join(work, 'outputs.json');
  await cdk(['bootstrap', 'aws://000000000000/us-east-1', '--output', work]);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const options = ['--require-approval', 'never', '--outputs-file', outputs, '--output', work];
  await cdk(['deploy', ...options, ...settings]);
  return JSON.parse(readFileSync(outputs, 'utf8')).RecistDataset;
}

function cdk(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npx', ['cdk', ...args, '--ci', '--no-notices'], {
      cwd: ROOT,
      // nothing is asked of or told to the network, where an address that does not answer costs a minute
      env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text));
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cdk ${args[0]}:\n${log}`))));
  });
}
