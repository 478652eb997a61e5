import { readHeader } from '../dicom/header.ts';
import { DatasetError } from '../errors.ts';
import { indexDicom } from '../pipeline/dicom-index.ts';
import { rawKeys } from '../pipeline/layout.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { readSeries } from '../tables/metadata.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { guessWindows, type WindowGuess } from './guess-windows.ts';

/**
 * Writes metadata/windows_mapping.json of a raw folder from series.json and the kernels in the DICOM files.
 * @throws WINDOW_UNKNOWN when an override names no window
 */
export async function writeWindows(
  raw: Store,
  overrides: Record<string, WindowName>,
): Promise<WindowGuess[]> {
  for (const [name, window] of Object.entries(overrides)) {
    if (Object.hasOwn(WINDOWS, window)) continue;
    throw new DatasetError('WINDOW_UNKNOWN', `'${window}' of ${name} is no window`, { keys: [name] });
  }
  const index = await indexDicom(raw, raw);
  const series = [];
  for (const { uuid, name } of await readSeries(raw, rawKeys.series)) {
    const [first] = await index.filesOf(uuid);
    series.push({ uuid, name, kernel: first ? readHeader(await raw.get(first.key)).kernel : '' });
  }
  const guesses = guessWindows(series, overrides);
  const mapping = Object.fromEntries(guesses.map(({ uuid, window }) => [`${uuid}.nii.gz`, window]));
  await raw.put(rawKeys.windows, utf8(jsonText(mapping)));
  return guesses;
}
