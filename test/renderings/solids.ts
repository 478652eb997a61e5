import type { Affine, Shape, Volume } from '../../shared/volume/volume.ts';

/** A volume of RAS axes with a value at each place in mm; the first voxel's centre is at 0, 0, 0. */
export function volumeOf(
  shape: Shape,
  spacingMm: [number, number, number],
  valueAt: (x: number, y: number, z: number) => number,
): Volume {
  const voxels = new Int16Array(shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++)
        voxels[at++] = valueAt(i * spacingMm[0], j * spacingMm[1], k * spacingMm[2]);
  const affine: Affine = [
    [spacingMm[0], 0, 0, 0],
    [0, spacingMm[1], 0, 0],
    [0, 0, spacingMm[2], 0],
  ];
  return { voxels, shape, spacingMm, affine, slope: 1, intercept: 0 };
}

/** Whether a place is in a ball. */
export function inBall(middle: readonly number[], radiusMm: number) {
  return (x: number, y: number, z: number) =>
    Math.hypot(x - middle[0], y - middle[1], z - middle[2]) <= radiusMm ? 1 : 0;
}

/** The same volume with its axes stored in another order, and each of them turned round or not. */
export function storedAs(volume: Volume, axes: readonly number[], turned: readonly boolean[]): Volume {
  const shape: Shape = [volume.shape[axes[0]], volume.shape[axes[1]], volume.shape[axes[2]]];
  const steps = [1, volume.shape[0], volume.shape[0] * volume.shape[1]];
  const voxels = new Int16Array(volume.voxels.length);
  let at = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++) {
        const from = [i, j, k].map((index, axis) => (turned[axis] ? shape[axis] - 1 - index : index));
        voxels[at++] = volume.voxels[from.reduce((sum, index, axis) => sum + index * steps[axes[axis]], 0)];
      }
    }
  }
  const affine = volume.affine.map((row) => {
    const columns = axes.map((axis, to) => (turned[to] ? -row[axis] : row[axis]));
    const offset = axes.reduce(
      (sum, axis, to) => sum + (turned[to] ? row[axis] * (shape[to] - 1) : 0),
      row[3],
    );
    return [...columns, offset];
  }) as Affine;
  const spacingMm: Volume['spacingMm'] = [
    volume.spacingMm[axes[0]],
    volume.spacingMm[axes[1]],
    volume.spacingMm[axes[2]],
  ];
  return { ...volume, voxels, shape, affine, spacingMm };
}
