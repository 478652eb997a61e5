import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import type { Grid, Volume } from '../volume/volume.ts';
import { type Painting, paint } from './paint.ts';
import type { Segment, Segmentation, SegmentationFormat } from './segmentation.ts';

/**
 * What segments are called in the labels file, by name, by code (`SCT:4147007`) or by number; null leaves a segment
 * out. Segments that are not named keep their own name.
 */
export const LabelMap = z.record(z.string(), z.nullable(z.string()));
export type LabelMap = z.output<typeof LabelMap>;

export interface MaskReport {
  format: SegmentationFormat;
  referencedSeriesUid: string | undefined;
  segments: {
    name: string;
    codes: string[];
    /** Value in the mask and its description; none when no voxel is left or the label map drops the segment. */
    value: number | undefined;
    description: string | undefined;
    voxels: number;
    volumeMl: number;
    /** Voxels on the segmentation's own grid, and how many of the CT were lost to later segments. */
    sourceVoxels: number;
    coveredVoxels: number;
  }[];
  /** Voxels claimed twice: the later segment has them. */
  overlaps: { kept: string; covered: string; voxels: number }[];
  ignored: string[];
}

export interface Mask {
  /** uint8, or uint16 where values above 255 are needed; the grid is the CT's. */
  volume: Volume;
  /** Descriptions by voxel value. */
  labels: Record<string, string>;
  report: MaskReport;
}

/**
 * A segmentation as a mask on the grid of a CT, with its labels. Values are the numbers of the segments in the file
 * where these tell all segments apart and fit 16 bits, else 1, 2, ... in the order of the file.
 * @throws MASK_EMPTY when no segment has a voxel, GEOMETRY_MISMATCH when all voxels lie off the CT's grid
 */
export function maskOn(segmentation: Segmentation, ct: Grid, key: string, labelMap: LabelMap = {}): Mask {
  const descriptions = segmentation.segments.map((segment) => describe(segment, labelMap));
  const kept = keptPlaces(descriptions);
  const painting = paint(keptBlocks(segmentation, ct, kept), segmentation.segments.length, ct);
  const counts = countPlaces(painting.places, segmentation.segments.length);
  if (counts.every((count) => count === 0)) throw emptyError(painting, key);
  const values = valuesOf(segmentation.segments, kept);
  const volume = maskVolume(painting.places, values, ct);
  const voxelMl = Math.abs(ct.spacingMm[0] * ct.spacingMm[1] * ct.spacingMm[2]) / 1000;
  const segments = segmentation.segments.map(({ name, codes }, place) => ({
    name,
    codes,
    value: counts[place] > 0 ? values[place] : undefined,
    description: descriptions[place],
    voxels: counts[place],
    volumeMl: counts[place] * voxelMl,
    sourceVoxels: painting.sourceVoxels[place],
    coveredVoxels: painting.overlaps
      .filter(({ covered }) => covered === place)
      .reduce((sum, { voxels }) => sum + voxels, 0),
  }));
  const labels: Record<string, string> = {};
  for (const { value, description } of segments.toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))) {
    if (value !== undefined && description !== undefined) labels[value] = description;
  }
  const nameOf = (place: number) => segmentation.segments[place].name;
  const overlaps = painting.overlaps.map(({ kept: winner, covered, voxels }) => ({
    kept: nameOf(winner),
    covered: nameOf(covered),
    voxels,
  }));
  const { format, referencedSeriesUid, ignored } = segmentation;
  return { volume, labels, report: { format, referencedSeriesUid, segments, overlaps, ignored } };
}

function describe(segment: Segment, labelMap: LabelMap): string | undefined {
  for (const name of [segment.name, ...segment.codes, String(segment.number)]) {
    if (Object.hasOwn(labelMap, name)) return labelMap[name] ?? undefined;
  }
  return segment.name;
}

function keptPlaces(descriptions: (string | undefined)[]): Set<number> {
  return new Set(descriptions.flatMap((description, place) => (description === undefined ? [] : [place])));
}

function* keptBlocks(segmentation: Segmentation, ct: Grid, kept: Set<number>) {
  for (const block of segmentation.blocks(ct)) {
    const segmentOf = new Map([...block.segmentOf].filter(([, place]) => kept.has(place)));
    if (segmentOf.size > 0) yield { ...block, segmentOf };
  }
}

function valuesOf(segments: Segment[], kept: Set<number>): number[] {
  const numbers = segments.filter((_, place) => kept.has(place)).map(({ number }) => number);
  const usable =
    new Set(numbers).size === numbers.length &&
    numbers.every((n) => Number.isInteger(n) && n >= 1 && n <= 0xffff);
  return segments.map(({ number }, place) => (usable ? number : place + 1));
}

function countPlaces(places: Uint16Array, segments: number): number[] {
  const counts = new Uint32Array(segments + 1);
  for (let v = 0; v < places.length; v++) counts[places[v]]++;
  return [...counts.subarray(1)];
}

function maskVolume(places: Uint16Array, values: number[], ct: Grid): Volume {
  const table = Uint16Array.from([0, ...values]);
  const voxels = Math.max(...values) > 255 ? new Uint16Array(places.length) : new Uint8Array(places.length);
  for (let v = 0; v < places.length; v++) voxels[v] = table[places[v]];
  return { voxels, shape: ct.shape, spacingMm: ct.spacingMm, affine: ct.affine, slope: 1, intercept: 0 };
}

function emptyError({ sourceVoxels }: Painting, key: string): DatasetError {
  const drawn = sourceVoxels.reduce((sum, count) => sum + count, 0);
  return drawn === 0
    ? new DatasetError('MASK_EMPTY', `${key}: no voxel of any segment that is kept`, { keys: [key] })
    : new DatasetError(
        'GEOMETRY_MISMATCH',
        `${key}: all ${drawn} voxels lie off the CT's grid; is it of another CT?`,
        {
          keys: [key],
        },
      );
}
