import { DatasetError } from '../errors.ts';
import { type FolderOutcome, forEach, namesIn } from '../folders/each-file.ts';
import { readNifti } from '../nifti/read.ts';
import { type DisplayWindow, displayWindow } from '../pictures/display-window.ts';
import { outKeys, SUBSETS } from '../pipeline/layout.ts';
import type { Failure } from '../pipeline/step.ts';
import type { Store } from '../store/store.ts';
import { readWindows } from '../tables/metadata.ts';
import { geometryDifference } from '../volume/geometry.ts';
import type { Volume } from '../volume/volume.ts';
import { casePictures } from './case-pictures.ts';
import { checkOverrides, type Overrides, viewOf } from './overrides.ts';

type Place = readonly [store: Store, key: string];

/** A case by where its files are. */
export interface CaseFiles {
  name: string;
  ct: Place;
  groundTruth: Place;
  prediction?: Place;
}

export interface RenderingSources {
  cases: CaseFiles[];
  window: DisplayWindow;
}

/** How nnU-Net names the only channel of a CT. */
const CT_ENDING = '_0000.nii.gz';

/** Folders as nnU-Net has them: CTs `<case>_0000.nii.gz`, masks `<case>.nii.gz`. @throws STORE_MISSING without CTs */
export async function sourcesOfNnunet(
  { cts, groundTruth, predictions }: { cts: Store; groundTruth: Store; predictions: Store },
  window: DisplayWindow,
): Promise<RenderingSources> {
  const names = await namesIn(cts, CT_ENDING);
  if (names.length === 0)
    throw new DatasetError('STORE_MISSING', `no <case>${CT_ENDING} in the folder of CTs`, { keys: [] });
  const cases = names.map((name): CaseFiles => {
    const mask = `${name}.nii.gz`;
    return {
      name,
      ct: [cts, `${name}${CT_ENDING}`],
      groundTruth: [groundTruth, mask],
      prediction: [predictions, mask],
    };
  });
  return { cases, window };
}

/** The series of a finished build with their lesions; there are no predictions. */
export async function sourcesOfBuild(out: Store): Promise<RenderingSources> {
  const cases: CaseFiles[] = [];
  for (const subset of SUBSETS) {
    const prefix = outKeys.mask(subset, '').replace('.nii.gz', '');
    for await (const { key } of out.list(prefix)) {
      const name = key.slice(prefix.length).replace('.nii.gz', '');
      cases.push({ name, ct: [out, outKeys.image(subset, name)], groundTruth: [out, key] });
    }
  }
  return { cases, window: displayWindow(await readWindows(out, outKeys.windows)) };
}

/**
 * Pictures of every case, `<case>_body.png`, `<case>_ground_truth.png`, `<case>_prediction.png` and
 * `<case>_slice_<index>.png`. A case that cannot be drawn stops none of the others.
 * @throws USAGE for overrides of a CT that is not there
 */
export async function renderings(
  { cases, window }: RenderingSources,
  overrides: Overrides,
  out: Store,
  onDone: (name: string, failure?: Failure) => void,
): Promise<FolderOutcome> {
  const byName = new Map(cases.map((one) => [one.name, one]));
  const filenames = cases.map(({ ct }) => filenameOf(ct));
  checkOverrides(overrides, filenames);
  const draw = async (name: string) => {
    const files = byName.get(name)!;
    const filename = filenameOf(files.ct);
    const ct = await volumeAt(files.ct);
    const maskAt = async (place: Place) => {
      const mask = await volumeAt(place).catch((error) => {
        if (error instanceof DatasetError && error.code === 'STORE_MISSING')
          throw new DatasetError('MASK_MISSING', `${filename}: there is no ${place[1]}`, {
            keys: [place[1]],
          });
        throw error;
      });
      const difference = geometryDifference(ct, mask);
      if (!difference) return mask;
      const message = `${filename} and ${place[1]} have ${difference}`;
      throw new DatasetError('GEOMETRY_MISMATCH', message, { keys: [filename, place[1]] });
    };
    const groundTruth = await maskAt(files.groundTruth);
    const prediction = files.prediction && (await maskAt(files.prediction));
    const pictures = casePictures(
      { ct, groundTruth, prediction },
      window(filename),
      viewOf(filename, overrides),
    );
    for (const [ending, bytes] of pictures) await out.put(`${name}_${ending}.png`, bytes);
  };
  return forEach([...byName.keys()], draw, onDone);
}

function filenameOf([, key]: Place): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

async function volumeAt([store, key]: Place): Promise<Volume> {
  return readNifti(await store.get(key), key);
}
