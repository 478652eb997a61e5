import { Overrides } from '../shared/renderings/overrides.ts';
import {
  type RenderingSources,
  renderings,
  sourcesOfBuild,
  sourcesOfNnunet,
} from '../shared/renderings/renderings.ts';
import { getJson } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import { displayWindowGiven } from './display-window.ts';
import { exitOf, openFile, openInput, showFile } from './folder-command.ts';

export interface RenderingsOptions {
  window?: string;
  overrides?: string;
}

/** @param paths OUT of a build, or CTs, ground truth and predictions; then where to write */
export async function runRenderings(paths: string[], options: RenderingsOptions): Promise<number> {
  const sources = await sourcesGiven(paths.slice(0, -1), options.window);
  const overrides = options.overrides ? await readOverrides(options.overrides) : [];
  return exitOf(await renderings(sources, overrides, await openStore(paths[paths.length - 1]), showFile));
}

async function sourcesGiven(paths: string[], window: string | undefined): Promise<RenderingSources> {
  const [first, groundTruth, predictions] = await Promise.all(paths.map(openInput));
  if (paths.length > 1)
    return sourcesOfNnunet(
      { cts: first, groundTruth, predictions },
      await displayWindowGiven(window ?? 'abdomen'),
    );
  const sources = await sourcesOfBuild(first);
  return window ? { ...sources, window: await displayWindowGiven(window) } : sources;
}

async function readOverrides(path: string): Promise<Overrides> {
  const { store, key } = await openFile(path);
  return getJson(store, key, Overrides);
}
