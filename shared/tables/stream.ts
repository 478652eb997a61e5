import { csvHeader, csvRows } from './csv.ts';
import type { Published } from './final-metadata.ts';

/** A CSV file from batches of rows, a chunk a batch. */
export async function* csvStream(
  columns: string[],
  batches: AsyncIterable<Record<string, unknown>[]>,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvHeader(columns));
  for await (const rows of batches) if (rows.length) yield Buffer.from(csvRows(columns, rows));
}

const ROWS_AT_ONCE = 256;

/** A table as it is published, as a CSV file. */
export async function* publishedCsv(
  rows: AsyncIterable<Record<string, string>>,
  { columns, rowOf }: Published,
): AsyncGenerator<Uint8Array> {
  async function* batches() {
    let batch: Record<string, string>[] = [];
    for await (const row of rows) {
      const published = rowOf(row);
      if (published) batch.push(published);
      if (batch.length < ROWS_AT_ONCE) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  }
  yield* csvStream(columns, batches());
}

/** A JSON list, indented by four, an element a chunk. */
export async function* jsonListStream(elements: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let separator = '[\n';
  for await (const element of elements) {
    yield Buffer.from(separator + indented(element));
    separator = ',\n';
  }
  yield Buffer.from(separator === '[\n' ? '[]\n' : '\n]\n');
}

/** A JSON object, indented by four, a property a chunk. */
export async function* jsonObjectStream(
  properties: AsyncIterable<[name: string, value: unknown]>,
): AsyncGenerator<Uint8Array> {
  let separator = '{\n';
  for await (const [name, value] of properties) {
    yield Buffer.from(`${separator}    ${JSON.stringify(name)}: ${indented(value).trimStart()}`);
    separator = ',\n';
  }
  yield Buffer.from(separator === '{\n' ? '{}\n' : '\n}\n');
}

function indented(value: unknown): string {
  return `    ${JSON.stringify(value, null, 4).replaceAll('\n', '\n    ')}`;
}
