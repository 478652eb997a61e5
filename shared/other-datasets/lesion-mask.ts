import { axialPart } from '../volume/axial.ts';
import type { Volume } from '../volume/volume.ts';

/**
 * The voxels of a lesion value as 1 on a grid whose slices are axial (see `axialPart`), everything else 0.
 * @param value what marks a lesion; -1 is any voxel that is not 0
 */
export function lesionMask(volume: Volume, value: number): Volume {
  const isLesion = value === -1 ? (v: number) => v !== 0 : (v: number) => v === value;
  const axial = axialPart(volume);
  const voxels = new Uint8Array(axial.voxels.length);
  for (let at = 0; at < voxels.length; at++) {
    if (isLesion(axial.voxels[at] * volume.slope + volume.intercept)) voxels[at] = 1;
  }
  return { ...axial, voxels, slope: 1, intercept: 0 };
}
