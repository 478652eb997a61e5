import { failureOf } from '../pipeline/provenance.ts';
import type { Failure } from '../pipeline/step.ts';
import type { Store } from '../store/store.ts';

/** How a command over a folder went: what it did, and what it could not, file by file. */
export interface FolderOutcome {
  done: string[];
  failed: ({ name: string } & Failure)[];
}

/** Runs something for each name; a failure is kept with its name and stops none of the others. */
export async function forEach(
  names: string[],
  run: (name: string) => Promise<void>,
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const outcome: FolderOutcome = { done: [], failed: [] };
  for (const name of names) {
    try {
      await run(name);
      outcome.done.push(name);
      onDone(name);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.code === 'STORE_FULL' || failure.code === 'USAGE') throw error;
      outcome.failed.push({ name, ...failure });
      onDone(name, failure);
    }
  }
  return outcome;
}

/** Names of the files of a folder with an ending, without it, sorted. */
export async function namesIn(store: Store, ending: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of store.list('')) {
    if (key.endsWith(ending) && !key.includes('/')) names.push(key.slice(0, -ending.length));
  }
  return names.sort();
}
