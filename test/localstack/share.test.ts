import { request } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { createShare, revokeShare, type ShareScope } from '../../shared/sharing/shares.ts';
import { Deployment } from './deployment.ts';

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

const tokenOf = async (scope: ShareScope) =>
  (await createShare(cloud.bucket, { scope, days: 1, note: '' })).token;

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

test('a revoked token, a token of another scope and a made-up one get 403', async () => {
  const token = await tokenOf({ kind: 'release' });
  await revokeShare(cloud.bucket, token.split('.')[0]);
  const series = await tokenOf({ kind: 'series', uuid: '1.2.3' });
  for (const path of [`/${token}/manifest.json`, `/${series}/manifest.json`, '/made-up/manifest.json']) {
    expect((await ask(path)).status, path).toBe(403);
  }
});

test('an upload form takes a zip archive into incoming/, and nothing of another type or under another key', async () => {
  const answer = await ask(`/${await tokenOf({ kind: 'upload' })}`, 'application/json');
  const { url, fields } = JSON.parse(answer.body);
  const post = (changes: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changes })) form.append(name, value);
    form.append('file', new Blob(['not a zip']));
    return fetch(url, { method: 'POST', body: form });
  };
  expect((await post({ key: 'raw/metadata/patients.csv' })).status).toBe(403);
  expect((await post({ 'Content-Type': 'text/html' })).status).toBe(403);
  expect((await post({})).ok).toBe(true);
  expect(await cloud.bucket.head(fields.key)).toMatchObject({ bytes: 9 });
});
