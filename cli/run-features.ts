import { DatasetError } from '../shared/errors.ts';
import { featuresFolder } from '../shared/folders/features-folder.ts';
import type { FeatureOptions } from '../shared/lesions/features.ts';
import { openStore } from '../shared/store/open-store.ts';
import { displayWindowGiven } from './display-window.ts';
import { exitOf, openInput, showFile } from './folder-command.ts';

export interface FeaturesArguments extends FeatureOptions {
  saveAxes: boolean;
  window?: string;
}

/** @param folders CTs, masks, labels, and where to write */
export async function runFeatures(
  folders: string[],
  { saveAxes, window, ...options }: FeaturesArguments,
): Promise<number> {
  if (saveAxes && window === undefined) {
    throw new DatasetError('USAGE', '--save-axes needs --window: a window for all, or windows_mapping.json');
  }
  const [cts, masks, labels] = await Promise.all(folders.slice(0, 3).map(openInput));
  const out = await openStore(folders[3]);
  const shown = saveAxes && window !== undefined ? await displayWindowGiven(window) : undefined;
  return exitOf(await featuresFolder({ cts, masks, labels, out }, options, shown, showFile));
}
