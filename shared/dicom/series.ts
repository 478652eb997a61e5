import { DatasetError } from '../errors.ts';
import type { Crew } from '../threads/shared-work.ts';
import type { Affine, Volume } from '../volume/volume.ts';
import type { StoredValues } from './codecs/frame.ts';
import { decodeSlices } from './decode-slices.ts';
import type { DicomHeader } from './header.ts';
import { evenlySpaced } from './resample.ts';
import { type SeriesFile, type Skipped, type Slice, selectSlices } from './select-slices.ts';
import { dot, type Stack, stackOf } from './slice-order.ts';
import { shear, tiltOf } from './tilt.ts';

export type { SeriesFile } from './select-slices.ts';

export interface ConvertOptions {
  /** Interpolate slices at uneven distances onto a regular grid instead of refusing them. */
  resample: boolean;
  expectedSeriesUid?: string;
  /** Threads that may help to decode. */
  crew?: Crew | undefined;
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

/**
 * The CT volume of a series: stored values and geometry as dcm2niix gives them. Slices are ordered and spaced by
 * their positions; a gantry tilt is corrected by shearing onto a regular grid.
 * @throws the codes of DICOM series in `errors.ts`, each naming the files
 */
export async function convertSeries(
  files: SeriesFile[],
  { resample, expectedSeriesUid, crew }: ConvertOptions,
): Promise<{ volume: Volume; report: ConversionReport }> {
  const { slices: selected, skipped } = await selectSlices(files, expectedSeriesUid);
  const all = stackOf(selected);
  const report = reportOf(all, skipped);
  const decoded = await decodeSlices(all.slices, crew);
  const { stack, voxels } = dropRepeats(all, decoded, report);
  report.slices = stack.slices.map((slice, k) => sourceOf(slice, k));
  const gap = unevenGap(stack);
  if (gap && !resample) throw gap;
  const volume = onRegularGrid(stack, voxels, gap !== undefined, report);
  report.spacingMm = [...volume.spacingMm];
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
  voxels: StoredValues,
  report: ConversionReport,
): { stack: Stack; voxels: StoredValues } {
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

function sameValues(a: StoredValues, b: StoredValues): boolean {
  const bytes = (values: StoredValues) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return bytes(a).equals(bytes(b));
}

/** The failure that names the first uneven distance between slices, if there is one. */
function unevenGap({ slices, offsetsMm }: Stack): DatasetError | undefined {
  const gaps = offsetsMm.slice(1).map((offset, k) => offset - offsetsMm[k]);
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const uneven = gaps.findIndex((gap) => Math.abs(gap - median) > median * UNEVEN);
  if (uneven < 0) return undefined;
  const keys = [slices[uneven].key, slices[uneven + 1].key];
  const message = `${gaps[uneven].toFixed(3)} mm between ${keys.join(' and ')}, ${median.toFixed(3)} mm elsewhere: slices are missing; find them, or interpolate with --resample`;
  return new DatasetError('MISSING_SLICES', message, { keys });
}

/** Shears what is tilted and resamples what is uneven; the report says so. */
function onRegularGrid(
  stack: Stack,
  decoded: StoredValues,
  uneven: boolean,
  report: ConversionReport,
): Volume {
  const [{ header, positionMm, pixelSpacingMm, rescaleSlope, rescaleIntercept }] = stack.slices;
  const { columns } = header.format;
  const [rowSpacingMm, columnSpacingMm] = pixelSpacingMm;
  let { rows } = header.format;
  let [voxels, rowsBelow, slices] = [decoded, 0, stack.slices.length];
  let sliceSpacingMm = (stack.offsetsMm[slices - 1] - stack.offsetsMm[0]) / (slices - 1);
  const tilt = tiltOf(stack);
  if (tilt) {
    const padding = paddingOf(header, voxels);
    ({ voxels, rows, rowsBelow } = shear(voxels, [columns, rows], tilt.shiftsRows, padding));
    report.tiltDegrees = Number(tilt.degrees.toFixed(2));
    report.corrections.push(`gantry tilt of ${report.tiltDegrees} degrees sheared onto a regular grid`);
  }
  if (uneven) {
    ({ voxels, slices, spacingMm: sliceSpacingMm } = evenlySpaced(voxels, stack.offsetsMm));
    report.corrections.push(`${stack.slices.length} unevenly spaced slices interpolated to ${slices}`);
  }
  const stepMm = sliceStepMm(stack, sliceSpacingMm);
  return {
    voxels,
    shape: [columns, rows, slices],
    spacingMm: [columnSpacingMm, rowSpacingMm, sliceSpacingMm],
    affine: affineOf(
      stack,
      positionMm,
      [columnSpacingMm, rowSpacingMm, stepMm],
      header.format.rows + rowsBelow,
    ),
    slope: rescaleSlope,
    intercept: rescaleIntercept,
  };
}

/** Pixel Padding Value as the voxels hold it: the header's 16 bits, signed where they are. */
function paddingOf({ pixelPaddingValue }: DicomHeader, voxels: StoredValues): number | undefined {
  if (pixelPaddingValue === undefined) return undefined;
  return voxels instanceof Int16Array ? (pixelPaddingValue << 16) >> 16 : pixelPaddingValue;
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
