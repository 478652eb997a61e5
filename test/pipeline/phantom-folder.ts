import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePhantom } from '../../shared/phantom/phantom.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Store } from '../../shared/store/store.ts';

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'recist-test-'));
}

let made: Promise<string> | undefined;

/** A fresh copy of the phantom's raw folder, which a test may damage. */
export async function phantomFolder(): Promise<string> {
  made ??= (async () => {
    const folder = temporaryFolder();
    await writePhantom(new FolderStore(folder));
    return folder;
  })();
  const copy = temporaryFolder();
  cpSync(await made, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** Rewrites a file of a folder through `change`. */
export function edit(folder: string, key: string, change: (bytes: Buffer) => string | Uint8Array): void {
  writeFileSync(join(folder, key), change(readFileSync(join(folder, key))));
}

export async function keysOf(store: Store, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Series UIDs of the phantom, in the order of its series.json. */
export function phantomUids(folder: string): string[] {
  const entries: { uuid: string }[] = JSON.parse(readFileSync(join(folder, 'metadata/series.json'), 'utf8'));
  return entries.map(({ uuid }) => uuid);
}
