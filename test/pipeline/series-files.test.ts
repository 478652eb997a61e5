import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type File, SeriesFiles } from '../../shared/pipeline/finalise/series-files.ts';

const file = (key: string): File => ({
  key,
  bytes: 2 ** 40 + key.length,
  crc32: 0xfedcba98,
  sha256: hash('sha256', key),
  md5: hash('md5', key),
});

// names of which one is the beginning of another, where the order of uuids is not that of file names
const uuids = fc.uniqueArray(fc.stringMatching(/^[12n-][12.n-]{0,6}$/), { maxLength: 400 });

test('files come back as they were given, in the order of their keys', () => {
  fc.assert(
    fc.property(uuids, (given) => {
      const files = new SeriesFiles();
      const all = given.map((uuid) => [file(`a/${uuid}.nii.gz`), file(`b/${uuid}_1.json`)]);
      for (const [index, uuid] of given.entries()) files.add(uuid, all[index]);
      const byKey = all.flat().sort((a, b) => (a.key < b.key ? -1 : 1));
      const read = ['a/', 'b/'].flatMap((folder) => [...files.inOrder(folder)]);
      expect(read).toEqual(byKey.map((one) => ({ ...one, name: one.key })));
      expect(files.folders()).toEqual(given.length ? ['a/', 'b/'] : []);
      expect(files.bytesBelow('a')).toBe(all.reduce((sum, [{ bytes }]) => sum + bytes, 0));
    }),
    { numRuns: 30 },
  );
});

test('files can be ordered by other names, and left out', () => {
  const files = new SeriesFiles();
  for (const uuid of ['1', '2', '3']) files.add(uuid, [file(`a/${uuid}`)]);
  const named = files.inOrder('a/', (_key, uuid) => ({ 1: 'z', 3: 'y' })[uuid]);
  expect([...named].map(({ name, key }) => [name, key])).toEqual([
    ['y', 'a/3'],
    ['z', 'a/1'],
  ]);
});
