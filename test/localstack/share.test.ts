import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { createShare, revokeShare, type ShareScope } from '../../shared/sharing/shares.ts';
import { downloadUrl, incomingKey, type UploadForm, uploadForm } from '../../shared/sharing/signed-urls.ts';
import { s3Client } from '../../shared/store/s3-store.ts';
import { Deployment, until } from './deployment.ts';

const cloud = new Deployment();

beforeAll(async () => {
  await cloud.out.put('final-formatted.zip', Buffer.from('the release'));
  await cloud.out.put('manifest.json', Buffer.from('{}'));
});

interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

/** Asks the Function URL; its name does not resolve offline, so the request goes to LocalStack under that name. */
function ask(path: string, accept = 'text/html'): Promise<Answer> {
  const { host } = new URL(cloud.shareUrl);
  const options = { headers: { host, accept } };
  return new Promise((resolve, reject) => {
    request(`${process.env.AWS_ENDPOINT_URL}${path}`, options, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const tokenOf = async (scope: ShareScope, days = 1) =>
  (await createShare(cloud.bucket, { scope, days, note: '' })).token;

/** Posts to an upload form with some of its fields changed. */
function post({ url, fields }: UploadForm, changes: Record<string, string> = {}, body = 'not a zip') {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, value);
  form.append('file', new Blob([body]));
  return fetch(url, { method: 'POST', body: form });
}

test('the share URL redirects to a presigned URL that downloads the release', async () => {
  const token = await tokenOf({ kind: 'release' });
  expect((await ask(`/${token}`)).body).toContain('final-formatted.zip');
  const { status, location } = await ask(`/${token}/final-formatted.zip`);
  expect(status).toBe(302);
  const download = await fetch(location!);
  expect(await download.text()).toBe('the release');
  expect(download.headers.get('content-disposition')).toContain('final-formatted.zip');
});

test('a presigned URL opens no other key, and a changed one nothing', async () => {
  const { location } = await ask(`/${await tokenOf({ kind: 'release' })}/final-formatted.zip`);
  expect((await fetch(location!.replace('final-formatted.zip?', 'manifest.json?'))).status).toBe(403);
  expect((await fetch(location!.replace('X-Amz-Expires=300', 'X-Amz-Expires=3000'))).status).toBe(403);
});

test('a presigned URL ends when its time is over', async () => {
  const url = await downloadUrl(s3Client(), cloud.bucketName, 'out/final-formatted.zip', 1);
  expect((await fetch(url)).status).toBe(200);
  await until('its end', async () => (await fetch(url)).status === 403, 10);
});

test('a revoked, an expired and a tampered token, one of another scope and a made-up one get one and the same 403', async () => {
  const token = await tokenOf({ kind: 'release' });
  await revokeShare(cloud.bucket, token.split('.')[0]);
  const expired = await tokenOf({ kind: 'release' }, -1);
  const open = await tokenOf({ kind: 'release' });
  const tampered = open.slice(0, -1) + (open.endsWith('A') ? 'E' : 'A');
  const others = [{ kind: 'series', uuid: '1.2.3' }, { kind: 'upload' }] as const;
  const wrongScope = await Promise.all(others.map((scope) => tokenOf(scope)));
  const refused = [token, expired, tampered, ...wrongScope, 'made-up'];
  const answers = await Promise.all(refused.map((one) => ask(`/${one}/manifest.json`)));
  for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 403, location: undefined });
  expect((await ask(`/${open}/manifest.json`)).status).toBe(302);
  expect((await ask(`/${open}/..%2Fraw/metadata/series.json`)).status).toBe(403);
});

test('an upload form takes a zip archive into incoming/, and nothing of another type or under another key', async () => {
  const answer = await ask(`/${await tokenOf({ kind: 'upload' })}`, 'application/json');
  const form: UploadForm = JSON.parse(answer.body);
  expect((await post(form, { key: 'raw/metadata/patients.csv' })).status).toBe(403);
  expect((await post(form, { key: `${form.fields.key}/../../raw/x` })).status).toBe(403);
  expect((await post(form, { 'Content-Type': 'text/html' })).status).toBe(403);
  expect((await post(form, {}, '')).ok).toBe(false);
  expect(await cloud.bucket.head(form.fields.key)).toBeUndefined();
  expect((await post(form)).ok).toBe(true);
  expect(await cloud.bucket.head(form.fields.key)).toMatchObject({ bytes: 9 });
});

test('an upload form takes nothing larger than its limit, and nothing when its time is over', async () => {
  const open = (limits: { seconds?: number; limitBytes?: number }) =>
    uploadForm(s3Client(), cloud.bucketName, incomingKey(randomUUID()), limits);
  const small = await open({ limitBytes: 8 });
  const tooLarge = await post(small);
  expect([tooLarge.status, await tooLarge.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')]);
  const over = await open({ seconds: -1 });
  expect((await post(over)).status).toBe(403);
  for (const { fields } of [small, over]) expect(await cloud.bucket.head(fields.key)).toBeUndefined();
});
