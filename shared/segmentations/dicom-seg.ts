import * as z from 'zod/mini';
import { readHeader } from '../dicom/header.ts';
import { DatasetError } from '../errors.ts';
import type { Grid, Shape } from '../volume/volume.ts';
import { cross, dot, fromLps, type Point, scaled, unit } from './affine.ts';
import { optionalNumber, optionalText, readNatural, sequence, text } from './natural-dataset.ts';
import { decodeSegFrames } from './seg-frames.ts';
import type { Block, Segment, Segmentation } from './segmentation.ts';

export const SEG_SOP_CLASSES = ['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'];

const Code = z.object({
  CodeValue: optionalText,
  LongCodeValue: optionalText,
  CodingSchemeDesignator: optionalText,
  CodeMeaning: optionalText,
});
const PixelMeasures = z.object({ SpacingBetweenSlices: optionalNumber, SliceThickness: optionalNumber });
const FunctionalGroups = z.object({
  PixelMeasuresSequence: sequence(PixelMeasures),
  SegmentIdentificationSequence: sequence(z.object({ ReferencedSegmentNumber: z.coerce.number() })),
});
/** Attributes of the Segmentation IOD (PS3.3 A.51, C.8.20). */
const SegDataset = z.object({
  SegmentationType: text,
  MaximumFractionalValue: optionalNumber,
  PixelPaddingValue: optionalNumber,
  SegmentSequence: sequence(
    z.object({
      SegmentNumber: z.coerce.number(),
      SegmentLabel: optionalText,
      SegmentDescription: optionalText,
      SegmentedPropertyTypeCodeSequence: sequence(Code),
      SegmentedPropertyCategoryCodeSequence: sequence(Code),
    }),
  ),
  SharedFunctionalGroupsSequence: sequence(FunctionalGroups),
  PerFrameFunctionalGroupsSequence: sequence(FunctionalGroups),
  ReferencedSeriesSequence: sequence(z.object({ SeriesInstanceUID: text })),
});
type SegDataset = z.output<typeof SegDataset>;

/**
 * A DICOM Segmentation (BINARY, FRACTIONAL, or a label map, SOP classes ...66.4 and ...66.7) in any transfer syntax
 * that decodes here. Each frame is a slab where its own position says; frames that the file leaves out are empty.
 * @param threshold a FRACTIONAL voxel belongs to its segment from this fraction of Maximum Fractional Value on
 * @throws SEGMENTATION_UNREADABLE, and the codes of pixel data
 */
export async function readDicomSeg(file: Uint8Array, key: string, threshold = 0.5): Promise<Segmentation> {
  const dataset = await readNatural(file, key, SegDataset);
  const header = readHeader(file);
  const fail = (what: string) =>
    new DatasetError('SEGMENTATION_UNREADABLE', `${key}: ${what}`, { keys: [key] });
  const type = dataset.SegmentationType;
  if (!['BINARY', 'FRACTIONAL', 'LABELMAP'].includes(type)) throw fail(`Segmentation Type '${type}'`);
  const segments = dataset.SegmentSequence.map(segmentOf).filter(({ number }) => number > 0);
  if (segments.length === 0) throw fail('it describes no segment');
  const placeOf = new Map(segments.map(({ number }, place) => [number, place]));

  const planes = header.frames.map(({ positionMm, orientation, pixelSpacingMm }, frame) => {
    if (!positionMm || !orientation || !pixelSpacingMm) {
      throw fail(`frame ${frame + 1} has no position, orientation or pixel spacing; it cannot be placed`);
    }
    const row = orientation.slice(0, 3) as Point;
    const column = orientation.slice(3, 6) as Point;
    const normal = unit(cross(row, column));
    return { position: positionMm as Point, row, column, normal, spacing: pixelSpacingMm };
  });
  const thicknessMm = slabThickness(dataset, planes);
  const segmentsOfFrames = planes.map((_, frame) => {
    if (type === 'LABELMAP') return new Map([...placeOf].filter(([n]) => n !== dataset.PixelPaddingValue));
    const number = segmentNumberOf(dataset, frame);
    const place = number === undefined ? undefined : placeOf.get(number);
    if (place === undefined) throw fail(`frame ${frame + 1} is of segment ${number}, which is not described`);
    return new Map([[1, place]]);
  });
  const frameVoxels = await decodeSegFrames(header, key, {
    binary: type === 'BINARY',
    atLeast: type === 'FRACTIONAL' ? threshold * (dataset.MaximumFractionalValue ?? 255) : undefined,
  });
  const shape: Shape = [header.format.columns, header.format.rows, 1];

  function* blocks(ct: Grid): Iterable<Block> {
    for (const [frame, { position, row, column, normal, spacing }] of planes.entries()) {
      const thickness = thicknessMm ?? ct.spacingMm[2];
      const steps: [Point, Point, Point] = [
        scaled(row, spacing[1]),
        scaled(column, spacing[0]),
        scaled(normal, thickness),
      ];
      yield {
        shape,
        affine: fromLps(steps, position),
        voxels: frameVoxels(frame),
        segmentOf: segmentsOfFrames[frame],
      };
    }
  }
  return {
    format: 'DICOM SEG',
    referencedSeriesUid: dataset.ReferencedSeriesSequence[0]?.SeriesInstanceUID,
    segments,
    blocks,
    ignored: [],
  };
}

function segmentOf(item: SegDataset['SegmentSequence'][number]): Segment {
  const coded = [...item.SegmentedPropertyTypeCodeSequence, ...item.SegmentedPropertyCategoryCodeSequence];
  return {
    number: item.SegmentNumber,
    name:
      item.SegmentLabel ||
      item.SegmentDescription ||
      coded[0]?.CodeMeaning ||
      `segment ${item.SegmentNumber}`,
    codes: coded.flatMap(({ CodingSchemeDesignator, CodeValue, LongCodeValue }) =>
      CodingSchemeDesignator && (CodeValue || LongCodeValue)
        ? [`${CodingSchemeDesignator}:${CodeValue || LongCodeValue}`]
        : [],
    ),
  };
}

function segmentNumberOf(dataset: SegDataset, frame: number): number | undefined {
  const groups = [dataset.PerFrameFunctionalGroupsSequence[frame], dataset.SharedFunctionalGroupsSequence[0]];
  return groups
    .map((group) => group?.SegmentIdentificationSequence[0]?.ReferencedSegmentNumber)
    .find(Boolean);
}

/**
 * How thick a frame's slab is: the distance between slices that the file states, else the smallest one between its
 * frames, else the slice thickness, which may be less or more than the distance. Undefined when nothing says.
 */
function slabThickness(
  dataset: SegDataset,
  planes: { position: Point; normal: Point }[],
): number | undefined {
  const measures = [
    ...dataset.SharedFunctionalGroupsSequence,
    ...dataset.PerFrameFunctionalGroupsSequence,
  ].flatMap((group) => group.PixelMeasuresSequence);
  const stated = measures.find(({ SpacingBetweenSlices: spacing }) => spacing)?.SpacingBetweenSlices;
  if (stated) return Math.abs(stated);
  const [{ normal }] = planes;
  const offsets = planes.map(({ position }) => dot(position, normal)).sort((a, b) => a - b);
  const gaps = offsets
    .slice(1)
    .map((offset, at) => offset - offsets[at])
    .filter((gap) => gap > 1e-3);
  if (gaps.length > 0) return Math.min(...gaps);
  return measures.find(({ SliceThickness: thickness }) => thickness)?.SliceThickness;
}
