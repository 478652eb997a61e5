import { DatasetError } from '../errors.ts';
import { DICOM_DIRECTORY, type DicomHeader, type FrameGeometry, readHeader } from './header.ts';

/** A file of a series, as a store or an archive gives it. */
export interface SeriesFile {
  key: string;
  read(): Promise<Uint8Array>;
}

/** One slice to place in the volume: a frame of an instance, with the geometry it certainly has. */
export interface Slice {
  key: string;
  header: DicomHeader;
  /** Index of the frame in its instance. */
  frame: number;
  positionMm: number[];
  orientation: number[];
  pixelSpacingMm: number[];
  rescaleSlope: number;
  rescaleIntercept: number;
}

/** A file or frame that is no slice of the CT volume, and why. */
export interface Skipped {
  key: string;
  reason: string;
}

const CT_SOP_CLASSES = new Set([
  '1.2.840.10008.5.1.4.1.1.2', // CT Image Storage
  '1.2.840.10008.5.1.4.1.1.2.1', // Enhanced CT Image Storage
  '1.2.840.10008.5.1.4.1.1.2.2', // Legacy Converted Enhanced CT Image Storage
]);
const READ_AHEAD = 8;

/**
 * Reads the files of a series and picks the slices of its CT volume. Scouts, secondary captures, files of other
 * series and files that are not DICOM are skipped, each with its reason.
 * @throws DICOM_UNREADABLE for a file that is DICOM by its name or its beginning, but cannot be read
 */
export async function selectSlices(
  files: SeriesFile[],
  expectedSeriesUid: string | undefined,
): Promise<{ slices: Slice[]; skipped: Skipped[] }> {
  const slices: Slice[] = [];
  const skipped: Skipped[] = [];
  const reads = files.slice(0, READ_AHEAD).map(({ read }) => read());
  for (const read of reads) read.catch(() => {});
  for (const [index, { key }] of files.entries()) {
    const bytes = await reads[index];
    if (index + READ_AHEAD < files.length) {
      reads.push(files[index + READ_AHEAD].read());
      reads.at(-1)!.catch(() => {});
    }
    delete reads[index];
    const header = headerOf(key, bytes, skipped);
    if (!header) continue;
    const reason = reasonToSkip(header, expectedSeriesUid);
    // a file cut off between two elements looks whole: a CT image without pixels is not left out in silence
    if (!reason && !header.pixelData) {
      const message = `${key}: the file ends before its pixel data; copy or export it again`;
      throw new DatasetError('TRUNCATED_PIXEL_DATA', message, { keys: [key] });
    }
    if (reason) skipped.push({ key, reason });
    else
      for (const [frame, geometry] of header.frames.entries())
        addSlice(key, header, frame, geometry, slices, skipped);
  }
  return { slices: mainGroup(slices, skipped), skipped };
}

function headerOf(key: string, bytes: Uint8Array, skipped: Skipped[]): DicomHeader | undefined {
  try {
    return readHeader(bytes);
  } catch (error) {
    const isDicom =
      /\.(dcm|dicom|ima)$/i.test(key) || Buffer.from(bytes.subarray(128, 132)).toString() === 'DICM';
    if (isDicom || !(error instanceof DatasetError)) {
      const why = error instanceof Error ? error.message : String(error);
      throw new DatasetError('DICOM_UNREADABLE', `${key}: ${why}`, { keys: [key], cause: error });
    }
    skipped.push({ key, reason: 'not a DICOM file' });
    return undefined;
  }
}

function reasonToSkip(header: DicomHeader, expectedSeriesUid: string | undefined): string | undefined {
  const { sopClassUid, seriesInstanceUid, modality, imageType, format } = header;
  if (sopClassUid === DICOM_DIRECTORY) return 'a DICOM directory';
  if (!header.pixelData && !seriesInstanceUid) return undefined;
  if (expectedSeriesUid !== undefined && seriesInstanceUid !== expectedSeriesUid) {
    return `belongs to series ${seriesInstanceUid}`;
  }
  if (sopClassUid ? !CT_SOP_CLASSES.has(sopClassUid) : modality !== 'CT') return 'not a CT image';
  if (imageType.includes('LOCALIZER')) return 'a scout (localizer)';
  if (format.samplesPerPixel !== 1) return 'a colour image';
  return undefined;
}

function addSlice(
  key: string,
  header: DicomHeader,
  frame: number,
  { positionMm, orientation, pixelSpacingMm, rescaleSlope, rescaleIntercept }: FrameGeometry,
  slices: Slice[],
  skipped: Skipped[],
): void {
  if (!positionMm || !orientation || !pixelSpacingMm) {
    skipped.push({ key, reason: 'no position, orientation or pixel spacing' });
    return;
  }
  slices.push({
    key,
    header,
    frame,
    positionMm,
    orientation,
    pixelSpacingMm,
    rescaleSlope,
    rescaleIntercept,
  });
}

/** Single images of another size or direction among the slices of a volume are scouts that do not say so. */
function mainGroup(slices: Slice[], skipped: Skipped[]): Slice[] {
  const groupOf = ({ header, orientation }: Slice) =>
    [header.format.rows, header.format.columns, ...orientation.map((x) => Math.round(x * 100))].join(' ');
  const groups = [...Map.groupBy(slices, groupOf).values()].sort((a, b) => b.length - a.length);
  const [main = [], ...others] = groups;
  if (main.length < 2 || others.some((group) => group.length > 1)) return slices;
  for (const [{ key }] of others)
    skipped.push({ key, reason: 'a single image of another size or direction' });
  return main;
}
