import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import type { Grid } from '../volume/volume.ts';
import { type Contour, contourBlocks } from './contour-planes.ts';
import { numbers, optionalText, readNatural, sequence, text } from './natural-dataset.ts';
import type { Block, Segment, Segmentation } from './segmentation.ts';

export const RTSTRUCT_SOP_CLASS = '1.2.840.10008.5.1.4.1.1.481.3';

const CLOSED = ['CLOSED_PLANAR', 'CLOSEDPLANAR_XOR'];

/** Attributes of the RT Structure Set IOD (PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8). */
const StructureSet = z.object({
  StructureSetROISequence: sequence(z.object({ ROINumber: z.coerce.number(), ROIName: optionalText })),
  ROIContourSequence: sequence(
    z.object({
      ReferencedROINumber: z.coerce.number(),
      ContourSequence: sequence(z.object({ ContourGeometricType: text, ContourData: z.optional(numbers) })),
    }),
  ),
  RTROIObservationsSequence: sequence(
    z.object({
      ReferencedROINumber: z.coerce.number(),
      ROIObservationLabel: optionalText,
      RTROIInterpretedType: optionalText,
    }),
  ),
  ReferencedFrameOfReferenceSequence: sequence(
    z.object({
      RTReferencedStudySequence: sequence(
        z.object({ RTReferencedSeriesSequence: sequence(z.object({ SeriesInstanceUID: text })) }),
      ),
    }),
  ),
});
type StructureSet = z.output<typeof StructureSet>;

/**
 * An RT Structure Set: every ROI with closed planar contours is a segment; see `polygon.ts` for which voxels a
 * contour holds. Points and open contours are left out and reported.
 * @throws SEGMENTATION_UNREADABLE when it has no closed contour, or one of too few points
 */
export async function readRtstruct(file: Uint8Array, key: string): Promise<Segmentation> {
  const dataset = await readNatural(file, key, StructureSet);
  const ignored: string[] = [];
  const rois: { segment: Segment; contours: Contour[] }[] = [];
  for (const { ROINumber: number, ROIName } of dataset.StructureSetROISequence) {
    const items = dataset.ROIContourSequence.filter(
      ({ ReferencedROINumber }) => ReferencedROINumber === number,
    );
    const name = ROIName || `ROI ${number}`;
    const contours: Contour[] = [];
    for (const { ContourGeometricType: type, ContourData: data = [] } of items.flatMap(
      (i) => i.ContourSequence,
    )) {
      if (!CLOSED.includes(type)) ignored.push(`a contour of type ${type} of '${name}'`);
      else if (data.length < 9) ignored.push(`a contour of ${data.length / 3} points of '${name}'`);
      else if (data.length % 3 !== 0 || !data.every(Number.isFinite)) {
        const message = `${key}: a contour of '${name}' is not a list of points`;
        throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key] });
      } else contours.push(data.map((value, at) => (at % 3 === 2 ? value : -value)));
    }
    if (contours.length > 0)
      rois.push({ segment: { number, name, codes: codesOf(dataset, number) }, contours });
    else ignored.push(`'${name}', which has no closed contour`);
  }
  if (rois.length === 0) {
    throw new DatasetError('SEGMENTATION_UNREADABLE', `${key} has no closed contour`, { keys: [key] });
  }
  return {
    format: 'RTSTRUCT',
    referencedSeriesUid: dataset.ReferencedFrameOfReferenceSequence.flatMap((frame) =>
      frame.RTReferencedStudySequence.flatMap((study) => study.RTReferencedSeriesSequence),
    )[0]?.SeriesInstanceUID,
    segments: rois.map(({ segment }) => segment),
    *blocks(ct: Grid): Iterable<Block> {
      for (const [place, { contours, segment }] of rois.entries()) {
        yield* contourBlocks(contours, ct, place, `${key}: '${segment.name}'`);
      }
    },
    ignored,
  };
}

/** The interpreted type of an ROI (GTV, ORGAN, ...), as a code that a label map can name. */
function codesOf({ RTROIObservationsSequence: observations }: StructureSet, number: number): string[] {
  const types = observations
    .filter(({ ReferencedROINumber }) => ReferencedROINumber === number)
    .flatMap(({ RTROIInterpretedType }) => (RTROIInterpretedType ? [`RT:${RTROIInterpretedType}`] : []));
  return [...new Set(types)];
}
