import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { filterDicom } from '../../shared/acquisition/filter.ts';
import { guessWindows } from '../../shared/acquisition/guess-windows.ts';
import { unzip } from '../../shared/acquisition/unzip.ts';
import { writeWindows } from '../../shared/acquisition/write-windows.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { readSeries } from '../../shared/tables/metadata.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';

function access(bytes: Uint8Array) {
  return {
    bytes: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}

describe('unzip', () => {
  const into = async (files: Zippable) => {
    const store = new FolderStore(temporaryFolder());
    const done = unzip(access(zipSync(files)), store, 'study/');
    return { store, done };
  };

  test('unpacks a study', async () => {
    const { store, done } = await into({
      'series 1/CT1.dcm': strToU8('a'),
      'series 1/CT2.dcm': strToU8('b'),
    });
    expect(await done).toEqual(['study/series 1/CT1.dcm', 'study/series 1/CT2.dcm']);
    expect(Buffer.from(await store.get('study/series 1/CT2.dcm')).toString()).toBe('b');
  });

  const link: Zippable[string] = [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }];
  test.each<[string, Zippable]>([
    ['a name that leaves the folder', { 'a/../../b': strToU8('x') }],
    ['an absolute name', { '/etc/x': strToU8('x') }],
    ['a name of another system', { 'a\\b': strToU8('x') }],
    ['a drive', { 'C:x': strToU8('x') }],
    ['a symbolic link', { 'a/link': link }],
    ['an archive in the archive', { 'inner.zip': strToU8('x') }],
    ['a bomb', { 'zeros.dcm': new Uint8Array(50_000_000) }],
  ])('refuses %s, whole', async (_what, files) => {
    const { store, done } = await into({ good: strToU8('good'), ...files });
    await expect(done).rejects.toMatchObject({ code: 'ARCHIVE_UNSAFE' });
    expect(await keysOf(store, '')).toEqual([]);
  });

  test('names an empty archive, and a damaged one', async () => {
    await expect((await into({})).done).rejects.toMatchObject({ code: 'NOTHING_USABLE' });
    const store = new FolderStore(temporaryFolder());
    const cut = zipSync({ a: strToU8('a'.repeat(500)) }).subarray(0, 60);
    await expect(unzip(access(cut), store, '')).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
  });
});

test('filter keeps the files of the wanted patients', async () => {
  const raw = new FolderStore(await phantomFolder());
  const series = await readSeries(raw, 'metadata/series.json');
  const out = new FolderStore(temporaryFolder());
  expect(await filterDicom(raw, out, series, new Set([2]))).toEqual({ copied: 32, left: expect.any(Number) });
  expect((await keysOf(out, '')).every((key) => key.startsWith('images/dicom/2/'))).toBe(true);
});

test('windows come from region and kernel, unless they are given', async () => {
  const of = (name: string, kernel: string) => guessWindows([{ uuid: '1', name, kernel }], {})[0];
  expect(of('Torax 1.25 B60f', 'B60f')).toMatchObject({ window: 'lung', from: 'kernel' });
  expect(of('Torax 3.0', 'STANDARD')).toMatchObject({ window: 'mediastinum', from: 'kernel' });
  expect(of('Torax 3.0', 'unheard of')).toMatchObject({ window: 'lung', from: 'region' });
  expect(of('Portal 3.0', 'B30f')).toMatchObject({ window: 'abdomen', from: 'region' });
  expect(of('Columna', 'B70s')).toMatchObject({ window: 'bone', from: 'kernel' });
  const [given] = guessWindows([{ uuid: '1', name: 'Portal', kernel: 'B30f' }], { '1': 'bone' });
  expect(given).toMatchObject({ window: 'bone', from: 'override' });
  const folder = await phantomFolder();
  const guesses = await writeWindows(new FolderStore(folder), {});
  expect(guesses.map(({ window }) => window)).toEqual(['abdomen', 'abdomen', 'lung', 'mediastinum']);
  const written = JSON.parse(readFileSync(join(folder, 'metadata/windows_mapping.json'), 'utf8'));
  expect(Object.values(written)).toEqual(['abdomen', 'abdomen', 'lung', 'mediastinum']);
});
