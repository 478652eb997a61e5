import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { DatasetError, type ErrorCode } from '../errors.ts';
import type { Store } from './store.ts';

// without a language, zod/mini says "Invalid input" to everything
z.config(en());

/** A table with a column too few is wrong in every row, and says so in a few. */
const SHOWN_ISSUES = 3;

/** The text of an object; bytes that are not UTF-8 throw `code`. A byte order mark is dropped. */
export async function getText(
  store: Store,
  key: string,
  code: ErrorCode = 'TABLE_UNREADABLE',
): Promise<string> {
  const bytes = await store.get(key);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DatasetError(code, `${key} is not UTF-8 text; save it as UTF-8`, { keys: [key], cause });
  }
}

/** A JSON object of the store, checked against a schema once, here at the edge. */
export async function getJson<S extends z.ZodMiniType>(
  store: Store,
  key: string,
  schema: S,
  code: ErrorCode = 'TABLE_UNREADABLE',
): Promise<z.output<S>> {
  const text = await getText(store, key, code);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DatasetError(code, `${key} is not JSON: ${(cause as Error).message}`, { keys: [key], cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const first = z.prettifyError({ issues: issues.slice(0, SHOWN_ISSUES) });
    const rest = issues.length > SHOWN_ISSUES ? `\nand ${issues.length - SHOWN_ISSUES} more` : '';
    throw new DatasetError(code, `${key}: ${first}${rest}`, { keys: [key] });
  }
  return parsed.data;
}

/** JSON as the dataset's files have it: indented by four, with a final newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 4)}\n`;
}

export function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
