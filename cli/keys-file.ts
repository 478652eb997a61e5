import { chmodSync } from 'node:fs';
import { resolve } from 'node:path';
import { Keys, newKeys } from '../shared/deidentify/keys.ts';
import { Pseudonyms } from '../shared/deidentify/pseudonyms.ts';
import { getJson, jsonText, utf8 } from '../shared/store/json.ts';
import { openFile } from './folder-command.ts';

export interface KeysFile {
  pseudonyms: Pseudonyms;
  /** Writes what the pseudonyms have come to remember; on a disk, readable by its owner alone. */
  save(): Promise<void>;
}

/** Reads a keys file, or begins a new one and writes it at once: a release without its keys is lost to later runs. */
export async function openKeys(path: string): Promise<KeysFile> {
  const { store, key } = await openFile(path);
  const pseudonyms = new Pseudonyms((await store.head(key)) ? await getJson(store, key, Keys) : newKeys());
  const save = async () => {
    await store.put(key, utf8(jsonText(pseudonyms.keys())));
    if (!path.startsWith('s3://')) chmodSync(path, 0o600);
  };
  await save();
  return { pseudonyms, save };
}

/** Whether a path or URL lies in a folder. */
export function isBelow(path: string, folder: string): boolean {
  const absolute = (url: string) => (url.startsWith('s3://') ? url : resolve(url)).replace(/\/*$/, '/');
  return absolute(path).startsWith(absolute(folder));
}
