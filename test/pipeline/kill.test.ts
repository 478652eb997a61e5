import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { phantomFolder, temporaryFolder } from './phantom-folder.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const KILLS = 50;

/** SHA-256 of every file of OUT that a user reads. */
function contentOf(out: string): Map<string, string> {
  const content = new Map<string, string>();
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(out.length + 1);
    if (!entry.isFile() || /^\.(partial|state)\//.test(path) || path === 'reports/run.json') continue;
    content.set(
      path,
      createHash('sha256')
        .update(readFileSync(join(out, path)))
        .digest('hex'),
    );
  }
  return content;
}

const build = (raw: string, out: string, ...options: string[]) =>
  spawnSync(process.execPath, [CLI, 'build', raw, out, ...options], { encoding: 'utf8' });

let raw: string;
let whole: Map<string, string>;

beforeAll(async () => {
  raw = await phantomFolder();
  const out = temporaryFolder();
  expect(build(raw, out).status).toBe(0);
  whole = contentOf(out);
});

/** Starts a build and kills it after a while; true when it was still running. */
function killAfter(ms: number, out: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, 'build', raw, out, '--jobs', '2'], { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), ms);
    child.on('exit', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

test(`a build killed ${KILLS} times at random leaves nothing half written, and resumes to the same bytes`, async () => {
  let killed = 0;
  let out = temporaryFolder();
  for (let round = 0; killed < KILLS; round++) {
    // spread over the whole run: every moment of it is hit by some round
    const ms = 60 + ((round * 379) % 900);
    if (await killAfter(ms, out)) killed += 1;
    else {
      expect(contentOf(out)).toEqual(whole);
      out = temporaryFolder();
    }
    for (const [path, sha256] of contentOf(out)) expect([path, sha256]).toEqual([path, whole.get(path)]);
    if (round % 7 === 6) {
      expect(build(raw, out).status).toBe(0);
      expect(contentOf(out)).toEqual(whole);
      out = temporaryFolder();
    }
  }
  expect(build(raw, out).status).toBe(0);
  expect(contentOf(out)).toEqual(whole);
  expect(existsSync(join(out, '.partial'))).toBe(false);
}, 300_000);

test('job counts do not change a byte', () => {
  for (const jobs of ['1', '3']) {
    const out = temporaryFolder();
    expect(build(raw, out, '--jobs', jobs).status).toBe(0);
    expect(contentOf(out)).toEqual(whole);
  }
});

test('a build is stopped cleanly by SIGINT, and says how to go on', async () => {
  const out = temporaryFolder();
  const child = spawn(process.execPath, [CLI, 'build', raw, out, '--jobs', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    if (said === '') setTimeout(() => child.kill('SIGINT'), 150);
    said += chunk;
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect(code).toBe(1);
  expect(said).toContain('run the same command to go on');
  expect(existsSync(join(out, 'manifest.json'))).toBe(false);
  expect(build(raw, out).status).toBe(0);
  expect(contentOf(out)).toEqual(whole);
});

/** A file system of a few megabytes, where this machine lets us mount one. */
function smallDisk(): string | undefined {
  const folder = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status === 0;
  return mounted ? folder : undefined;
}

describe('a full disk', () => {
  const disk = smallDisk();
  test.skipIf(!disk)('is named, and the build goes on when there is room', () => {
    const out = join(disk!, 'out');
    mkdirSync(out);
    const first = build(raw, out);
    expect(first.status).toBe(1);
    expect(first.stderr).toContain('STORE_FULL');
    for (const [path, sha256] of contentOf(out)) expect([path, sha256]).toEqual([path, whole.get(path)]);
    execFileSync('mount', ['-o', 'remount,size=200m', disk!]);
    expect(build(raw, out).status).toBe(0);
    expect(contentOf(out)).toEqual(whole);
    rmSync(out, { recursive: true });
    execFileSync('umount', [disk!]);
  });
});
