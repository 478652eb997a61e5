import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { answerShare, type ShareDoor } from '../../shared/sharing/answer.ts';
import {
  createShare,
  listShares,
  openShare,
  revokeShare,
  type ShareScope,
} from '../../shared/sharing/shares.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';

const UUID = '2.25.1';
const IMAGE = `final/images/train/images/${UUID}.nii.gz`;
const OTHER = 'final/images/train/images/2.25.2.nii.gz';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = new S3Client({ region: 'us-east-1', credentials });

let bucket: FolderStore;
let door: ShareDoor;

beforeEach(async () => {
  bucket = new FolderStore(temporaryFolder());
  const out = new FolderStore(`${bucket.url}/out`);
  for (const key of ['final-formatted.zip', 'manifest.json', IMAGE, OTHER])
    await out.put(key, Buffer.from('x'));
  door = { bucket, out, client, bucketName: 'data', uploadName: () => 'upload-1' };
});

const share = async (scope: ShareScope, days = 1) =>
  (await createShare(bucket, { scope, days, note: '' })).token;
const get = (path: string, accept = 'text/html') => answerShare(path, accept, door);

describe('a share', () => {
  test('of the release opens a page, and each link of it redirects to a fresh presigned URL', async () => {
    const token = await share({ kind: 'release' });
    const page = await get(`/${token}`);
    expect(page.body).toContain(`href="/${token}/final-formatted.zip"`);
    const { statusCode, headers } = await get(`/${token}/final-formatted.zip`);
    expect(statusCode).toBe(302);
    const url = new URL(headers.location);
    expect(url.pathname).toBe('/out/final-formatted.zip');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('300');
  });

  test('of a series opens its files and no others', async () => {
    const token = await share({ kind: 'series', uuid: UUID });
    expect((await get(`/${token}/${IMAGE}`)).statusCode).toBe(302);
    for (const key of [OTHER, 'final-formatted.zip', `../raw/${IMAGE}`, `${IMAGE}/..`, 'shares/x.json']) {
      expect((await get(`/${token}/${key}`)).statusCode, key).toBe(403);
    }
  });

  test('for uploads gives a form for zip archives in incoming/, and opens nothing', async () => {
    const token = await share({ kind: 'upload' });
    const form = JSON.parse((await get(`/${token}`, 'application/json')).body);
    expect(form.fields.key).toBe('incoming/upload-1.zip');
    const { conditions } = JSON.parse(Buffer.from(form.fields.Policy, 'base64').toString());
    expect(conditions).toContainEqual(['content-length-range', 1, 5e9]);
    expect(conditions).toContainEqual(['eq', '$Content-Type', 'application/zip']);
    expect((await get(`/${token}/final-formatted.zip`)).statusCode).toBe(403);
  });

  test('that expired or was revoked is refused', async () => {
    expect((await get(`/${await share({ kind: 'release' }, -1)}`)).statusCode).toBe(403);
    const token = await share({ kind: 'release' });
    await revokeShare(bucket, token.split('.')[0]);
    expect((await get(`/${token}/final-formatted.zip`)).statusCode).toBe(403);
  });
});

describe('a token', () => {
  test('that is tampered with, mixed from two, unknown or no token gives one and the same 403', async () => {
    const [a, b] = [await share({ kind: 'release' }), await share({ kind: 'release' })];
    const mixed = `${a.split('.')[0]}.${b.split('.')[1]}`;
    const tampered = `${a.slice(0, -2)}${a.endsWith('AA') ? 'BB' : 'AA'}`;
    const answers = await Promise.all(
      [mixed, tampered, `${'x'.repeat(16)}.${'y'.repeat(43)}`, '', 'shares', '%', '../shares/x'].map((one) =>
        get(`/${one}`),
      ),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0].statusCode).toBe(403);
  });

  test('is not in the bucket', async () => {
    const token = await share({ kind: 'release' });
    const [id, secret] = token.split('.');
    const kept = Buffer.from(await bucket.get(`shares/${id}.json`)).toString();
    expect(kept).not.toContain(secret);
    expect((await openShare(bucket, token)).id).toBe(id);
  });

  test('is listed by its share, for revoking', async () => {
    await share({ kind: 'series', uuid: UUID });
    const shares = [];
    for await (const one of listShares(bucket)) shares.push(one.scope);
    expect(shares).toEqual([{ kind: 'series', uuid: UUID }]);
  });
});
