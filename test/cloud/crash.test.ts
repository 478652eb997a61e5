import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { collectRun } from '../../shared/cloud/collect-run.ts';
import { planRun } from '../../shared/cloud/plan-run.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { edit, keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';

test('the result of an earlier run does not pass for that of a step that crashed on a corrected mask', async () => {
  const folder = await phantomFolder();
  const bucket = new FolderStore(temporaryFolder());
  const stores = { bucket, raw: new FolderStore(folder), out: new FolderStore(`${bucket.url}/out`) };
  await buildInline(stores.raw, stores.out);
  const [mask] = await keysOf(stores.raw, 'images/nifti/train/masks/');
  edit(folder, mask, (bytes) => gzipSync(gunzipSync(bytes), { level: 1 }));
  await bucket.put('runs/queue.json', Buffer.from('{"building":{"run":"run","execution":"arn"}}'));
  expect(await planRun(stores, 'run', BuildOptions.parse({}))).toEqual({ series: 4, toBuild: 1 });
  const [{ uuid }] = JSON.parse(Buffer.from(await bucket.get('runs/run/items.json')).toString());
  const { failure } = await collectRun(stores, { run: 'run', uuid }, 'Runtime.ExitError');
  expect(failure).toMatchObject({ step: 'instances', code: 'INTERNAL' });
  expect((await buildInline(stores.raw, stores.out)).summary).toMatchObject({ accepted: 4, quarantined: 0 });
});
