import type { SeriesFile } from '../../shared/dicom/series.ts';
import { dicomFile, SYNTAX, type WriteOptions, type WrittenElement } from './write-dicom.ts';

/** A made-up CT slice of 3 columns and 4 rows; what is not given has a plain value. */
export interface SliceOptions {
  z?: number;
  position?: number[];
  orientation?: number[];
  spacing?: number[];
  rows?: number;
  columns?: number;
  pixels?: Int16Array;
  seriesUid?: string;
  sopClass?: string;
  imageType?: string;
  slope?: string;
  intercept?: string;
  /** Elements to put in, or in the place of those with the same tag; a value of undefined leaves one out. */
  change?: Record<number, WrittenElement | undefined>;
  write?: WriteOptions;
}

export const CT = '1.2.840.10008.5.1.4.1.1.2';
export const ENHANCED_CT = '1.2.840.10008.5.1.4.1.1.2.1';

export function sliceElements(options: SliceOptions): WrittenElement[] {
  const { z = 0, rows = 4, columns = 3 } = options;
  const pixels = options.pixels ?? pixelsOf(z, rows * columns);
  const elements: WrittenElement[] = [
    [0x00080008, 'CS', options.imageType ?? 'ORIGINAL\\PRIMARY\\AXIAL'],
    [0x00080016, 'UI', options.sopClass ?? CT],
    [0x00080018, 'UI', `1.2.3.${Math.round((z + 1000) * 100)}`],
    [0x00080060, 'CS', 'CT'],
    [0x00180050, 'DS', '7.5'],
    [0x0020000d, 'UI', '1.2.1'],
    [0x0020000e, 'UI', options.seriesUid ?? '1.2.2'],
    [0x00200013, 'IS', String(Math.round(z) + 1000)],
    [0x00200032, 'DS', (options.position ?? [-10, -20, z]).join('\\')],
    [0x00200037, 'DS', (options.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\')],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', rows],
    [0x00280011, 'US', columns],
    [0x00280030, 'DS', (options.spacing ?? [2, 0.5]).join('\\')],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 16],
    [0x00280102, 'US', 15],
    [0x00280103, 'US', 1],
    [0x00281052, 'DS', options.intercept ?? '-1024'],
    [0x00281053, 'DS', options.slope ?? '1'],
    [0x7fe00010, 'OW', new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)],
  ];
  const changed = new Map(elements.map((element) => [element[0], element]));
  for (const [tag, element] of Object.entries(options.change ?? {})) {
    if (element) changed.set(Number(tag), element);
    else changed.delete(Number(tag));
  }
  return [...changed.values()].sort(([a], [b]) => a - b);
}

/** Values that tell slice, row and column apart: `z`, then the place in the slice. */
export function pixelsOf(z: number, count: number): Int16Array {
  return Int16Array.from({ length: count }, (_, place) => Math.round(z * 100) + place);
}

export function sliceFile(options: SliceOptions = {}): Uint8Array {
  return dicomFile(sliceElements(options), { syntax: SYNTAX.explicit, ...options.write });
}

export function seriesFile(key: string, bytes: Uint8Array): SeriesFile {
  return { key, read: async () => bytes };
}

/** A file a slice, named by its place in the list. */
export function series(slices: SliceOptions[]): SeriesFile[] {
  return slices.map((slice, i) => seriesFile(`${i}.dcm`, sliceFile(slice)));
}
