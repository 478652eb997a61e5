import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, test } from 'vitest';
import { S3Store } from '../../shared/store/s3-store.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

let server: Server | undefined;
let seen: string[] = [];

/** A store on a server that answers as the test says; what it was asked is in `seen`. */
async function storeOn(answer: Answer): Promise<S3Store> {
  seen = [];
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      seen.push(`${request.method} ${request.url?.replace(/[?&]x-id=\w+/, '')}`);
      answer(request, response, seen.length);
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 3,
  });
  return S3Store.fromUrl('s3://bucket/prefix', client);
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

test('503 SlowDown is tried again', async () => {
  const store = await storeOn((_request, response, attempt) => {
    if (attempt < 3) fail(response, 503, 'SlowDown');
    else response.writeHead(200, { etag: '"1"' }).end();
  });
  expect(await store.put('key', Buffer.from('x'))).toEqual({ key: 'key', bytes: 1, etag: '"1"' });
  expect(seen).toHaveLength(3);
});

test('503 without end is STORE_UNREADABLE', async () => {
  const store = await storeOn((_request, response) => fail(response, 503, 'SlowDown'));
  await expect(store.get('key')).rejects.toMatchObject({ code: 'STORE_UNREADABLE', keys: ['key'] });
});

test.each([
  [409, 'ConditionalRequestConflict', 'STORE_CONFLICT'],
  [412, 'PreconditionFailed', 'STORE_CONFLICT'],
  [403, 'AccessDenied', 'STORE_DENIED'],
  [404, 'NoSuchBucket', 'STORE_MISSING'],
])('%i %s is %s', async (status, name, code) => {
  const store = await storeOn((_request, response) => fail(response, status, name));
  await expect(store.put('key', Buffer.from('x'), { ifAbsent: true })).rejects.toMatchObject({ code });
});

test('a connection that is cut is tried again', async () => {
  const store = await storeOn((request, response, attempt) => {
    if (attempt === 1) request.socket.destroy();
    else response.writeHead(200, { 'content-length': '5' }).end('whole');
  });
  expect(Buffer.from(await store.get('key')).toString()).toBe('whole');
});

test('a body that ends early is an error, never short data', async () => {
  const store = await storeOn((request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => request.socket.destroy());
  });
  await expect(store.get('key')).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  const read = async () => {
    for await (const chunk of store.stream('key')) expect(chunk.length).toBeLessThan(100);
  };
  await expect(read()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
});

test('an upload whose part fails for good is aborted: nothing is completed', async () => {
  const store = await storeOn((request, response) => {
    if (request.url?.includes('uploads')) {
      const body = '<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>';
      response.writeHead(200, { 'content-type': 'application/xml' }).end(body);
    } else if (request.method === 'DELETE') response.writeHead(204).end();
    else if (request.url?.includes('partNumber=2')) fail(response, 500, 'InternalError');
    else response.writeHead(200, { etag: '"part"' }).end();
  });
  async function* body() {
    for (let i = 0; i < 5; i++) yield Buffer.alloc(8 << 20);
  }
  await expect(store.put('large', body())).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  expect(seen.at(-1)).toBe('DELETE /bucket/prefix/large?uploadId=one');
  expect(seen.filter((request) => request.startsWith('POST'))).toEqual([
    'POST /bucket/prefix/large?uploads=',
  ]);
});
