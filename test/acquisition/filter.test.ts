import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filterDicom } from '../../shared/acquisition/filter.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { readSeries } from '../../shared/tables/metadata.ts';
import { run } from '../cli/run.ts';
import { edit, keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';

test('keeps the files of the wanted patients, as they are', async () => {
  const raw = new FolderStore(await phantomFolder());
  const series = await readSeries(raw, 'metadata/series.json');
  const out = new FolderStore(temporaryFolder());
  const all = await keysOf(raw, '');
  expect(await filterDicom(raw, out, series, new Set([2]))).toEqual({ copied: 32, left: all.length - 32 });
  const kept = await keysOf(out, '');
  expect(kept).toEqual(all.filter((key) => key.startsWith('images/dicom/2/')));
  expect(await out.get(kept[7])).toEqual(await raw.get(kept[7]));
});

test('the command takes the tables of a finished dataset, and leaves series that are not in it', async () => {
  const raw = await phantomFolder();
  // as the final tables have it: no name of the series, and one series fewer
  edit(raw, 'metadata/series.json', (bytes) => {
    const entries: { uuid: string; patient_id: number }[] = JSON.parse(bytes.toString());
    return JSON.stringify(
      entries.slice(1).map(({ uuid, patient_id }) => ({ uuid, region: 'x', patient_id })),
    );
  });
  writeFileSync(join(raw, 'patients.csv'), 'patient_id,subset,sex\n1,train,F\n2,test,M\n');
  const out = temporaryFolder();
  const { status, stdout } = run(
    ...['filter', join(raw, 'images/dicom'), out],
    ...['--series', join(raw, 'metadata/series.json'), '--patients', join(raw, 'patients.csv')],
  );
  const kept = await keysOf(new FolderStore(out), '');
  expect([...new Set(kept.map((key) => key.split('/').slice(0, 2).join('/')))]).toEqual(['1/2', '2/3']);
  expect(stdout).toBe(`${kept.length} files copied, 64 left out\n`);
  expect(status).toBe(0);
});
