import { DatasetError } from '../errors.ts';
import type { Volume, VoxelArray } from '../volume/volume.ts';
import { type Components, connectedComponents } from './labelling.ts';
import { paintRuns, type Runs, runsOf } from './runs.ts';
import type { Translate } from './vocabulary.ts';

export interface AcceptOptions {
  minSize: number;
  minSizeUnits: 'voxels' | 'ml';
  minSlices: number;
}

/** One component of a drawn mask: a row of objects_results.csv without its file columns. */
export interface LesionObject {
  removed: boolean;
  label_value: number;
  label_description_sp: string;
  label_description_en: string;
  size_voxels: number;
  volume_ml: number;
  slices_count: number;
}

export interface Instances {
  /** Each accepted component under its number; the numbers of rejected ones stay unused. */
  mask: Volume;
  /** The rejected components under theirs. */
  rejected(): Volume;
  /** English description of each accepted component, by number. */
  labels: Record<string, string>;
  objects: LesionObject[];
  /** Values in the mask that the labels do not name, and how many voxels have them. */
  unlabelled: Record<string, number>;
}

/**
 * Splits a drawn mask into lesion instances: the 26-connected components of each description, numbered in raster
 * order. Values with the same description are one class; values without one are background.
 * @param labels description of each voxel value, as the annotator wrote it
 * @throws LABEL_UNMAPPED, MASK_EMPTY, LABELS_UNREADABLE for a value that is no positive integer
 */
export function instancesOf(
  mask: Volume,
  labels: Record<string, string>,
  options: AcceptOptions,
  translate: Translate,
): Instances {
  const voxels = integersOf(mask);
  const classOf = classesOf(labels);
  const runs = runsOf({ voxels, shape: mask.shape }, classOf);
  if (runs.count === 0) {
    throw new DatasetError('MASK_EMPTY', 'no voxel of the mask has a value that the labels name');
  }
  const components = connectedComponents(runs);
  const sizes = measure(runs, components);
  const rawValues = mostFrequentValues(runs, components);
  const voxelMl = (mask.spacingMm[0] * mask.spacingMm[1] * mask.spacingMm[2]) / 1000;
  const objects = sizes.map(({ voxels: size, slices }, index): LesionObject => {
    const description = labels[rawValues[index]];
    const volumeMl = size * voxelMl;
    const extent = options.minSizeUnits === 'ml' ? volumeMl : size;
    return {
      removed: extent < options.minSize || slices < options.minSlices,
      label_value: index + 1,
      label_description_sp: description.replace(/\s*,\s*/g, ','),
      label_description_en: englishOf(rawValues[index], description, translate),
      size_voxels: size,
      volume_ml: volumeMl,
      slices_count: slices,
    };
  });
  const paint = (removed: boolean) => paintObjects(mask, runs, components, objects, removed);
  return {
    mask: paint(false),
    rejected: () => paint(true),
    labels: Object.fromEntries(
      objects
        .filter((object) => !object.removed)
        .map((object) => [object.label_value, object.label_description_en]),
    ),
    objects,
    unlabelled: Object.fromEntries(runs.background),
  };
}

function englishOf(value: number, description: string, translate: Translate): string {
  try {
    return translate(description);
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new DatasetError(error.code, `voxel value ${value}: ${error.message}`, { cause: error });
  }
}

/** The values of a mask; those saved as floats, or scaled, are whole numbers all the same. */
function integersOf({ voxels, slope, intercept }: Volume): VoxelArray {
  const scaled = slope !== 1 || intercept !== 0;
  if (!scaled && !(voxels instanceof Float32Array || voxels instanceof Float64Array)) return voxels;
  const values = scaled ? Float64Array.from(voxels, (stored) => stored * slope + intercept) : voxels;
  const fraction = values.find((value) => !Number.isInteger(value) || Math.abs(value) > 2 ** 31 - 1);
  if (fraction !== undefined) {
    throw new DatasetError(
      'NIFTI_UNREADABLE',
      `the mask holds ${fraction}; its values must be whole numbers`,
    );
  }
  return new Int32Array(values);
}

