import { randomBytes, randomUUID } from 'node:crypto';
import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, test } from 'vitest';
import { S3Store, s3Client } from '../../shared/store/s3-store.ts';
import { describeStore } from '../store/store-contract.ts';

const bucket = `store-${randomUUID()}`;
const open = async () => S3Store.fromUrl(`s3://${bucket}/${randomUUID()}`);

beforeAll(async () => {
  await s3Client().send(new CreateBucketCommand({ Bucket: bucket }));
});

describeStore('S3Store', open);

async function* pieces(body: Uint8Array, bytes: number) {
  for (let from = 0; from < body.length; from += bytes) yield body.subarray(from, from + bytes);
}

test('a stream beyond one part is put together byte for byte', async () => {
  const store = await open();
  const body = randomBytes(35 << 20);
  const put = await store.put('large', pieces(body, 3_000_001));
  expect(put.bytes).toBe(body.length);
  expect(await store.head('large')).toEqual(put);
  expect(Buffer.from(await store.get('large')).equals(body)).toBe(true);
});

test('a stream cut after its first part leaves no object and no upload', async () => {
  const store = await open();
  async function* cut() {
    yield* pieces(randomBytes(20 << 20), 1 << 20);
    throw new Error('cut');
  }
  await expect(store.put('half', cut())).rejects.toThrow('cut');
  expect(await store.head('half')).toBeUndefined();
  const { Uploads } = await s3Client().send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads ?? []).toEqual([]);
});

test('a large upload of an absent key loses against one that was there first', async () => {
  const store = await open();
  await store.put('taken', Buffer.from('first'));
  await expect(
    store.put('taken', pieces(randomBytes(17 << 20), 1 << 20), { ifAbsent: true }),
  ).rejects.toMatchObject({
    code: 'STORE_CONFLICT',
  });
  expect(Buffer.from(await store.get('taken')).toString()).toBe('first');
});

test('lists beyond one page', async () => {
  const store = await open();
  const keys = Array.from({ length: 1050 }, (_, i) => `n/${String(i).padStart(5, '0')}`);
  for (let from = 0; from < keys.length; from += 50) {
    await Promise.all(keys.slice(from, from + 50).map((key) => store.put(key, Buffer.from('x'))));
  }
  const listed = [];
  for await (const { key } of store.list('n/')) listed.push(key);
  expect(listed).toEqual(keys);
});
