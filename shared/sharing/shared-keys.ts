import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import type { Store } from '../store/store.ts';
import { denied, type ShareScope } from './shares.ts';

/** An object that a share opens, by its key below `out/`. */
export interface SharedObject {
  key: string;
  bytes: number;
}

/** Everything a scope could open, whether it is there or not; what is not listed here is never handed out. */
export function sharedKeys(scope: ShareScope): string[] {
  if (scope.kind === 'upload') return [];
  if (scope.kind === 'release') {
    const documents = ['README.md', 'DATA_DICTIONARY.md', 'croissant.json', 'CITATION.cff', 'LICENSE'];
    return [outKeys.archive, outKeys.manifest, 'report/index.html', ...documents.map(outKeys.document)];
  }
  const { uuid } = scope;
  const ofSubset = SUBSETS.flatMap((subset) => [
    outKeys.image(subset, uuid),
    outKeys.mask(subset, uuid),
    outKeys.labels(subset, uuid),
    outKeys.normalized(subset, uuid),
  ]);
  return [...ofSubset, outKeys.seriesReport(uuid)];
}

/** The objects of a share that are there. */
export async function sharedObjects(out: Store, scope: ShareScope): Promise<SharedObject[]> {
  const found = await Promise.all(sharedKeys(scope).map((key) => out.head(key)));
  return found.flatMap((object) => (object ? [{ key: object.key, bytes: object.bytes }] : []));
}

/** @throws SHARE_DENIED when the scope does not cover the key */
export function checkInScope(scope: ShareScope, key: string): void {
  if (!sharedKeys(scope).includes(key)) throw denied();
}