/** Largest voxel value a class table is made for; a mask with higher ones is not of drawn lesions. */
const HIGHEST_VALUE = 1 << 20;

function classesOf(labels: Record<string, string>): Int32Array {
  const values = Object.keys(labels).map(Number);
  const wrong = values.find((value) => !Number.isInteger(value) || value <= 0 || value > HIGHEST_VALUE);
  if (wrong !== undefined) {
    const key = Object.keys(labels)[values.indexOf(wrong)];
    throw new DatasetError('LABELS_UNREADABLE', `'${key}' is no voxel value; they are whole numbers above 0`);
  }
  const descriptions = [...new Set(Object.values(labels))];
  const classOf = new Int32Array(Math.max(0, ...values) + 1);
  for (const value of values) classOf[value] = descriptions.indexOf(labels[value]) + 1;
  return classOf;
}

/** Voxels of each component, and the slices it spans: a connected one has no slice left out. */
function measure(
  { count: runCount, from, to, shape }: Runs,
  { count, ofRun }: Components,
): { voxels: number; slices: number }[] {
  const voxels = new Int32Array(count + 1);
  const first = new Int32Array(count + 1);
  const last = new Int32Array(count + 1);
  for (let run = 0; run < runCount; run++) {
    const component = ofRun[run];
    if (voxels[component] === 0) first[component] = from[run];
    last[component] = from[run];
    voxels[component] += to[run] - from[run];
  }
  const sliceOf = (voxel: number) => Math.floor(voxel / (shape[0] * shape[1]));
  return Array.from({ length: count }, (_, i) => ({
    voxels: voxels[i + 1],
    slices: sliceOf(last[i + 1]) - sliceOf(first[i + 1]) + 1,
  }));
}

/** The voxel value that occurs most often in each component, the lowest on ties. */
function mostFrequentValues(
  { count: runCount, from, to, value }: Runs,
  { count, ofRun }: Components,
): number[] {
  const counts = Array.from({ length: count }, () => new Map<number, number>());
  for (let run = 0; run < runCount; run++) {
    const ofValue = counts[ofRun[run] - 1];
    ofValue.set(value[run], (ofValue.get(value[run]) ?? 0) + to[run] - from[run]);
  }
  return counts.map((ofValue) => [...ofValue].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0][0]);
}

function paintObjects(
  { voxels: drawn, shape, spacingMm, affine }: Volume,
  runs: Runs,
  { count, ofRun }: Components,
  objects: LesionObject[],
  removed: boolean,
): Volume {
  const numbers = new Int32Array(count + 1);
  for (const object of objects) {
    if (object.removed === removed) numbers[object.label_value] = object.label_value;
  }
  const voxels = roomFor(
    drawn,
    numbers.reduce((max, number) => Math.max(max, number), 0),
  );
  paintRuns(
    runs,
    ofRun.map((component) => numbers[component]),
    voxels,
  );
  return { shape, spacingMm, affine, voxels, slope: 1, intercept: 0 };
}

/** Zeros of the mask's own type, or of the next wider unsigned one that holds `largest`. */
function roomFor(voxels: VoxelArray, largest: number): VoxelArray {
  const n = voxels.length;
  if (voxels instanceof Uint8Array && largest < 2 ** 8) return new Uint8Array(n);
  if (voxels instanceof Int8Array && largest < 2 ** 7) return new Int8Array(n);
  if (voxels instanceof Int16Array && largest < 2 ** 15) return new Int16Array(n);
  if (voxels instanceof Int32Array) return new Int32Array(n);
  if (voxels instanceof Float32Array && largest < 2 ** 24) return new Float32Array(n);
  if (voxels instanceof Float64Array) return new Float64Array(n);
  if (voxels.BYTES_PER_ELEMENT <= 2 && largest < 2 ** 16) return new Uint16Array(n);
  return new Uint32Array(n);
}
