import { DatasetError } from '../errors.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';

/**
 * The window that a CT is shown in, by its filename.
 * @throws WINDOW_MISSING, WINDOW_UNKNOWN
 */
export type DisplayWindow = (filename: string) => WindowName;

/** One window for all, or the windows of a `windows_mapping.json` by filename. */
export function displayWindow(given: string | Record<string, string>): DisplayWindow {
  return (filename) => {
    const name = typeof given === 'string' ? given : given[filename];
    const keys = [filename];
    if (name === undefined) {
      throw new DatasetError('WINDOW_MISSING', `no window for ${filename}: add it to the mapping`, { keys });
    }
    if (!isWindow(name)) {
      const known = Object.keys(WINDOWS).join(', ');
      throw new DatasetError('WINDOW_UNKNOWN', `${filename}: no window ${name}; there are ${known}`, {
        keys,
      });
    }
    return name;
  };
}

function isWindow(name: string): name is WindowName {
  return Object.hasOwn(WINDOWS, name);
}
