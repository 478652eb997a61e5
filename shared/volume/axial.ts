import { DatasetError } from '../errors.ts';
import type { Affine, Shape, Volume } from './volume.ts';

/** Voxels to leave out at the first and the last end of each axis. */
export interface Crop {
  columns: readonly [first: number, last: number];
  rows: readonly [first: number, last: number];
  slices: readonly [first: number, last: number];
}

const WHOLE: Crop = { columns: [0, 0], rows: [0, 0], slices: [0, 0] };

/**
 * A part of a volume on a grid whose slices are axial. Some datasets store axial slices along another axis (KiTS keeps
 * them along the first): the axes are put in another order, and none is turned round, so that the index of a slice is
 * its index in the file. The volume itself where there is nothing to change.
 * @param crop along the axes as they are then
 * @throws OVERRIDE_UNFIT when the crop leaves nothing
 */
export function axialPart<V extends Volume>(volume: V, crop: Crop = WHOLE): V {
  const axes = axesByDirection(volume.affine);
  const left = [crop.columns, crop.rows, crop.slices];
  if (axes.every((axis, direction) => axis === direction) && left.flat().every((count) => count === 0))
    return volume;
  const { voxels, affine, spacingMm } = volume;
  const steps = [1, volume.shape[0], volume.shape[0] * volume.shape[1]];
  const shape = pick(axes, (axis, direction) => volume.shape[axis] - left[direction][0] - left[direction][1]);
  if (Math.min(...shape) < 1) {
    const size = pick(axes, (axis) => volume.shape[axis]).join(' x ');
    throw new DatasetError(
      'OVERRIDE_UNFIT',
      `the crop leaves nothing of ${size} voxels (columns, rows, slices)`,
    );
  }
  const [si, sj, sk] = pick(axes, (axis) => steps[axis]);
  const first = axes.reduce((sum, axis, direction) => sum + left[direction][0] * steps[axis], 0);
  const part = voxels.slice(0, shape[0] * shape[1] * shape[2]);
  let to = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++) part[to++] = voxels[first + k * sk + j * sj + i * si];
    }
  }
  const partAffine = affine.map((row) => [
    ...pick(axes, (axis) => row[axis]),
    axes.reduce((sum, axis, direction) => sum + row[axis] * left[direction][0], row[3]),
  ]) as Affine;
  return {
    ...volume,
    voxels: part,
    shape,
    affine: partAffine,
    spacingMm: pick(axes, (axis) => spacingMm[axis]),
  };
}

type Axes = readonly [number, number, number];

/** The stored axes that run nearest to left-right, back-front and feet-head, each taken once. */
function axesByDirection(affine: Affine): Axes {
  const orders: Axes[] = [
    [0, 1, 2],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
    [1, 2, 0],
    [2, 0, 1],
  ];
  const lengths = [0, 1, 2].map(
    (axis) => Math.sqrt(affine.reduce((sum, row) => sum + row[axis] ** 2, 0)) || 1,
  );
  const along = (order: Axes) =>
    order.reduce((sum, axis, direction) => sum + Math.abs(affine[direction][axis]) / lengths[axis], 0);
  return orders.reduce((best, order) => (along(order) > along(best) + 1e-9 ? order : best));
}

function pick(axes: Axes, of: (axis: number, direction: number) => number): Shape {
  return [of(axes[0], 0), of(axes[1], 1), of(axes[2], 2)];
}
