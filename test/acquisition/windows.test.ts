import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guessWindows } from '../../shared/acquisition/guess-windows.ts';
import { writeWindows } from '../../shared/acquisition/write-windows.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { run } from '../cli/run.ts';
import { phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

test.each([
  // Siemens: the number is the sharpness
  ['Torax 1.25 B60f', 'B60f', 'lung', 'kernel'],
  ['Torax 3.0', 'Br40d\\2', 'mediastinum', 'kernel'],
  ['Portal 3.0', 'I30f', 'abdomen', 'region'],
  ['Columna', 'B70s', 'bone', 'kernel'],
  ['Craneo', 'H31s', 'brain', 'kernel'],
  // GE and Philips
  ['Torax 3.0', 'STANDARD', 'mediastinum', 'kernel'],
  ['Torax 3.0', 'LUNG', 'lung', 'kernel'],
  ['Portal', 'BONEPLUS', 'bone', 'kernel'],
  ['Torax', 'YB', 'lung', 'kernel'],
  ['Torax', 'B', 'mediastinum', 'kernel'],
  // Canon: a catalogue; FC51 is for the lung, FC30 for bone, FC08 and FC13 for the body, FC21 for the head
  ['Torax', 'FC51', 'lung', 'kernel'],
  ['Torax', 'FC08', 'mediastinum', 'kernel'],
  ['Portal', 'FC13', 'abdomen', 'region'],
  ['Portal', 'FC30', 'bone', 'kernel'],
  ['Craneo', 'FC21', 'brain', 'kernel'],
  ['Torax 3.0', 'unheard of', 'lung', 'region'],
  ['Torax 3.0', '', 'lung', 'region'],
  ['Something', '', 'abdomen', 'nothing'],
])('%s with the kernel %s: %s, by %s', (name, kernel, window, from) => {
  expect(guessWindows([{ uuid: '1', name, kernel }], {})).toMatchObject([{ window, from }]);
});

test('what is given is not guessed, by file name or by uid', () => {
  const series = ['1', '2'].map((uuid) => ({ uuid, name: 'Portal', kernel: 'B30f' }));
  const windows = guessWindows(series, { '1': 'bone', '2.nii.gz': 'air' }).map(({ window }) => window);
  expect(windows).toEqual(['bone', 'air']);
});

describe('a raw folder', () => {
  test('gets its mapping from series.json and the kernels of its files, and nothing else', async () => {
    const folder = await phantomFolder();
    const { guesses, unused } = await writeWindows(new FolderStore(folder), {});
    expect(guesses.map(({ window }) => window)).toEqual(['abdomen', 'abdomen', 'lung', 'mediastinum']);
    expect(unused).toEqual([]);
    const written = JSON.parse(readFileSync(join(folder, 'metadata/windows_mapping.json'), 'utf8'));
    expect(Object.keys(written)).toEqual(phantomUids(folder).map((uuid) => `${uuid}.nii.gz`));
    expect(Object.values(written)).toEqual(['abdomen', 'abdomen', 'lung', 'mediastinum']);
    expect(readdirSync(folder)).not.toContain('.state');
  });

  test('with an override that is no window keeps the mapping it had', async () => {
    const folder = await phantomFolder();
    const before = readFileSync(join(folder, 'metadata/windows_mapping.json'), 'utf8');
    const wrong = writeWindows(new FolderStore(folder), { x: 'liver' });
    await expect(wrong).rejects.toMatchObject({ code: 'WINDOW_UNKNOWN', keys: ['x'] });
    expect(readFileSync(join(folder, 'metadata/windows_mapping.json'), 'utf8')).toBe(before);
  });
});

test('the command says what each window was guessed from, and which overrides name nothing', async () => {
  const raw = await phantomFolder();
  const [first] = phantomUids(raw);
  const overrides = join(temporaryFolder(), 'windows.json');
  writeFileSync(overrides, JSON.stringify({ [first]: 'bone', '9.9': 'lung' }));
  const { status, stdout, stderr } = run('windows', raw, '--overrides', overrides);
  expect(stdout).toMatch(new RegExp(`^bone +${first}  by override \\(region abdomen, kernel \\w+\\)\n`));
  expect(stdout).toMatch(/\nlung +\S+ {2}by kernel \(region thorax, kernel B60f\)\n/);
  expect(stderr).toContain('9.9, which series.json does not have');
  expect(status).toBe(0);
});
