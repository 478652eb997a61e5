import { DatasetError } from '../errors.ts';
import type { Colour } from '../pictures/canvas.ts';
import { axialPart, type Crop } from '../volume/axial.ts';
import type { Volume } from '../volume/volume.ts';
import type { WindowName } from '../volume/windowing.ts';
import { type BodyOptions, bodyOf } from './body.ts';
import { cameraOn } from './camera.ts';
import { render, type Surface } from './render.ts';
import { slicePicture } from './slice-picture.ts';
import { surfaceOf } from './surface.ts';

/** A CT with what experts drew in it and, perhaps, what a network predicts: all on one grid, masks 0 outside. */
export interface Case {
  ct: Volume;
  groundTruth: Volume;
  prediction: Volume | undefined;
}

/** How a case is shown. */
export interface CaseView extends BodyOptions {
  crop: Crop;
  /** Index of the axial slice in the file; without one, the slice with most of the ground truth. */
  slice: number | undefined;
}

const IVORY: Colour = [255, 255, 240];
const RED: Colour = [225, 30, 30];
const GOLD: Colour = [255, 205, 0];
const SKIN_OPACITY = 0.3;
/** From the front, a little from above and from the patient's right. */
const FROM = [0.35, 1, 0.25] as const;
const LONGER_SIDE = 800;

/**
 * The pictures of a case as PNG, by what their names end in: `body`, the skin as ivory glass; `ground_truth`, the same
 * with the drawn mask red inside; `prediction` with the predicted one gold; `slice_<index>`, an axial slice with both
 * as contours and a bar of 10 cm.
 * @throws OVERRIDE_UNFIT when the crop leaves nothing or not the slice; NOT_A_CT_VOLUME when there is no body in it
 */
export function casePictures(
  { ct, groundTruth, prediction }: Case,
  window: WindowName,
  view: CaseView,
): Map<string, Uint8Array> {
  const part = axialPart(ct, view.crop);
  const truth = axialPart(groundTruth, view.crop);
  const predicted = prediction && axialPart(prediction, view.crop);

  const skin = surfaceOf(bodyOf(part, view));
  if (skin.triangles.length === 0)
    throw new DatasetError('NOT_A_CT_VOLUME', 'no body to draw: nothing in it is as dense as skin');
  const body: Surface = { mesh: skin, colour: IVORY, opacity: SKIN_OPACITY };
  const camera = cameraOn(skin, FROM, LONGER_SIDE);
  const withMask = (mask: Volume, colour: Colour) =>
    render([body, { mesh: surfaceOf(mask), colour, opacity: 1 }], camera).bytes();

  const [leftOut] = view.crop.slices;
  const slice = view.slice === undefined ? fullestSlice(truth, predicted) : view.slice - leftOut;
  if (slice < 0 || slice >= part.shape[2])
    throw new DatasetError('OVERRIDE_UNFIT', `there is no slice ${view.slice} in what the crop leaves`);
  const pictures = new Map([
    ['body', render([body], camera).bytes()],
    ['ground_truth', withMask(truth, RED)],
  ]);
  const outlines = [{ mask: truth, colour: RED, thickness: 4 }];
  if (predicted) {
    pictures.set('prediction', withMask(predicted, GOLD));
    outlines.push({ mask: predicted, colour: GOLD, thickness: 2 });
  }
  return pictures.set(`slice_${slice + leftOut}`, slicePicture(part, slice, window, outlines));
}

/** The first slice with the most voxels of the ground truth, else of the prediction, else the middle one. */
function fullestSlice(...masks: (Volume | undefined)[]): number {
  for (const mask of masks) {
    if (!mask) continue;
    const size = mask.shape[0] * mask.shape[1];
    const counts = Array.from({ length: mask.shape[2] }, (_, k) => {
      let count = 0;
      for (let v = k * size; v < (k + 1) * size; v++) if (mask.voxels[v] !== 0) count++;
      return count;
    });
    const most = Math.max(...counts);
    if (most > 0) return counts.indexOf(most);
  }
  return Math.trunc((masks[0]?.shape[2] ?? 0) / 2);
}
