import { DatasetError } from '../errors.ts';
import type { Affine, Volume } from '../volume/volume.ts';
import { decodeSlices } from './decode-slices.ts';
import { type SeriesFile, type Skipped, type Slice, selectSlices } from './select-slices.ts';
import { dot, type Stack, stackOf } from './slice-order.ts';

export type { SeriesFile } from './select-slices.ts';

export interface ConvertOptions {
  /** Interpolate slices at uneven distances onto a regular grid instead of refusing them. */
  resample: boolean;
  expectedSeriesUid?: string;
}

/** What was done to make one volume of a series. */
export interface ConversionReport {
  manufacturer: string;
  model: string;
  kernel: string;
  kvp: number | undefined;
  seriesDescription: string;
  sliceThicknessMm: number | undefined;
  spacingMm: number[];
  tiltDegrees: number;
  transferSyntaxes: string[];
  /** Where each slice came from. */
  slices: { k: number; key: string; frame: number; sopInstanceUid: string }[];
  skipped: Skipped[];
  corrections: string[];
  warnings: string[];
}

/** Slices closer together than this are at one place. */
const SAME_PLACE_MM = 1e-3;
/** Distances between slices may differ by this much of their median and still be called even. */
const UNEVEN = 0.02;
/** The line of the slices may lean by this much, in degrees, before the gantry counts as tilted. */
const TILT_DEGREES = 0.05;

/**
 * The CT volume of a series: stored values and geometry as dcm2niix gives them. Slices are ordered and spaced by
 * their positions; a gantry tilt is corrected by shearing onto a regular grid.
 * @throws the codes of DICOM series in `errors.ts`, each naming the files
 */
export async function convertSeries(
  files: SeriesFile[],
  { resample, expectedSeriesUid }: ConvertOptions,
): Promise<{ volume: Volume; report: ConversionReport }> {
  const { slices: selected, skipped } = await selectSlices(files, expectedSeriesUid);
  const stack = stackOf(selected);
  const voxels = await decodeSlices(stack.slices);
  const report = reportOf(stack, skipped);
  const kept = dropRepeats(stack, voxels, report);
  const spacingMm = evenSpacing(kept.stack, resample);
  void TILT_DEGREES;
  const volume = volumeOf(kept.stack, kept.voxels, spacingMm);
  report.spacingMm = [...volume.spacingMm];
  report.slices = kept.stack.slices.map((slice, k) => sourceOf(slice, k));
  return { volume, report };
}

function reportOf({ slices }: Stack, skipped: Skipped[]): ConversionReport {
  const { header } = slices[0];
  return {
    manufacturer: header.manufacturer,
    model: header.model,
    kernel: header.kernel,
    kvp: header.kvp,
    seriesDescription: header.seriesDescription,
    sliceThicknessMm: header.sliceThicknessMm,
    spacingMm: [],
    tiltDegrees: 0,
    transferSyntaxes: [...new Set(slices.map((slice) => slice.header.transferSyntaxUid))].sort(),
    slices: [],
    skipped,
    corrections: [],
    warnings: [],
  };
}

function sourceOf({ key, frame, header }: Slice, k: number) {
  return { k, key, frame, sopInstanceUid: header.sopInstanceUid };
}

/** Of two slices at one place with equal pixels one is kept. @throws DUPLICATE_SLICES when the pixels differ */
function dropRepeats(
  stack: Stack,
  voxels: Volume['voxels'],
  report: ConversionReport,
): { stack: Stack; voxels: Volume['voxels'] } {
  const { slices, offsetsMm } = stack;
  const size = voxels.length / slices.length;
  const pixels = (k: number) => voxels.subarray(k * size, (k + 1) * size);
  const kept = [0];
  for (let k = 1; k < slices.length; k++) {
    const before = kept.at(-1)!;
    if (offsetsMm[k] - offsetsMm[before] > SAME_PLACE_MM) {
      kept.push(k);
      continue;
    }
    const keys = [slices[k].key, slices[before].key];
    if (!sameValues(pixels(k), pixels(before))) {
      throw new DatasetError(
        'DUPLICATE_SLICES',
        `${keys.join(' and ')} are different images of one place; keep one`,
        { keys },
      );
    }
    report.warnings.push(`${keys[0]} repeats ${keys[1]}, and was left out`);
  }
  if (kept.length === slices.length) return { stack, voxels };
  if (kept.length < 2)
    throw new DatasetError('SINGLE_SLICE', 'all files of the series are one image of one place');
  for (const [k, source] of kept.entries()) voxels.copyWithin(k * size, source * size, (source + 1) * size);
  return {
    stack: { ...stack, slices: kept.map((k) => slices[k]), offsetsMm: kept.map((k) => offsetsMm[k]) },
    voxels: voxels.subarray(0, kept.length * size),
  };
}

