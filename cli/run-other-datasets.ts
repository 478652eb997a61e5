import { dirname, resolve } from 'node:path';
import type { FeatureOptions } from '../shared/lesions/features.ts';
import { checkNames, lesionsOf, OtherDatasets, putLesions } from '../shared/other-datasets/lesions.ts';
import { getJson } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';
import { openFile } from './folder-command.ts';

/** Folders that the list gives relatively are beside the list. */
export async function runOtherDatasets(list: string, out: string, options: FeatureOptions): Promise<number> {
  const file = await openFile(list);
  const datasets = await getJson(file.store, file.key, OtherDatasets);
  checkNames(datasets);
  const rows: Record<string, unknown>[] = [];
  let failed = 0;
  for (const dataset of datasets) {
    const path = dataset.path_to_masks;
    const masks = await openStore(path.startsWith('s3://') ? path : resolve(dirname(list), path));
    const own = await lesionsOf(masks, dataset, options);
    for (const row of own.rows) rows.push(row);
    failed += own.failures.length;
    for (const { code, message } of own.failures) {
      process.stderr.write(`${dataset.dataset_name}: ${code}: ${message}\n`);
    }
    process.stdout.write(
      `${dataset.dataset_name}: ${counted(own.rows.length, 'lesion')} in ${counted(own.masks, 'mask')}\n`,
    );
  }
  if (rows.length === 0) return EXIT.failed;
  await putLesions(await openStore(out), rows);
  process.stdout.write(`${counted(rows.length, 'lesion')} in ${out}/other_datasets_lesions_info.csv\n`);
  return failed ? EXIT.quarantined : EXIT.done;
}
