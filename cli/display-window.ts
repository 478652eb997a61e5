import { type DisplayWindow, displayWindow } from '../shared/pictures/display-window.ts';
import { readWindows } from '../shared/tables/metadata.ts';
import { openFile } from './folder-command.ts';

/** The windows that an argument names: one for all, or a windows_mapping.json. */
export async function displayWindowGiven(window: string): Promise<DisplayWindow> {
  if (!window.endsWith('.json')) return displayWindow(window);
  const { store, key } = await openFile(window);
  return displayWindow(await readWindows(store, key));
}
