import { asDatasetError } from '../errors.ts';
import { outKeys } from '../pipeline/layout.ts';
import { type ManifestEntry, parseManifest } from '../release/manifest.ts';
import { getText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { digesterHere } from '../threads/remote-digests.ts';
import type { Finding } from './finding.ts';

/** Folders of which the manifest has every file, or none. */
const LISTED = ['nifti/', 'final/', 'stats/', 'reports/series/'];

/** Reads every file of manifest.json again and holds its size and both checksums against it. */
export async function verifyChecksums(out: Store, findings: Finding[]): Promise<void> {
  let entries: ManifestEntry[];
  try {
    entries = parseManifest(await getText(out, outKeys.manifest)).files;
  } catch (error) {
    const { code, message } = asDatasetError(error);
    const why = code === 'STORE_MISSING' ? 'there is none: the build did not finish; run it again' : message;
    findings.push({ kind: 'missing', key: outKeys.manifest, message: why });
    return;
  }
  for (const entry of entries) await verifyEntry(out, entry, findings);
  const known = new Set(entries.map(({ path }) => path));
  for (const folder of LISTED) {
    if (!entries.some(({ path }) => path.startsWith(folder))) continue;
    for await (const { key } of out.list(folder)) {
      if (!known.has(key)) findings.push({ kind: 'unlisted', key, message: 'not in manifest.json' });
    }
  }
}

async function verifyEntry(out: Store, entry: ManifestEntry, findings: Finding[]): Promise<void> {
  const digester = digesterHere();
  let bytes = 0;
  try {
    for await (const chunk of out.stream(entry.path)) {
      digester.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    const { code, message } = asDatasetError(error);
    const kind = code === 'STORE_MISSING' ? 'missing' : 'unreadable';
    findings.push({ kind, key: entry.path, message });
    return;
  }
  const { sha256, md5 } = digester.end();
  if (bytes !== entry.bytes) {
    const message = `${bytes} bytes, the manifest says ${entry.bytes}`;
    findings.push({ kind: 'checksum', key: entry.path, message });
  } else if (sha256 !== entry.sha256 || md5 !== entry.md5) {
    findings.push({
      kind: 'checksum',
      key: entry.path,
      message: 'its content is not what the manifest says',
    });
  }
}
