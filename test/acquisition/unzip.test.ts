import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { unzip } from '../../shared/acquisition/unzip.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { run } from '../cli/run.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';

function access(bytes: Uint8Array) {
  return {
    bytes: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
}

const into = (bytes: Uint8Array) => {
  const store = new FolderStore(temporaryFolder());
  return { store, done: unzip(access(bytes), store, 'study/') };
};

test('unpacks a study', async () => {
  const { store, done } = into(
    zipSync({ 'series 1/CT1.dcm': strToU8('a'), 'series 1/CT2.dcm': strToU8('b') }),
  );
  expect(await done).toEqual(['study/series 1/CT1.dcm', 'study/series 1/CT2.dcm']);
  expect(Buffer.from(await store.get('study/series 1/CT2.dcm')).toString()).toBe('b');
});

test('takes an empty slice, however small it packs', async () => {
  const { done } = into(zipSync({ 'CT1.dcm': new Uint8Array(2 ** 20) }));
  expect(await done).toEqual(['study/CT1.dcm']);
});

describe('refuses, whole,', () => {
  const link: Zippable[string] = [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }];
  const zeros = new Uint8Array(2 ** 20);
  const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.dcm`, zeros]));
  test.each<[string, Zippable]>([
    ['a name that leaves the folder', { 'a/../../b': strToU8('x') }],
    ['an absolute name', { '/etc/x': strToU8('x') }],
    ['a name of another system', { 'a\\b': strToU8('x') }],
    ['a drive', { 'C:x': strToU8('x') }],
    ['a symbolic link', { 'a/link': link }],
    ['an archive in the archive', { 'inner.zip': strToU8('x') }],
    ['a member that explodes', { 'zeros.dcm': new Uint8Array(50_000_000) }],
    ['members that explode together', hundred],
  ])('%s', async (_what, files) => {
    const { store, done } = into(zipSync({ good: strToU8('good'), ...files }));
    await expect(done).rejects.toMatchObject({ code: 'ARCHIVE_UNSAFE' });
    expect(await keysOf(store, '')).toEqual([]);
  });

  test('members that share their bytes', async () => {
    const { done } = into(overlapping());
    await expect(done).rejects.toMatchObject({
      code: 'ARCHIVE_UNSAFE',
      message: expect.stringContaining('overlap'),
    });
  });

  test('an archive that is empty, cut off, or damaged in its second member', async () => {
    await expect(into(zipSync({})).done).rejects.toMatchObject({ code: 'NOTHING_USABLE' });
    const whole = zipSync({ a: strToU8('a'.repeat(500)), b: strToU8('the second') }, { level: 0 });
    await expect(into(whole.subarray(0, 60)).done).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    whole[Buffer.from(whole).indexOf('the second')] ^= 1;
    const { store, done } = into(whole);
    await expect(done).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT', keys: ['b'] });
    expect(await keysOf(store, '')).toEqual([]);
  });
});

/** An archive whose second directory entry is the first once more, under a name of the same length. */
function overlapping(): Uint8Array {
  const one = Buffer.from(zipSync({ a: strToU8('x'.repeat(400)) }, { level: 0 }));
  const directory = one.indexOf('PK\x01\x02');
  const end = one.indexOf('PK\x05\x06');
  const entry = one.subarray(directory, end);
  const second = Buffer.from(entry);
  second.write('b', 46);
  const tail = Buffer.from(one.subarray(end));
  tail.writeUInt16LE(2, 8);
  tail.writeUInt16LE(2, 10);
  tail.writeUInt32LE(2 * entry.length, 12);
  return Buffer.concat([one.subarray(0, directory), entry, second, tail]);
}

test('the command unpacks a folder of archives, and names the ones it refuses', async () => {
  const phantom = join(await phantomFolder(), 'images/dicom/1/1/Portal 3.0 phantom');
  const study = Object.fromEntries(
    readdirSync(phantom).map((name) => [`DICOM/${name}`, new Uint8Array(readFileSync(join(phantom, name)))]),
  );
  const archives = temporaryFolder();
  writeFileSync(join(archives, 'study 1.zip'), zipSync(study));
  writeFileSync(join(archives, 'evil.zip'), zipSync({ '../x': strToU8('x') }));
  const out = temporaryFolder();
  const { status, stdout, stderr } = run('unzip', archives, out);
  expect(stderr).toBe('evil failed: ARCHIVE_UNSAFE: ../x: its name leaves the folder\nstudy 1\n');
  expect(stdout).toBe('1 done, 1 failed\n');
  expect(status).toBe(3);
  const files = readdirSync(join(out, 'study 1/DICOM'));
  expect(files).toEqual(readdirSync(phantom));
  expect(readFileSync(join(out, 'study 1/DICOM', files[5]))).toEqual(readFileSync(join(phantom, files[5])));
});
