import { DatasetError } from '../errors.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';

/**
 * The window that a CT is shown in, by its filename.
 * @throws WINDOW_MISSING, WINDOW_UNKNOWN
 */
export type DisplayWindow = (filename: string) => WindowName;

/**
 * One window for all, or the windows of a `windows_mapping.json` by filename.
 * @throws WINDOW_UNKNOWN for one that does not exist
 */
export function displayWindow(given: string | Record<string, string>): DisplayWindow {
  if (typeof given === 'string') {
    const forAll = known(given, []);
    return () => forAll;
  }
  return (filename) => {
    const name = given[filename];
    if (name !== undefined) return known(name, [filename]);
    const message = `no window for ${filename}: add it to the mapping`;
    throw new DatasetError('WINDOW_MISSING', message, { keys: [filename] });
  };
}

function known(name: string, keys: string[]): WindowName {
  if (isWindow(name)) return name;
  const which = [...keys, `no window ${name}`].join(': ');
  throw new DatasetError('WINDOW_UNKNOWN', `${which}; there are ${Object.keys(WINDOWS).join(', ')}`, {
    keys,
  });
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(WINDOWS, name);
}
