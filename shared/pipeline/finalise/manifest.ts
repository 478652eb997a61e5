import { type ManifestEntry, manifestText } from '../../release/manifest.ts';
import type { Store } from '../../store/store.ts';
import { outKeys } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';
import type { File, SeriesFiles } from './series-files.ts';

/**
 * Writes manifest.json over everything the build made: the last thing written, so its presence says 'whole'.
 * @param others what stands in no folder of the series' files
 */
export async function writeManifest(out: Store, series: SeriesFiles, others: File[]): Promise<Output> {
  return putOutput(out, outKeys.manifest, chunks(manifestText(entriesInOrder(series, others))));
}

function* entriesInOrder(series: SeriesFiles, others: File[]): Generator<ManifestEntry> {
  const folders = series.folders().map((folder) => ({ at: folder, files: series.inOrder(folder) }));
  const groups = [...folders, ...others.map((file) => ({ at: file.key, files: [file] }))];
  for (const { files } of groups.sort((a, b) => (a.at < b.at ? -1 : 1))) {
    for (const { key, bytes, sha256, md5 } of files) {
      yield { path: key, bytes, sha256, md5 };
    }
  }
}

async function* chunks(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
