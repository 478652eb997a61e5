import { findIdentifiers, type KnownOriginals } from '../deidentify/find-identifiers.ts';
import { readNifti } from '../nifti/read.ts';
import type { Store } from '../store/store.ts';
import type { Finding } from './finding.ts';

const TEXT = /\.(json|csv|md|cff|html|svg)$|LICENSE$/;

/** Scans every text, file name and NIfTI header of a finished OUT for originals that the keys know; each is told once a file. */
export async function verifyIdentifiers(out: Store, originals: KnownOriginals): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { key } of out.list('')) {
    const texts = [{ key, text: key }];
    if (TEXT.test(key)) texts.push({ key, text: Buffer.from(await out.get(key)).toString('utf8') });
    if (key.endsWith('.nii.gz')) {
      const { description, aux_file, intent_name } = readNifti(await out.get(key), key).header;
      texts.push({ key, text: [description, aux_file, intent_name].join(' ') });
    }
    const messages = new Set<string>();
    for (const { kind, found } of findIdentifiers(texts, originals))
      messages.add(`the original ${kind} ${found} is still in it`);
    for (const message of messages) findings.push({ kind: 'identifier', key, message });
  }
  return findings;
}
