import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Store } from '../../shared/store/store.ts';
import { parseCsv } from '../../shared/tables/csv.ts';
import { streamCsv, streamJsonList } from '../../shared/tables/read-stream.ts';

/** A store whose objects are all this text, streamed in chunks of so many bytes. */
function storeOf(text: string | Uint8Array, chunkBytes: number): Store {
  const bytes = Buffer.from(text as string);
  const stream = async function* () {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  return { get: async () => bytes, stream } as unknown as Store;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const chunkBytes = fc.integer({ min: 1, max: 40 });
const readList = (text: string | Uint8Array, bytes: number) =>
  all(streamJsonList(storeOf(text, bytes), 'list.json', z.unknown()));

test('a JSON list is read as JSON.parse reads it, however it is cut', async () => {
  const space = fc.constantFrom(undefined, 1, 4);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), space, chunkBytes, async (list, indent, bytes) => {
      const text = JSON.stringify(list, null, indent);
      expect(await readList(text, bytes)).toEqual(JSON.parse(text));
    }),
  );
});

test('what is no JSON list is refused, as the whole of it would be', async () => {
  const damaged = fc.tuple(
    fc.array(fc.jsonValue()),
    fc.nat(),
    fc.constantFrom('', ']', '[', '}', '{', ',', '"', '\\', 'x'),
  );
  await fc.assert(
    fc.asyncProperty(damaged, chunkBytes, async ([list, place, instead], bytes) => {
      const whole = JSON.stringify(list);
      const at = place % whole.length;
      const text = whole.slice(0, at) + instead + whole.slice(at + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {}
      if (Array.isArray(expected)) expect(await readList(text, bytes)).toEqual(expected);
      else await expect(readList(text, bytes)).rejects.toMatchObject({ code: 'TABLE_UNREADABLE' });
    }),
    { numRuns: 500 },
  );
});

test('an element that is not what it should be is named by its place', async () => {
  const store = storeOf('[{"a": 1}, {"a": "1"}]', 5);
  const read = all(streamJsonList(store, 'list.json', z.object({ a: z.number() })));
  await expect(read).rejects.toMatchObject({
    code: 'TABLE_UNREADABLE',
    message: expect.stringContaining('[1].a'),
  });
});

test('a CSV table is read as in one piece, however it is cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'ñ', ',', '"', '\n', ' '), maxLength: 5 });
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const lines = fc.array(fc.tuple(cell, cell), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(lines, chunkBytes, async (rows, bytes) => {
      const text = `\ufeffa, b\n${rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')}`;
      const { columns, rows: read } = await streamCsv(storeOf(text, bytes), 't.csv', ['a']);
      expect({ columns, rows: await all(read) }).toEqual(parseCsv(text, 't.csv', ['a']));
    }),
  );
});

test.each([
  ['no column it needs', 'b\n1\n'],
  ['nothing at all', ''],
  ['a row too long', 'a,b\n1,2,3\n'],
  ['bytes that are not UTF-8', Buffer.from([97, 10, 0xe9, 10])],
])('a CSV table with %s is refused', async (_what, text) => {
  const read = async () => all((await streamCsv(storeOf(text, 3), 't.csv', ['a'])).rows);
  await expect(read()).rejects.toMatchObject({ code: 'TABLE_UNREADABLE', keys: ['t.csv'] });
});
