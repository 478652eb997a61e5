import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';

/** One file of the dataset and how to know that it is whole. */
export const ManifestEntry = z.object({
  path: z.string(),
  bytes: z.number(),
  sha256: z.string(),
  md5: z.string(),
});
export type ManifestEntry = z.output<typeof ManifestEntry>;

export const Manifest = z.object({
  format: z.literal('recist-dataset manifest 1'),
  files: z.array(ManifestEntry),
});
export type Manifest = z.output<typeof Manifest>;

/** manifest.json from entries that come by path, a line each so that it can be compared by eye and streamed. */
export function* manifestText(entries: Iterable<ManifestEntry>): Generator<string> {
  yield '{"format": "recist-dataset manifest 1", "files": [';
  let separator = '\n';
  for (const entry of entries) {
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield '\n]}\n';
}

/** @throws ARCHIVE_CORRUPT when the text is no manifest */
export function parseManifest(text: string): Manifest {
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new DatasetError('ARCHIVE_CORRUPT', 'manifest.json is damaged; build again to write it anew', {
      keys: ['manifest.json'],
      cause,
    });
  }
}
