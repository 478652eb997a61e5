import { asDatasetError } from '../errors.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { runKeys } from './run-keys.ts';

/** What is wrong with the archive itself, and stays wrong however often it is tried. */
const LASTING = ['ARCHIVE_UNSAFE', 'ARCHIVE_CORRUPT', 'NOTHING_USABLE', 'STORE_MISSING'];

/**
 * Records why an archive was not taken. A lasting reason ends the matter; any other is thrown again, so that the
 * queue brings the archive back and in the end keeps it for the operator (a missing patient can be added).
 */
export async function refuseArchive(bucket: Store, key: string, cause: unknown): Promise<void> {
  const error = asDatasetError(cause);
  const archive = key.replace(/^incoming\//, '').replace(/\.zip$/i, '');
  const refused = { archive: key, refused: { code: error.code, message: error.message, keys: error.keys } };
  await bucket.put(runKeys.ingested(archive), utf8(jsonText(refused)));
  if (!LASTING.includes(error.code)) throw error;
}
