import type { Affine, Volume } from '../volume/volume.ts';

/**
 * The voxels of a lesion value as 1 on a grid whose slices are axial, everything else 0. Some datasets store the axial
 * slices along another axis (KiTS keeps them along the first); the axes are put in another order, and none is turned
 * round, so that a slice's index is its index in the file.
 * @param value what marks a lesion; -1 is any voxel that is not 0
 */
export function lesionMask(volume: Volume, value: number): Volume {
  const isLesion = value === -1 ? (v: number) => v !== 0 : (v: number) => v === value;
  const [x, y, z] = axesByDirection(volume.affine);
  const { shape: stored, spacingMm } = volume;
  const shape: Volume['shape'] = [stored[x], stored[y], stored[z]];
  const step = [1, stored[0], stored[0] * stored[1]];
  const voxels = new Uint8Array(volume.voxels.length);
  let at = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      let from = k * step[z] + j * step[y];
      for (let i = 0; i < shape[0]; i++, from += step[x], at++) {
        if (isLesion(volume.voxels[from] * volume.slope + volume.intercept)) voxels[at] = 1;
      }
    }
  }
  return {
    ...volume,
    voxels,
    shape,
    spacingMm: [spacingMm[x], spacingMm[y], spacingMm[z]],
    affine: volume.affine.map((row) => [row[x], row[y], row[z], row[3]]) as Affine,
    slope: 1,
    intercept: 0,
  };
}

/** The stored axes that run nearest to left-right, back-front and feet-head, each taken once. */
function axesByDirection(affine: Affine): [number, number, number] {
  const orders: [number, number, number][] = [
    [0, 1, 2],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
    [1, 2, 0],
    [2, 0, 1],
  ];
  const lengths = [0, 1, 2].map((axis) => Math.hypot(...affine.map((row) => row[axis])) || 1);
  const along = (order: number[]) =>
    order.reduce((total, axis, direction) => total + Math.abs(affine[direction][axis]) / lengths[axis], 0);
  return orders.reduce((best, order) => (along(order) > along(best) + 1e-9 ? order : best));
}
