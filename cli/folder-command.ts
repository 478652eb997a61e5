import { basename, dirname, resolve } from 'node:path';
import { DatasetError } from '../shared/errors.ts';
import type { FolderOutcome } from '../shared/folders/each-file.ts';
import type { Failure } from '../shared/pipeline/step.ts';
import { openStore } from '../shared/store/open-store.ts';
import type { Store } from '../shared/store/store.ts';
import { EXIT } from './exit.ts';

/** A file given by its path, as a store and the key in it. */
export async function openFile(path: string): Promise<{ store: Store; key: string }> {
  if (!path.startsWith('s3://'))
    return { store: await openStore(dirname(resolve(path))), key: basename(path) };
  const slash = path.lastIndexOf('/');
  return { store: await openStore(path.slice(0, slash)), key: path.slice(slash + 1) };
}

/** A folder to read from. @throws STORE_MISSING when there is nothing in it, so that a mistyped path is told as such */
export async function openInput(path: string): Promise<Store> {
  const store = await openStore(path);
  for await (const _ of store.list('')) return store;
  throw new DatasetError('STORE_MISSING', `there is no file in ${path}`, { keys: [path] });
}

/** A line for each file, as it is done. */
export function showFile(name: string, failure?: Failure): void {
  process.stderr.write(failure ? `${name} failed: ${failure.code}: ${failure.message}\n` : `${name}\n`);
}

/** The exit code of a command over a folder: all, some or none of its files were done. */
export function exitOf({ done, failed }: FolderOutcome): number {
  process.stdout.write(`${done.length} done${failed.length ? `, ${failed.length} failed` : ''}\n`);
  if (failed.length === 0) return done.length ? EXIT.done : EXIT.failed;
  return done.length ? EXIT.quarantined : EXIT.failed;
}
