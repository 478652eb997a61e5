import { asDatasetError, DatasetError } from '../errors.ts';
import { gzip } from '../gzip/gzip.ts';
import { readNifti } from '../nifti/read.ts';
import { niftiHeader, voxelBytesOf } from '../nifti/write.ts';
import { getText, jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { type LabelMap, type MaskReport, maskOn } from './mask.ts';
import { hasSuffix, matchCt, stemOf } from './match.ts';
import { readSegmentation } from './read.ts';
import type { Segmentation } from './segmentation.ts';

/** Files of a store: all of a folder, or one. */
export interface Files {
  store: Store;
  keys: string[];
}

export interface ConvertOptions {
  /** Only files whose name, without extension, ends with this. */
  suffix: string;
  /** See `readSegmentation`. */
  threshold: number;
  labelMap: LabelMap;
}

/** What became of one segmentation; `report` is there when its mask was written. */
export interface Converted {
  key: string;
  ct: string | undefined;
  mask: string | undefined;
  report: MaskReport | undefined;
  warnings: string[];
  error: DatasetError | undefined;
}

const KNOWN = /\.(nrrd|nii\.gz|nii|dcm|dicom|seg)$/i;
const UID = /^\d+(\.\d+)+$/;
const LABELLED = /\.nii(\.gz)?$/i;

/**
 * Writes `masks/<ct>.nii.gz` and `labels/<ct>.json` for every segmentation, on the grid of its CT, and at the end
 * `segmentations.json` with all reports. Files that are no segmentation are passed over. A single segmentation with
 * a single CT belongs to it; otherwise see `matchCt`. One that fails is reported and stops no other.
 */
export async function* convertSegmentations(
  segmentations: Files,
  cts: Files,
  out: Store,
  options: ConvertOptions,
): AsyncGenerator<Converted> {
  const ctKeys = new Map(cts.keys.filter((key) => LABELLED.test(key)).map((key) => [stemOf(key), key]));
  const onlyCt = segmentations.keys.length === 1 && ctKeys.size === 1 ? [...ctKeys.keys()][0] : undefined;
  const usedBy = new Map<string, string>();
  const results: Converted[] = [];
  for (const key of segmentations.keys.filter((candidate) => hasSuffix(candidate, options.suffix))) {
    const result: Converted = {
      key,
      ct: undefined,
      mask: undefined,
      report: undefined,
      warnings: [],
      error: undefined,
    };
    try {
      const segmentation = await read(segmentations, key, options);
      if (!segmentation) continue;
      const uid = segmentation.referencedSeriesUid;
      const ct = onlyCt ?? matchCt(key, uid, new Set(ctKeys.keys()));
      if (ct === undefined) throw unmatched(key, uid);
      result.ct = ct;
      const first = usedBy.get(ct);
      if (first !== undefined) throw secondOf(first, key, ct);
      usedBy.set(ct, key);
      if (uid !== undefined && uid !== ct && UID.test(ct))
        result.warnings.push(`it was drawn on series ${uid}, not on ${ct}`);
      const ctKey = ctKeys.get(ct)!;
      const grid = readNifti(await cts.store.get(ctKey), ctKey);
      const { volume, labels, report } = maskOn(segmentation, grid, key, options.labelMap);
      result.mask = `masks/${ct}.nii.gz`;
      result.report = report;
      await out.put(result.mask, gzip([niftiHeader(volume, 'derived'), voxelBytesOf(volume)]));
      await out.put(`labels/${ct}.json`, utf8(jsonText(labels)));
    } catch (error) {
      result.error = asDatasetError(error);
      if (['STORE_FULL', 'STORE_DENIED'].includes(result.error.code)) throw error;
    }
    results.push(result);
    yield result;
  }
  await out.put('segmentations.json', utf8(jsonText(results.map(withoutError))));
}

function withoutError({ error, ...result }: Converted) {
  return { ...result, error: error && { code: error.code, message: error.message, keys: error.keys } };
}

/** Undefined for a file that is no segmentation; a single file must be one. */
async function read(
  { store, keys }: Files,
  key: string,
  { threshold }: ConvertOptions,
): Promise<Segmentation | undefined> {
  if (keys.length > 1 && !KNOWN.test(key) && !(await hasDicomMark(store, key))) return undefined;
  const labelsText = LABELLED.test(key) ? await labelsOf(store, key) : undefined;
  const segmentation = await readSegmentation(await store.get(key), key, { threshold, labelsText });
  if (!segmentation && keys.length === 1) {
    const message = `${key} is a DICOM file, but neither SEG nor RTSTRUCT`;
    throw new DatasetError('SEGMENTATION_UNREADABLE', message, { keys: [key] });
  }
  return segmentation;
}

/** DICOM files often have no extension; their mark stands after 128 bytes (PS3.10 7.1). */
async function hasDicomMark(store: Store, key: string): Promise<boolean> {
  const start = key.slice(key.lastIndexOf('/') + 1).startsWith('.')
    ? undefined
    : await store.get(key, { offset: 0, length: 132 });
  return start !== undefined && Buffer.from(start.subarray(128)).toString('latin1') === 'DICM';
}

/** The labels beside a label NIfTI: `x.json` next to `x.nii.gz`, or in `labels/` next to `masks/`. */
async function labelsOf(store: Store, key: string): Promise<string | undefined> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const folders = [folder, folder.replace(/(^|\/)masks\/$/, '$1labels/')];
  for (const candidate of new Set(folders.map((where) => `${where}${stemOf(key)}.json`))) {
    if (await store.head(candidate)) return getText(store, candidate, 'LABELS_UNREADABLE');
  }
  return undefined;
}

function unmatched(key: string, uid: string | undefined): DatasetError {
  const why =
    uid === undefined ? 'it names no series, and neither do its file and folders' : `no CT of series ${uid}`;
  return new DatasetError('SEGMENTATION_UNMATCHED', `${key}: ${why}; put the series UID into its name`, {
    keys: [key],
  });
}

function secondOf(first: string, second: string, ct: string): DatasetError {
  const message = `${first} and ${second} are both of ${ct}; choose one with --suffix, or give a folder each`;
  return new DatasetError('SEGMENTATION_UNMATCHED', message, { keys: [second, first] });
}
