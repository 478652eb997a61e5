import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';
import { Deployment } from './deployment.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const UUID = '2.25.7';
const IMAGE = `final/images/test/images/${UUID}.nii.gz`;

const cloud = new Deployment();

beforeAll(async () => {
  await cloud.out.put('final-formatted.zip', Buffer.from('the release'));
  await cloud.out.put(IMAGE, Buffer.from('a volume'));
});

/** Runs the command as a user does, in a process of its own. */
function share(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const command = [MAIN, 'share', `s3://${cloud.bucketName}/out`, ...args];
  const env = { ...process.env, RECIST_SHARE_URL: cloud.shareUrl };
  return spawnSync(process.execPath, command, { encoding: 'utf8', env });
}

/** Opens a link of the share URL, whose name resolves only on AWS. */
function open(link: string): Promise<{ status: number; location: string | undefined; body: string }> {
  const { host, pathname } = new URL(link);
  const options = { headers: { host, accept: 'text/html' } };
  return new Promise((resolve, reject) => {
    request(`${process.env.AWS_ENDPOINT_URL}${pathname}`, options, async (response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, location: headers.location, body: Buffer.concat(chunks).toString() });
    })
      .on('error', reject)
      .end();
  });
}

test('a share is one line on standard output, opens its page and files, is listed, and ends when revoked', async () => {
  const made = share('--series', UUID, '--days', '2', '--note', 'for Ana');
  expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/^https?:\S+\n$/) });
  const link = made.stdout.trim();
  expect((await open(link)).body).toContain(IMAGE);
  const { status, location } = await open(`${link}/${IMAGE}`);
  expect(status).toBe(302);
  expect(await (await fetch(location!)).text()).toBe('a volume');

  const id = new URL(link).pathname.slice(1).split('.')[0];
  const listed = share('--list');
  expect(listed.stdout).toMatch(new RegExp(`^${id}  open .* series ${UUID}  for Ana$`, 'm'));
  const [token] = new URL(link).pathname.slice(1).split('.').slice(1);
  expect(listed.stdout + share('--list', '--json').stdout).not.toContain(token);

  expect(share('--revoke', id).stdout).toContain('revoked');
  expect((await open(link)).status).toBe(403);
  expect((await open(`${link}/${IMAGE}`)).status).toBe(403);
});

test('--json prints presigned URLs that download, and that open nothing else', async () => {
  const { objects } = JSON.parse(share('--json').stdout);
  const { url } = objects.find(({ key }: { key: string }) => key === 'final-formatted.zip');
  expect(await (await fetch(url)).text()).toBe('the release');
  expect((await fetch(url.replace('final-formatted.zip?', `${IMAGE}?`))).status).toBe(403);
});

test('--page writes a page whose links download', async () => {
  const file = join(temporaryFolder(), 'release.html');
  expect(share('--page', file, '--days', '1').status).toBe(0);
  const [, href] = readFileSync(file, 'utf8').match(/href="([^"]+)"/) ?? [];
  const url = href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  expect(await (await fetch(url)).text()).toBe('the release');
});

test('--upload --json prints a form that takes a zip archive into incoming/, and nothing of another type', async () => {
  const { url, fields } = JSON.parse(share('--upload', '--json').stdout);
  expect(fields.key).toMatch(/^incoming\/[\w-]+\.zip$/);
  const post = (changes: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, String(value));
    form.append('file', new Blob(['not a zip']));
    return fetch(url, { method: 'POST', body: form });
  };
  expect((await post({ 'Content-Type': 'text/html' })).status).toBe(403);
  expect((await post({ key: 'raw/metadata/patients.csv' })).status).toBe(403);
  expect((await post({})).ok).toBe(true);
});

test('a series that is not there gets no share, and an unknown id cannot be revoked', () => {
  expect(share('--series', '1.2.3')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('STORE_MISSING'),
  });
  expect(share('--revoke', 'nobody')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('there is no share nobody'),
  });
});
