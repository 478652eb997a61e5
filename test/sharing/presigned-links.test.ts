import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { shareCommand } from '../../cli/share.ts';
import { presignedLinks } from '../../shared/sharing/presigned-links.ts';
import { downloadPage } from '../../shared/sharing/share-page.ts';
import { sharedKeys } from '../../shared/sharing/shared-keys.ts';
import { uploadForm } from '../../shared/sharing/signed-urls.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const client = new S3Client({ region: 'us-east-1', credentials });

async function lab() {
  const out = new FolderStore(temporaryFolder());
  for (const key of ['final-formatted.zip', 'manifest.json', 'final/images/train/images/2.25.1.nii.gz'])
    await out.put(key, Buffer.from('12345'));
  return { out, client, bucketName: 'lab', prefix: 'cohort/out/' };
}

test('each object of the release gets a link below the prefix, for as long as asked', async () => {
  const links = await presignedLinks(await lab(), { kind: 'release' }, 7200);
  expect(links.map(({ key, bytes }) => [key, bytes])).toEqual([
    ['final-formatted.zip', 5],
    ['manifest.json', 5],
  ]);
  const url = new URL(links[0].url);
  expect(url.pathname).toBe('/cohort/out/final-formatted.zip');
  expect(url.searchParams.get('X-Amz-Expires')).toBe('7200');
});

test('a series that is not there is an error, not an empty list', async () => {
  const place = await lab();
  expect(await presignedLinks(place, { kind: 'series', uuid: '2.25.1' }, 60)).toHaveLength(1);
  await expect(presignedLinks(place, { kind: 'series', uuid: '2.25.2' }, 60)).rejects.toMatchObject({
    code: 'STORE_MISSING',
  });
});

test('the page holds every link, with its ampersands escaped, and its end to the minute', async () => {
  const scope = { kind: 'release' } as const;
  const [link] = await presignedLinks(await lab(), scope, 60);
  const page = downloadPage({ scope, expiresAt: '2026-03-01T12:30:59.000Z' }, [link]);
  expect(page).toContain(`href="${link.url.replaceAll('&', '&#38;')}"`);
  expect(page).toContain('2026-03-01 12:30 UTC');
});

test('an upload form lasts as long as asked', async () => {
  const before = Date.now();
  const { fields } = await uploadForm(client, 'lab', 'incoming/a.zip', { seconds: 86_400 });
  const { expiration } = JSON.parse(Buffer.from(fields.Policy, 'base64').toString());
  const lasts = new Date(expiration).getTime() - before;
  expect(lasts).toBeGreaterThan(86_390_000);
  expect(lasts).toBeLessThan(86_460_000);
});

test.each([
  ['a folder', ['out']],
  ['a share without its URL', ['s3://lab/out']],
  ['a share of another prefix than out/', ['s3://lab/cohort/out', '--share-url', 'https://share.example']],
  ['two things at once', ['s3://lab/out', '--list', '--upload']],
  ['presigned links for more than 7 days', ['s3://lab/out', '--presigned', '--days', '8']],
  ['a page of an upload', ['s3://lab/out', '--upload', '--page', 'x.html']],
  ['a UID with a slash', ['s3://lab/out', '--presigned', '--series', '../raw']],
])('the command refuses %s before it asks the bucket', async (_, args) => {
  const run = shareCommand().parseAsync(args, { from: 'user' });
  await expect(run).rejects.toMatchObject({ code: 'USAGE' });
});

test('whatever a share opens is named on its page', () => {
  const scopes = [{ kind: 'release' }, { kind: 'series', uuid: '2.25.1' }] as const;
  for (const scope of scopes) {
    const objects = sharedKeys(scope).map((key) => ({ key, bytes: 1, url: '#' }));
    const names = [...downloadPage({ scope, expiresAt: '' }, objects).matchAll(/<a href="[^"]*">([^<]*)</g)];
    expect(names).toHaveLength(objects.length);
    for (const [index, [, name]] of names.entries()) expect(name).not.toBe(objects[index].key);
  }
});
