import { dirname, resolve } from 'node:path';
import type { FeatureOptions } from '../shared/lesions/features.ts';
import { lesionsOf, OtherDatasets, putLesions } from '../shared/other-datasets/lesions.ts';
import { getJson } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { EXIT } from './exit.ts';
import { openFile } from './folder-command.ts';

/** Folders that the list gives relatively are beside the list. */
export async function runOtherDatasets(list: string, out: string, options: FeatureOptions): Promise<number> {
  const { store, key } = await openFile(list);
  const rows: Record<string, unknown>[] = [];
  for (const dataset of await getJson(store, key, OtherDatasets)) {
    const path = dataset.path_to_masks;
    const masks = await openStore(path.startsWith('s3://') ? path : resolve(dirname(list), path));
    const own = await lesionsOf(masks, dataset, options);
    process.stderr.write(`${dataset.dataset_name}: ${own.length} lesions\n`);
    rows.push(...own);
  }
  await putLesions(await openStore(out), rows);
  process.stdout.write(`${rows.length} lesions\n`);
  return rows.length ? EXIT.done : EXIT.failed;
}
