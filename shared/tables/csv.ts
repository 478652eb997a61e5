import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { DatasetError } from '../errors.ts';

/** A table as text: cells are kept exactly as written, columns in their order. */
export interface Table {
  columns: string[];
  rows: Record<string, string>[];
}

/** How tables are written that we read. */
export const CSV_FORMAT = { bom: true, relax_column_count: false, skip_empty_lines: true };

/** @throws TABLE_UNREADABLE when it is no CSV with a header, or lacks one of the required columns */
export function parseCsv(text: string, key: string, required: string[]): Table {
  let lines: string[][];
  try {
    lines = parse(text, CSV_FORMAT);
  } catch (cause) {
    throw new DatasetError('TABLE_UNREADABLE', `${key}: ${(cause as Error).message}`, { keys: [key], cause });
  }
  const columns = columnsOf(lines[0] ?? [], key, required);
  const rows = lines.slice(1).map((line) => Object.fromEntries(columns.map((name, c) => [name, line[c]])));
  return { columns, rows };
}

/** @throws TABLE_UNREADABLE when a required column is missing */
export function columnsOf(header: string[], key: string, required: string[]): string[] {
  const columns = header.map((name) => name.trim());
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length) {
    const message = `${key} has no column ${missing.join(', ')}; its columns are ${columns.join(', ') || 'none'}`;
    throw new DatasetError('TABLE_UNREADABLE', message, { keys: [key] });
  }
  return columns;
}

/** Rows as CSV with the given columns, without the header line. */
export function csvRows(columns: string[], rows: Record<string, unknown>[]): string {
  const cast = { boolean: (value: boolean) => (value ? 'True' : 'False') };
  return stringify(rows, { columns, cast });
}

export function csvHeader(columns: string[]): string {
  return stringify([columns]);
}
