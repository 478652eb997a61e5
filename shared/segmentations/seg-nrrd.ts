import { DatasetError } from '../errors.ts';
import { integerLabels } from './label-values.ts';
import { readNrrd } from './nrrd.ts';
import type { Block, Segment, Segmentation } from './segmentation.ts';

/**
 * A 3D Slicer segmentation (`.seg.nrrd`), or a plain label map as NRRD. Slicer describes each segment by the
 * header keys `SegmentN_Name`, `_LabelValue`, `_Layer` and `_Tags`; before Slicer 4.11 there is a layer a segment and
 * no label value. In a plain label map every value is a segment.
 * @throws SEGMENTATION_UNREADABLE
 */
export function readSegNrrd(file: Uint8Array, key: string): Segmentation {
  const { shape, affine, layers, keyValues } = readNrrd(file, key);
  const described = slicerSegments(keyValues, layers.length, key);
  const found = described.length > 0 ? described : plainSegments(layers, key);
  const blocks: Block[] = layers.map((voxels, layer) => {
    const segmentOf = new Map<number, number>();
    for (const [place, segment] of found.entries()) {
      if (segment.layer === layer) segmentOf.set(segment.number, place);
    }
    return { shape, affine, voxels, segmentOf };
  });
  return {
    format: 'seg.nrrd',
    referencedSeriesUid: undefined,
    segments: found.map(({ number, name, codes }) => ({ number, name, codes })),
    blocks: () => blocks,
    ignored: [],
  };
}

interface LayeredSegment extends Segment {
  layer: number;
}

function slicerSegments(keyValues: Map<string, string>, layers: number, key: string): LayeredSegment[] {
  const indices = [...keyValues.keys()].flatMap((name) => /^Segment(\d+)_ID$/.exec(name)?.[1] ?? []);
  return indices
    .map(Number)
    .sort((a, b) => a - b)
    .map((index) => {
      const value = (name: string) => keyValues.get(`Segment${index}_${name}`);
      const layer = Number(value('Layer') ?? index);
      const number = Number(value('LabelValue') ?? 1);
      if (!Number.isInteger(number) || !(layer >= 0 && layer < layers)) {
        const message = `${key}: segment ${index} is value ${number} of layer ${layer}, but there are ${layers} layers`;
        throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key] });
      }
      return {
        layer,
        number,
        name: (value('Name') ?? value('ID') ?? '').trim(),
        codes: terminologyCodes(value('Tags') ?? ''),
      };
    });
}

/** Slicer's `TerminologyEntry:<context>~<category>~<type>~<modifier>~...`: the codes of type and category. */
function terminologyCodes(tags: string): string[] {
  const entry = tags.split('|').find((tag) => tag.startsWith('TerminologyEntry:'));
  const [, category, type] = (entry ?? '').split('~');
  return [type, category].flatMap((coded) => {
    const [scheme, code] = (coded ?? '').split('^');
    return scheme && code ? [`${scheme}:${code}`] : [];
  });
}

function plainSegments(layers: ArrayLike<number>[], key: string): LayeredSegment[] {
  return layers.flatMap((voxels, layer) =>
    integerLabels(voxels, key).values.map((number) => ({ layer, number, name: String(number), codes: [] })),
  );
}
