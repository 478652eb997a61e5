import { readHeader, seriesUidOf } from '../dicom/header.ts';
import { DatasetError } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import { rawKeys } from '../pipeline/layout.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { readSeries } from '../tables/metadata.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { guessWindows, type WindowGuess } from './guess-windows.ts';

const CONCURRENT = 16;

/**
 * Writes metadata/windows_mapping.json of a raw folder from series.json and the kernels in the DICOM files.
 * @param overrides windows that are not guessed, by `<uuid>.nii.gz` or uuid
 * @returns what each window comes from, in the order of series.json, and the overrides that name no series of it
 * @throws WINDOW_UNKNOWN when an override names no window
 */
export async function writeWindows(
  raw: Store,
  overrides: Record<string, string>,
): Promise<{ guesses: WindowGuess[]; unused: string[] }> {
  const given = checked(overrides);
  const entries = await readSeries(raw, rawKeys.series);
  const kernels = await kernelsOf(raw, new Set(entries.map(({ uuid }) => uuid)));
  const series = entries.map(({ uuid, name }) => ({ uuid, name, kernel: kernels.get(uuid) ?? '' }));
  const guesses = guessWindows(series, given);
  const mapping = Object.fromEntries(guesses.map(({ uuid, window }) => [`${uuid}.nii.gz`, window]));
  await raw.put(rawKeys.windows, utf8(jsonText(mapping)));
  const names = Object.keys(given).filter((name) => !Object.hasOwn(mapping, name));
  const unused = names.filter((name) => !Object.hasOwn(mapping, `${name}.nii.gz`));
  return { guesses, unused };
}

function checked(overrides: Record<string, string>): Record<string, WindowName> {
  const given: Record<string, WindowName> = {};
  for (const [name, window] of Object.entries(overrides)) {
    if (!isWindow(window)) {
      const message = `'${window}' of ${name} is no window; use ${Object.keys(WINDOWS).join(', ')}`;
      throw new DatasetError('WINDOW_UNKNOWN', message, { keys: [name] });
    }
    given[name] = window;
  }
  return given;
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(WINDOWS, name);
}

/** The reconstruction kernel of each series, from the first of its readable files by key. */
async function kernelsOf(raw: Store, wanted: Set<string>): Promise<Map<string, string>> {
  const files: { key: string; bytes: number }[] = [];
  for await (const { key, bytes } of raw.list(rawKeys.dicom)) files.push({ key, bytes });
  const uids = await mapConcurrently(files, CONCURRENT, ({ key, bytes }) =>
    seriesUidOf(bytes, (offset, length) => raw.get(key, { offset, length })).catch(() => undefined),
  );
  const kernels = new Map<string, string>();
  for (const [i, uid] of uids.entries()) {
    if (uid === undefined || !wanted.has(uid) || kernels.has(uid)) continue;
    const kernel = kernelOf(await raw.get(files[i].key));
    if (kernel !== undefined) kernels.set(uid, kernel);
  }
  return kernels;
}

/** Undefined for a damaged file, which says nothing here; converting it names it. */
function kernelOf(file: Uint8Array): string | undefined {
  try {
    return readHeader(file).kernel;
  } catch (error) {
    if (error instanceof DatasetError) return undefined;
    throw error;
  }
}
