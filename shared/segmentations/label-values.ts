import { DatasetError } from '../errors.ts';

/** More distinct values than this are an image, not labels. */
const MOST_LABELS = 1024;

/**
 * The values other than 0 of a label map, ascending, and how many voxels each has.
 * @throws SEGMENTATION_UNREADABLE when the values are not labels: fractions, below 0, or too many different ones
 */
export function integerLabels(
  voxels: ArrayLike<number>,
  key: string,
): { values: number[]; counts: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let from = 0; from < voxels.length; ) {
    const value = voxels[from];
    let to = from + 1;
    while (to < voxels.length && voxels[to] === value) to++;
    if (value !== 0) {
      counts.set(value, (counts.get(value) ?? 0) + to - from);
      if (value < 0 || !Number.isInteger(value) || counts.size > MOST_LABELS) {
        const message = `${key} holds an image, not labels (value ${value}, ${counts.size} different ones so far)`;
        throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key] });
      }
    }
    from = to;
  }
  return { values: [...counts.keys()].sort((a, b) => a - b), counts };
}
