import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { buildCommand } from '../../cli/build.ts';
import { deidentifiedRaw } from '../../cli/deidentified-raw.ts';
import { knownOriginals } from '../../shared/deidentify/find-identifiers.ts';
import { Keys } from '../../shared/deidentify/keys.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { utf8 } from '../../shared/store/json.ts';
import { verifyIdentifiers } from '../../shared/verify/identifiers.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { edit, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

const silent = () => vi.spyOn(process.stderr, 'write').mockReturnValue(true);

it('leaves no original in OUT, and tells there what was touched, series by series', async () => {
  const [raw, out, keys] = [await phantomFolder(), temporaryFolder(), join(temporaryFolder(), 'keys.json')];
  silent();
  const work = await deidentifiedRaw(raw, out, 'research', keys);
  vi.restoreAllMocks();
  await buildInline(new FolderStore(work), new FolderStore(out));

  const originals = knownOriginals(Keys.parse(JSON.parse(readFileSync(keys, 'utf8'))));
  for (const uid of phantomUids(raw)) expect(originals.uids).toContain(uid);
  expect(await verifyIdentifiers(new FolderStore(out), originals)).toEqual([]);
  const report = JSON.parse(readFileSync(join(out, 'reports/deidentification.json'), 'utf8'));
  expect(report.series.map(({ seriesUid }: { seriesUid: string }) => seriesUid).sort()).toEqual(
    phantomUids(work).sort(),
  );
  for (const { touched } of report.series) expect(touched.length).toBeGreaterThan(5);

  await new FolderStore(out).put('reports/leak.json', utf8(`${phantomUids(raw)[0]} ${phantomUids(raw)[0]}`));
  expect(await verifyIdentifiers(new FolderStore(out), originals)).toMatchObject([
    { kind: 'identifier', key: 'reports/leak.json' },
  ]);
}, 60_000);

it('looks for the numbers of the tables too', async () => {
  const [raw, out, keys] = [await phantomFolder(), temporaryFolder(), join(temporaryFolder(), 'keys.json')];
  edit(raw, 'metadata/patients.csv', (bytes) => {
    const [header, ...rows] = bytes.toString().trim().split('\n');
    return [
      `${header},first_study_accession_number`,
      ...rows.map((row, at) => `${row},ACC-2024-${at}`),
      '',
    ].join('\n');
  });
  silent();
  await deidentifiedRaw(raw, out, 'basic', keys);
  vi.restoreAllMocks();
  const originals = knownOriginals(Keys.parse(JSON.parse(readFileSync(keys, 'utf8'))));
  expect(originals.ids).toContain('ACC-2024-0');
});

it('names the files that it leaves out', async () => {
  const [raw, out, keys] = [await phantomFolder(), temporaryFolder(), join(temporaryFolder(), 'keys.json')];
  edit(raw, 'images/dicom/1/1/Portal 3.0 phantom/CT000005.dcm', (bytes) => bytes.subarray(0, 2000));
  const written = silent();
  await deidentifiedRaw(raw, out, 'basic', keys);
  const said = written.mock.calls.map(([text]) => text).join('');
  vi.restoreAllMocks();
  expect(said).toMatch(/CT000005\.dcm left out: [A-Z_]+: /);
});

it('refuses keys without a profile, which would release the originals', async () => {
  const command = buildCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const run = command.parseAsync(['raw', 'out', '--keys', 'keys.json'], { from: 'user' });
  await expect(run).rejects.toThrow('--keys is of use only with --deidentify');
});
