import { DatasetError } from '../errors.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';

const NAMES = Object.keys(WINDOWS).join(', ');

/**
 * The window that a CT is shown in, by its filename.
 * @throws WINDOW_MISSING, WINDOW_UNKNOWN
 */
export type DisplayWindow = (filename: string) => WindowName;

/**
 * One window for all, or the windows of a `windows_mapping.json` by filename.
 * @throws USAGE for one window for all that does not exist
 */
export function displayWindow(given: string | Record<string, string>): DisplayWindow {
  if (typeof given === 'string') {
    const forAll = given;
    if (!isWindow(forAll)) throw new DatasetError('USAGE', `no window ${given}; there are ${NAMES}`);
    return () => forAll;
  }
  return (filename) => {
    const name = given[filename];
    const keys = [filename];
    if (name === undefined)
      throw new DatasetError('WINDOW_MISSING', `no window for ${filename}: add it to the mapping`, { keys });
    if (!isWindow(name))
      throw new DatasetError('WINDOW_UNKNOWN', `${filename}: no window ${name}; there are ${NAMES}`, {
        keys,
      });
    return name;
  };
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(WINDOWS, name);
}
