import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { writeManifest } from '../pipeline/finalise/manifest.ts';
import { readDatasetInfo, writeRelease } from '../pipeline/finalise/release.ts';
import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import type { Output } from '../pipeline/step.ts';
import { getJson, getText } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { parseCsv } from '../tables/csv.ts';

const FinalSeries = z.array(z.looseObject({ uuid: z.string(), region: z.string(), patient_id: z.number() }));

/** A finished `final/` in OUT -> the release archive, its documents and manifest beside it. */
export async function releaseFolder(out: Store): Promise<{ archive: Output; members: number }> {
  const files: Output[] = [];
  for await (const { key, bytes, etag } of out.list('final/')) {
    files.push({ key, bytes, etag, ...(await checksums(out, key)) });
  }
  const recistThere = files.some(({ key }) => key === outKeys.recist);
  const metadata = {
    series: await getJson(out, outKeys.series, FinalSeries),
    patients: parseCsv(await getText(out, outKeys.patients), outKeys.patients, ['patient_id']),
    windows: await getJson(out, outKeys.windows, z.record(z.string(), z.string())),
    recist: recistThere
      ? parseCsv(await getText(out, outKeys.recist), outKeys.recist, ['filename'])
      : undefined,
  };
  const info = await readDatasetInfo(out);
  const outputs = await writeRelease(out, metadata, files, info, await countLabels(out, files));
  await writeManifest(out, [...files, ...outputs]);
  return { archive: outputs[0], members: files.length };
}

async function checksums(out: Store, key: string): Promise<Pick<Output, 'sha256' | 'md5' | 'crc32'>> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let crc = 0;
  for await (const chunk of out.stream(key)) {
    sha256.update(chunk);
    md5.update(chunk);
    crc = crc32(chunk, crc);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex'), crc32: crc };
}

async function countLabels(out: Store, files: Output[]): Promise<number> {
  const folders = SUBSETS.map((subset) => outKeys.labels(subset, '').replace('.json', ''));
  let lesions = 0;
  for (const { key } of files) {
    if (!folders.some((folder) => key.startsWith(folder))) continue;
    lesions += Object.keys(await getJson(out, key, z.record(z.string(), z.string()))).length;
  }
  return lesions;
}
