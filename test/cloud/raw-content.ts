import { crc32 } from 'node:zlib';
import { expect } from 'vitest';
import { zipArchive } from '../../shared/release/zip-writer.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import type { Store } from '../../shared/store/store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { keysOf, temporaryFolder } from '../pipeline/phantom-folder.ts';

/** Uploads the objects of a store whose keys are wanted, in the order of their keys. */
export async function upload(
  from: Store,
  to: Store,
  wanted: (key: string) => boolean = () => true,
): Promise<void> {
  for (const key of await keysOf(from, '')) if (wanted(key)) await to.put(key, await from.get(key));
}

/** A zip archive of the given members. */
export async function zipOf(members: Record<string, Uint8Array>): Promise<Buffer> {
  const entries = Object.entries(members).map(([name, body]) => {
    return { name, bytes: body.length, crc32: crc32(body), open: () => [body] };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipArchive(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The objects below a prefix by what follows it. */
export async function membersBelow(store: Store, prefix: string): Promise<Record<string, Uint8Array>> {
  const members: Record<string, Uint8Array> = {};
  for (const key of await keysOf(store, prefix)) members[key.slice(prefix.length)] = await store.get(key);
  return members;
}

/** Holds every published file against a build from nothing, on this machine, of what is in `raw/` now. */
export async function expectSameAsFromScratch(
  { raw, out }: { raw: Store; out: Store },
  options: Record<string, unknown> = {},
): Promise<void> {
  const [copy, scratch] = [new FolderStore(temporaryFolder()), new FolderStore(temporaryFolder())];
  await upload(raw, copy);
  await buildInline(copy, scratch, options);
  const published = async (store: Store) =>
    (await keysOf(store, '')).filter((key) => !key.startsWith('.state/') && key !== 'reports/run.json');
  const [there, here] = await Promise.all([published(out), published(scratch)]);
  expect(there).toEqual(here);
  const text = async (store: Store, key: string) => Buffer.from(await store.get(key)).toString();
  expect(await text(out, 'manifest.json')).toBe(await text(scratch, 'manifest.json'));
  for (const key of here) {
    const [cloud, embedded] = await Promise.all([out.get(key), scratch.get(key)]);
    expect(Buffer.from(cloud).equals(Buffer.from(embedded)), key).toBe(true);
  }
}
