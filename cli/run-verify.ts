import { basename, dirname } from 'node:path';
import { knownOriginals } from '../shared/deidentify/find-identifiers.ts';
import { Keys } from '../shared/deidentify/keys.ts';
import { DatasetError } from '../shared/errors.ts';
import { getJson } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { verifyIdentifiers } from '../shared/verify/identifiers.ts';
import { type Verification, verifyArchive, verifyOut } from '../shared/verify/verify.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';
import { openFile, openInput } from './folder-command.ts';

interface VerifyArguments {
  json: boolean;
  /** Path of a keys file. */
  identifiers?: string;
}

export async function runVerify(dataset: string, { json, identifiers }: VerifyArguments): Promise<number> {
  const isArchive = dataset.endsWith('.zip');
  const found = isArchive ? await verifyFile(dataset) : await verifyOut(await openInput(dataset));
  if (identifiers !== undefined) {
    if (isArchive) throw new DatasetError('USAGE', '--identifiers scans an OUT folder, not an archive');
    const { store, key } = await openFile(identifiers);
    const originals = knownOriginals(await getJson(store, key, Keys));
    found.findings.push(...(await verifyIdentifiers(await openStore(dataset), originals)));
    if (originals.tooShort)
      process.stderr.write(
        `${counted(originals.tooShort, 'id')} too short to be told from other numbers: not looked for\n`,
      );
  }
  const { series, lesions, members, findings } = found;
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    for (const { kind, key, message } of findings)
      process.stdout.write(`${kind.padEnd(10)} ${key}: ${message}\n`);
    const verdict = findings.length ? `${findings.length} things are wrong` : 'everything is right';
    process.stdout.write(
      `${series} series, ${counted(lesions, 'lesion')}, ${counted(members, 'archive member')} checked: ${verdict}\n`,
    );
  }
  return findings.length ? EXIT.failed : EXIT.done;
}

async function verifyFile(path: string): Promise<Verification> {
  const slash = path.lastIndexOf('/');
  const store = await openStore(path.startsWith('s3://') ? path.slice(0, slash) : dirname(path));
  const key = basename(path);
  const object = await store.head(key);
  if (!object) throw new DatasetError('STORE_MISSING', `${path}: there is no such file`);
  return verifyArchive({ bytes: object.bytes, read: (offset, length) => store.get(key, { offset, length }) });
}
