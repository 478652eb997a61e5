import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import { readNifti } from '../nifti/read.ts';
import { integerLabels } from './label-values.ts';
import type { Segmentation } from './segmentation.ts';

const Labels = z.record(z.string().check(z.regex(/^\d+$/)), z.string());

/**
 * A plain label map as NIfTI: every value but 0 is a segment, named by the labels file (`{"<value>": "<description>"}`)
 * where there is one, else by its value. Values that the labels file does not name are left out and reported.
 * @param labelsText the JSON text of the labels file
 * @throws NIFTI_UNREADABLE, LABELS_UNREADABLE
 */
export function readLabelNifti(file: Uint8Array, key: string, labelsText?: string): Segmentation {
  const volume = readNifti(file, key);
  const names = labelsText === undefined ? undefined : parseLabels(labelsText, key);
  const { values, counts } = integerLabels(volume.voxels, key);
  const named = values.filter((value) => !names || names.has(value));
  const unnamed = values.filter((value) => names && !names.has(value));
  return {
    format: 'label NIfTI',
    referencedSeriesUid: undefined,
    segments: named.map((number) => ({ number, name: names?.get(number) ?? String(number), codes: [] })),
    blocks: () => [
      {
        shape: volume.shape,
        affine: volume.affine,
        voxels: volume.voxels,
        segmentOf: new Map(named.map((value, place) => [value, place])),
      },
    ],
    ignored: unnamed.map((value) => `${counts.get(value)} voxels of value ${value}, which has no label`),
  };
}

function parseLabels(text: string, key: string): Map<number, string> {
  try {
    const labels = Labels.parse(JSON.parse(text));
    return new Map(Object.entries(labels).map(([value, name]) => [Number(value), name.trim()]));
  } catch (cause) {
    const message = `the labels file of ${key} is not a JSON object from voxel values to descriptions`;
    throw new DatasetError('LABELS_UNREADABLE', message, { keys: [key], cause });
  }
}
