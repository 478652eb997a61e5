import { targetRois } from '../shared/pictures/target-rois.ts';
import {
  readFeatures,
  readTargets,
  sourcesOfBuild,
  sourcesOfFolders,
  type TargetSources,
} from '../shared/pictures/target-sources.ts';
import { openStore } from '../shared/store/open-store.ts';
import { counted } from './counted.ts';
import { displayWindowGiven } from './display-window.ts';
import { EXIT } from './exit.ts';
import { openFile, openInput } from './folder-command.ts';

/** @param paths OUT of a build or its six parts, then where to write */
export async function runTargetRois(paths: string[]): Promise<number> {
  const sources =
    paths.length === 2 ? await sourcesOfBuild(await openInput(paths[0])) : await explicit(paths);
  const show = (name: string) => process.stderr.write(`${name}\n`);
  const { pictures, withoutAxes } = await targetRois(sources, await openStore(paths[paths.length - 1]), show);
  for (const lesion of withoutAxes)
    process.stderr.write(`${lesion} is a single pixel in every slice: not drawn\n`);
  process.stdout.write(`${counted(pictures.length, 'picture')} and targets.csv\n`);
  return pictures.length ? EXIT.done : EXIT.failed;
}

async function explicit(paths: string[]): Promise<TargetSources> {
  const [cts, masks, labels] = await Promise.all(paths.slice(0, 3).map(openInput));
  const [features, recist] = await Promise.all(paths.slice(3, 5).map(openFile));
  return sourcesOfFolders(
    { cts, masks, labels },
    {
      features: await readFeatures(features.store, features.key),
      recist: await readTargets(recist.store, recist.key),
      window: await displayWindowGiven(paths[5]),
    },
  );
}
