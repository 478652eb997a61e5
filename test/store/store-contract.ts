import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../shared/store/store.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (value: string) => Buffer.from(value);

async function* chunks(...parts: Uint8Array[]) {
  yield* parts;
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function keys(store: Store, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const object of store.list(prefix)) found.push(object.key);
  return found;
}

/** What every store holds to; run it against each implementation, with an empty store per test. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store contract`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    test('what is put comes back, whole, by range and as a stream', async () => {
      const body = randomBytes(3_000_000);
      const put = await store.put('a/b c/body.bin', body);
      expect(put.bytes).toBe(body.length);
      expect(Buffer.from(await store.get('a/b c/body.bin')).equals(body)).toBe(true);
      const range = await store.get('a/b c/body.bin', { offset: 1000, length: 5 });
      expect(Buffer.from(range).equals(body.subarray(1000, 1005))).toBe(true);
      expect((await whole(store.stream('a/b c/body.bin'))).equals(body)).toBe(true);
      expect(await store.head('a/b c/body.bin')).toEqual(put);
    });

    test('a range past the end is short, not an error', async () => {
      await store.put('short', bytes('12345'));
      expect(text(await store.get('short', { offset: 3, length: 100 }))).toBe('45');
    });

    test('streams of unknown length are written whole', async () => {
      await store.put('streamed', chunks(bytes('one'), bytes('two')));
      expect(text(await store.get('streamed'))).toBe('onetwo');
    });

    test('a stream that fails leaves nothing behind', async () => {
      async function* failing() {
        yield bytes('half');
        throw new Error('cut');
      }
      await expect(store.put('half', failing())).rejects.toThrow('cut');
      expect(await store.head('half')).toBeUndefined();
      expect(await keys(store, '')).toEqual([]);
    });

    test('a missing object is undefined to head and STORE_MISSING to get and stream', async () => {
      expect(await store.head('none')).toBeUndefined();
      await expect(store.get('none')).rejects.toMatchObject({ code: 'STORE_MISSING', keys: ['none'] });
      await expect(whole(store.stream('none'))).rejects.toMatchObject({ code: 'STORE_MISSING' });
      await expect(store.copy('none', 'other')).rejects.toMatchObject({ code: 'STORE_MISSING' });
      await store.delete('none');
    });

    test('lists by prefix in key order, folders and files mixed', async () => {
      for (const key of ['b/2', 'a', 'b.txt', 'b/1/x', 'ab/c', 'b-c']) await store.put(key, bytes(key));
      expect(await keys(store, '')).toEqual(['a', 'ab/c', 'b-c', 'b.txt', 'b/1/x', 'b/2']);
      expect(await keys(store, 'b/')).toEqual(['b/1/x', 'b/2']);
      expect(await keys(store, 'b')).toEqual(['b-c', 'b.txt', 'b/1/x', 'b/2']);
      expect(await keys(store, 'nowhere/')).toEqual([]);
    });

    test('conditions: only when absent, only on the version seen', async () => {
      const first = await store.put('state', bytes('1'), { ifAbsent: true });
      await expect(store.put('state', bytes('2'), { ifAbsent: true })).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      await store.put('state', bytes('22'), { ifMatch: first.etag });
      await expect(store.put('state', bytes('3'), { ifMatch: first.etag })).rejects.toMatchObject({
        code: 'STORE_CONFLICT',
      });
      expect(text(await store.get('state'))).toBe('22');
    });

    test('of many writers of one absent key exactly one wins', async () => {
      const writers = Array.from({ length: 8 }, (_, i) =>
        store.put('race', bytes(`${i}`), { ifAbsent: true }),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    });

    test('copies and deletes', async () => {
      await store.put('from', bytes('content'));
      await store.copy('from', 'to/there');
      await store.copy('from', 'to/there');
      await store.delete('from');
      expect(text(await store.get('to/there'))).toBe('content');
      expect(await keys(store, '')).toEqual(['to/there']);
    });

    test('a new version has a new etag', async () => {
      const one = await store.put('k', bytes('1'));
      const two = await store.put('k', bytes('22'));
      expect(two.etag).not.toBe(one.etag);
    });
  });
}
