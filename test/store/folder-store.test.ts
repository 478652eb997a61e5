import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { describeStore } from './store-contract.ts';

const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'recist-store-'));

describeStore('FolderStore', async () => new FolderStore(temporaryFolder()));

test('keys cannot leave the folder', async () => {
  const store = new FolderStore(temporaryFolder());
  await expect(store.get('../secret')).rejects.toMatchObject({ code: 'STORE_DENIED' });
  await expect(store.put('a/../../b', Buffer.from('x'))).rejects.toMatchObject({ code: 'STORE_DENIED' });
});

test('a linked folder is listed like a real one', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real', 'file'), 'x');
  symlinkSync(join(folder, 'real'), join(folder, 'linked'));
  const keys = [];
  for await (const object of new FolderStore(folder).list('')) keys.push(object.key);
  expect(keys).toEqual(['linked/file', 'real/file']);
});

test.skipIf(process.getuid?.() === 0)('a file without read permission is STORE_DENIED', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'locked'), 'x');
  chmodSync(join(folder, 'locked'), 0);
  await expect(new FolderStore(folder).get('locked')).rejects.toMatchObject({ code: 'STORE_DENIED' });
});
