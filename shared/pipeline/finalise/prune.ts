import { DatasetError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { SUBSETS } from '../layout.ts';
import type { SeriesFiles } from './series-files.ts';

/** Where files named after a series stand; everything else in OUT is left alone. */
const SERIES_FOLDERS = SUBSETS.flatMap((subset) => [
  `nifti/${subset}/images/`,
  `final/images/${subset}/images/`,
  `final/images/${subset}/masks/`,
  `final/images/${subset}/labels/`,
  `final/images/${subset}/non-accepted-objects/`,
  `stats/${subset}/norm/`,
  `stats/${subset}/axes/`,
]);

/**
 * Removes what earlier runs left of series that are no longer accepted, so that nothing of a quarantined or
 * withdrawn series stays in `final/`, `stats/` or the release. The CT of a quarantined series stays in
 * `nifti/`: it is what its mask is mended on.
 * @param uuids every series of the plan
 * @param files all that is to stay
 * @throws STORE_CONFLICT when one of them was changed since it was made, or is gone
 */
export async function prune(out: Store, uuids: string[], files: SeriesFiles): Promise<string[]> {
  const planned = new Set(uuids);
  const removed: string[] = [];
  const remove = async (key: string) => {
    await out.delete(key);
    removed.push(key);
  };
  for (const folder of SERIES_FOLDERS) {
    const keep = new Map(files.versionsIn(folder));
    for await (const { key, etag } of out.list(folder)) {
      const isVersion = keep.get(key);
      if (!isVersion) await remove(key);
      else if (isVersion(etag)) keep.delete(key);
    }
    const [changed] = keep.keys();
    if (changed !== undefined) {
      const message = `${changed} is not as its series left it; run again`;
      throw new DatasetError('STORE_CONFLICT', message, { keys: [changed] });
    }
  }
  for (const prefix of ['reports/series/', '.state/series/']) {
    for await (const { key } of out.list(prefix)) {
      const uuid = key
        .slice(prefix.length)
        .split('/')[0]
        .replace(/\.json$/, '');
      if (!planned.has(uuid)) await remove(key);
    }
  }
  return removed;
}