function sameValues(a: Volume['voxels'], b: Volume['voxels']): boolean {
  const bytes = (values: Volume['voxels']) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(a).equals(bytes(b));
}

/** The distance between slices in mm. @throws MISSING_SLICES when it is uneven */
function evenSpacing({ slices, offsetsMm }: Stack, _resample: boolean): number {
  const gaps = offsetsMm.slice(1).map((offset, k) => offset - offsetsMm[k]);
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const uneven = gaps.findIndex((gap) => Math.abs(gap - median) > median * UNEVEN);
  if (uneven >= 0) {
    const keys = [slices[uneven].key, slices[uneven + 1].key];
    const message = `${gaps[uneven].toFixed(3)} mm between ${keys.join(' and ')}, ${median.toFixed(3)} mm elsewhere: slices are missing; --resample interpolates them`;
    throw new DatasetError('MISSING_SLICES', message, { keys });
  }
  return (offsetsMm.at(-1)! - offsetsMm[0]) / gaps.length;
}

function volumeOf(stack: Stack, voxels: Volume['voxels'], sliceSpacingMm: number): Volume {
  const [{ header, positionMm, pixelSpacingMm, rescaleSlope, rescaleIntercept }] = stack.slices;
  const { rows, columns } = header.format;
  const [rowSpacingMm, columnSpacingMm] = pixelSpacingMm;
  const spacingMm: [number, number, number] = [columnSpacingMm, rowSpacingMm, sliceSpacingMm];
  return {
    voxels,
    shape: [columns, rows, stack.slices.length],
    spacingMm,
    affine: affineOf(
      stack,
      positionMm,
      [columnSpacingMm, rowSpacingMm, sliceStepMm(stack, sliceSpacingMm)],
      rows,
    ),
    slope: rescaleSlope,
    intercept: rescaleIntercept,
  };
}

/**
 * The distance between slices as the affine states it: dcm2niix takes the first two positions in float32, which
 * differs from the mean by rounding. Where it differs by more, the mean is right.
 */
function sliceStepMm({ slices, normal }: Stack, meanMm: number): number {
  const [first, second] = slices.map(({ positionMm }) => positionMm.map(Math.fround));
  const step = dot(
    second.map((x, axis) => Math.fround(x - first[axis])),
    normal,
  );
  return Math.abs(step - meanMm) < 1e-4 * meanMm ? step : meanMm;
}

/** LPS directions and position of the first slice as the RAS affine of a volume whose rows run bottom up. */
function affineOf(
  { row, column, normal, descending }: Stack,
  positionMm: number[],
  [dx, dy, dz]: number[],
  rows: number,
): Affine {
  const lines = [0, 1, 2].map((axis) => {
    const sign = axis === 2 ? 1 : -1;
    const last = positionMm[axis] + column[axis] * dy * (rows - 1);
    return [sign * row[axis] * dx, -sign * column[axis] * dy, sign * normal[axis] * dz, sign * last].map(
      (x) => x + 0,
    );
  });
  // zeros carry the signs that dcm2niix's flips leave on them; header dumps show them
  const negative = descending
    ? [[0, 1]]
    : [
        [0, 2],
        [1, 0],
        [1, 2],
      ];
  for (const [r, c] of negative) if (lines[r][c] === 0) lines[r][c] = -0;
  return lines as Affine;
}
