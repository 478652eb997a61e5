import { asDatasetError } from '../errors.ts';
import { outKeys } from '../pipeline/layout.ts';
import { type RandomAccess, readMember, type ZipEntry, zipEntries } from '../release/zip-reader.ts';
import type { Store } from '../store/store.ts';
import { verifyChecksums } from './checksums.ts';
import { type DatasetView, viewOfArchive, viewOfStore } from './dataset-view.ts';
import type { Finding } from './finding.ts';
import { verifyTables } from './tables.ts';
import { verifyVolumes } from './volumes.ts';

/** What was checked, and everything that is wrong. */
export interface Verification {
  series: number;
  lesions: number;
  members: number;
  findings: Finding[];
}

/**
 * Checks a finished OUT: every checksum of the manifest, image, mask and labels of each series against each other,
 * the tables against the files, and the release archive in itself and against `final/`.
 */
export async function verifyOut(out: Store): Promise<Verification> {
  const findings: Finding[] = [];
  await verifyChecksums(out, findings);
  const { series, lesions } = await verifyContent(await viewOfStore(out), findings);
  const archive = await out.head(outKeys.archive);
  if (!archive) {
    findings.push({ kind: 'missing', key: outKeys.archive, message: 'there is no release archive' });
    return { series, lesions, members: 0, findings };
  }
  const read = (offset: number, length: number) => out.get(outKeys.archive, { offset, length });
  const members = await verifyMembers({ bytes: archive.bytes, read }, findings);
  await compareWithFinal(out, members, findings);
  return { series, lesions, members: members.length, findings };
}

/** Checks a release archive by itself: its integrity, and its files and tables against each other. */
export async function verifyArchive(archive: RandomAccess): Promise<Verification> {
  const findings: Finding[] = [];
  const members = await verifyMembers(archive, findings);
  const byName = new Map(members.map((entry) => [entry.name, entry]));
  const view = viewOfArchive(byName.keys(), (name) => readMember(archive, byName.get(name)!));
  return { ...(await verifyContent(view, findings)), members: members.length, findings };
}

async function verifyContent(
  view: DatasetView,
  findings: Finding[],
): Promise<{ series: number; lesions: number }> {
  const series = await verifyVolumes(view, findings);
  await verifyTables(view, series, findings);
  return { series: series.length, lesions: series.reduce((sum, { lesionIds }) => sum + lesionIds.size, 0) };
}

/** Reads every member whole; names what is damaged, repeated or missing from the directory. */
async function verifyMembers(archive: RandomAccess, findings: Finding[]): Promise<ZipEntry[]> {
  let entries: ZipEntry[];
  try {
    entries = await zipEntries(archive);
  } catch (error) {
    findings.push({ kind: 'archive', key: outKeys.archive, message: asDatasetError(error).message });
    return [];
  }
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.name))
      findings.push({ kind: 'archive', key: entry.name, message: 'the archive has it twice' });
    seen.add(entry.name);
    try {
      await readMember(archive, entry);
    } catch (error) {
      findings.push({ kind: 'archive', key: entry.name, message: asDatasetError(error).message });
    }
  }
  return entries;
}

/** The archive must hold exactly the images, masks and labels of `final/`, with the same bytes. */
async function compareWithFinal(out: Store, members: ZipEntry[], findings: Finding[]): Promise<void> {
  const byName = new Map(members.map((entry) => [entry.name, entry]));
  const view = viewOfArchive(byName.keys(), async () => new Uint8Array());
  const inFinal = /^images\/(train|test)\/(images|masks|labels)\//;
  const final = await viewOfStore(out);
  for (const name of final.names) {
    if (!inFinal.test(name)) continue;
    const entry = byName.get(view.place(name));
    const stored = await out.head(final.place(name));
    if (!entry)
      findings.push({ kind: 'archive', key: final.place(name), message: 'it is not in the archive' });
    else if (entry.bytes !== stored?.bytes) {
      findings.push({ kind: 'archive', key: entry.name, message: `it differs from ${final.place(name)}` });
    }
  }
  for (const name of view.names) {
    if (!inFinal.test(name) || final.names.has(name)) continue;
    findings.push({ kind: 'archive', key: view.place(name), message: 'it is not in final/' });
  }
}
