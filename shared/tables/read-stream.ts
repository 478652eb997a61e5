import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { getJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { CSV_FORMAT, columnsOf } from './csv.ts';

/** A table of which one row is held at a time. */
export interface TableStream {
  columns: string[];
  rows: AsyncIterable<Record<string, string>>;
}

/** @throws TABLE_UNREADABLE as `parseCsv`, also while rows are read */
export async function streamCsv(store: Store, key: string, required: string[]): Promise<TableStream> {
  // whoever iterates over the parser gets the errors of both
  const parser = pipeline(Readable.from(textOf(store, key)), parse(CSV_FORMAT), () => {});
  const lines = unreadable(key, parser);
  const { value: header = [] } = await lines.next();
  const columns = columnsOf(header, key, required);
  async function* rows() {
    for await (const line of lines) yield Object.fromEntries(columns.map((name, c) => [name, line[c]]));
  }
  return { columns, rows: rows() };
}

async function* unreadable(key: string, lines: AsyncIterable<string[]>): AsyncGenerator<string[], string[]> {
  try {
    yield* lines;
    return [];
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    throw new DatasetError('TABLE_UNREADABLE', `${key}: ${(cause as Error).message}`, { keys: [key], cause });
  }
}

async function* textOf(store: Store, key: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      const message = `${key} is not UTF-8 text; save it as UTF-8`;
      throw new DatasetError('TABLE_UNREADABLE', message, { keys: [key], cause });
    }
  };
  for await (const chunk of store.stream(key)) yield decode(chunk);
  yield decode();
}

/**
 * The elements of a JSON list, of which one is held at a time.
 * @throws TABLE_UNREADABLE as `getJson` of the whole list
 */
export async function* streamJsonList<S extends z.ZodMiniType>(
  store: Store,
  key: string,
  element: S,
): AsyncGenerator<z.output<S>> {
  try {
    for await (const text of elementTexts(textOf(store, key))) yield element.parse(JSON.parse(text));
  } catch (cause) {
    await getJson(store, key, z.array(element)); // says where in the whole list it is wrong
    throw cause;
  }
}

/** The text of each element of a JSON list; whatever is no list ends in a text that is no JSON, or in an error. */
async function* elementTexts(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  let at = 0;
  let start = 0;
  let depth = 0;
  let elements = 0;
  let quoted = false;
  let ended = false;
  for await (const more of texts) {
    text = text.slice(start) + more;
    at -= start;
    start = 0;
    for (; at < text.length; at++) {
      const character = text[at];
      if (quoted) {
        if (character === '\\') at++;
        else if (character === '"') quoted = false;
      } else if (character === '"') quoted = true;
      else if (character === '[' || character === '{') {
        if (depth++ === 0 && character === '[' && !ended && !text.slice(start, at).trim()) start = at + 1;
      } else if (character === ']' || character === '}') {
        if (--depth > 0) continue;
        const last = text.slice(start, character === ']' && depth === 0 ? at : at + 1);
        if (elements > 0 || last.trim()) yield last;
        start = at + 1;
        ended = true;
      } else if (character === ',' && depth === 1) {
        yield text.slice(start, at);
        start = at + 1;
        elements++;
      }
    }
  }
  if (!ended || text.slice(start).trim()) throw new SyntaxError('no JSON list');
}
