import { DatasetError } from '../errors.ts';
import { readNifti } from '../nifti/read.ts';
import { putVolume } from '../pipeline/outputs.ts';
import type { Failure } from '../pipeline/step.ts';
import type { Store } from '../store/store.ts';
import { type GreyScale, WINDOWS, type WindowName, windowed } from '../volume/windowing.ts';
import { type FolderOutcome, forEach, namesIn } from './each-file.ts';

/**
 * CTs -> the same names, clipped to their window and scaled to uint8. `windowOf` gives each file its window by name,
 * undefined for percentiles of its own.
 * @throws WINDOW_MISSING, WINDOW_UNKNOWN before anything is written, naming every CT concerned
 */
export async function normalizeFolder(
  cts: Store,
  out: Store,
  windowOf: (filename: string) => string | undefined,
  { scale, percentiles }: { scale: GreyScale; percentiles: boolean },
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const names = await namesIn(cts, '.nii.gz');
  if (!percentiles) checkWindows(names, windowOf);
  const normalize = async (name: string) => {
    const filename = `${name}.nii.gz`;
    const ct = readNifti(await cts.get(filename), filename);
    const { volume } = windowed(ct, percentiles ? undefined : (windowOf(filename) as WindowName), scale);
    await putVolume(out, filename, volume, 'windowed');
  };
  return forEach(names, normalize, onDone);
}

function checkWindows(names: string[], windowOf: (filename: string) => string | undefined): void {
  const filenames = names.map((name) => `${name}.nii.gz`);
  const missing = filenames.filter((filename) => windowOf(filename) === undefined);
  if (missing.length) {
    throw new DatasetError('WINDOW_MISSING', `no window for ${missing.join(', ')}`, { keys: missing });
  }
  const unknown = filenames.filter((filename) => !Object.hasOwn(WINDOWS, windowOf(filename)!));
  if (unknown.length) {
    const which = unknown.map((filename) => `${filename}: ${windowOf(filename)}`).join(', ');
    const known = Object.keys(WINDOWS).join(', ');
    throw new DatasetError('WINDOW_UNKNOWN', `no such window (${which}); there are ${known}`, {
      keys: unknown,
    });
  }
}
