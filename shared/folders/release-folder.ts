import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { writeManifest } from '../pipeline/finalise/manifest.ts';
import { readDatasetInfo, writeRelease } from '../pipeline/finalise/release.ts';
import { type File, SeriesFiles } from '../pipeline/finalise/series-files.ts';
import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import type { Output } from '../pipeline/step.ts';
import { getJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { digesterHere } from '../threads/remote-digests.ts';

/** A file in `final/` that is named after its series. */
const OF_SERIES = /^final\/images\/[^/]+\/[^/]+\/(.+?)(\.nii\.gz|\.json)?$/;

/** A finished `final/` in OUT -> the release archive, its documents and manifest beside it. */
export async function releaseFolder(out: Store): Promise<{ archive: Output; members: number }> {
  const ofSeries = new SeriesFiles();
  const others: File[] = [];
  let members = 0;
  let lesions = 0;
  for await (const { key, bytes } of out.list('final/')) {
    const file = { key, bytes, ...(await checksums(out, key)) };
    const uuid = OF_SERIES.exec(key)?.[1];
    if (uuid === undefined) others.push(file);
    else ofSeries.add(uuid, [file]);
    if (LABELS_FOLDERS.some((folder) => key.startsWith(folder))) lesions += await countLabels(out, key);
    members++;
  }
  const info = await readDatasetInfo(out);
  const [archive, ...documents] = await writeRelease(out, ofSeries, others, info, lesions, {
    signal: new AbortController().signal,
  });
  await writeManifest(out, ofSeries, [...others, archive, ...documents]);
  return { archive, members };
}

async function checksums(out: Store, key: string): Promise<Pick<Output, 'sha256' | 'md5' | 'crc32'>> {
  const digester = digesterHere();
  let crc = 0;
  for await (const chunk of out.stream(key)) {
    digester.update(chunk);
    crc = crc32(chunk, crc);
  }
  return { ...digester.end(), crc32: crc };
}

const LABELS_FOLDERS = SUBSETS.map((subset) => outKeys.labels(subset, '').replace('.json', ''));

async function countLabels(out: Store, key: string): Promise<number> {
  return Object.keys(await getJson(out, key, z.record(z.string(), z.string()))).length;
}
