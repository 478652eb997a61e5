import { asDatasetError, DatasetError } from '../errors.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { deidentifyInstance } from './instance.ts';
import type { Profile } from './profile.ts';
import type { Pseudonyms } from './pseudonyms.ts';
import { countTouched, type Touched } from './touched.ts';

/** Beside the files: for each series every attribute that was touched, and no original value. */
export const DEIDENTIFICATION_REPORT = 'deidentification.json';

/** What was done to a series, by its identity in the release. */
interface SeriesReport {
  patient: string;
  studyUid: string;
  seriesUid: string;
  files: number;
  touched: Touched[];
}

/** One file that came through, was passed over since it is no DICOM, or why it was refused. `key` is the original's and may itself identify. */
export interface FileResult {
  key: string;
  error: DatasetError | undefined;
  passedOver: boolean;
}

/**
 * De-identifies every DICOM file of a store into `<patient>/<study>/<series>/<instance>.dcm`, all by their new
 * identities, and writes `deidentification.json`: for each series every attribute that was touched, and no original
 * value. A file that cannot be de-identified is left out and reported.
 */
export async function* deidentifyFiles(
  input: Store,
  keys: Iterable<string>,
  out: Store,
  profile: Profile,
  pseudonyms: Pseudonyms,
): AsyncGenerator<FileResult> {
  const series = new Map<string, { report: SeriesReport; touched: Map<string, Touched> }>();
  const refused: Record<string, number> = {};
  const writtenFrom = new Map<string, string>();
  for (const key of keys) {
    const file = await input.get(key);
    let error: DatasetError | undefined;
    try {
      const instance = await deidentifyInstance(file, profile, pseudonyms);
      const { patient, studyUid, seriesUid, sopInstanceUid, bytes, touched } = instance;
      if (!sopInstanceUid || !seriesUid || !studyUid) {
        throw new DatasetError('DICOM_UNREADABLE', 'it has no SOP, series or study instance UID', {
          keys: [key],
        });
      }
      const known = series.get(seriesUid) ?? {
        report: { patient, studyUid, seriesUid, files: 0, touched: [] },
        touched: new Map<string, Touched>(),
      };
      series.set(seriesUid, known);
      const first = writtenFrom.get(sopInstanceUid);
      if (first !== undefined) {
        const message = `it has the SOP Instance UID of ${first}; keep one of the two`;
        throw new DatasetError('DUPLICATE_SLICES', message, { keys: [key, first] });
      }
      writtenFrom.set(sopInstanceUid, key);
      await out.put(`${patient}/${studyUid}/${seriesUid}/${sopInstanceUid}.dcm`, bytes);
      known.report.files++;
      for (const one of touched) countTouched(known.touched, one);
    } catch (failure) {
      error = asDatasetError(failure);
      if (error.code.startsWith('STORE_')) throw error;
      if (error.code === 'DICOM_UNREADABLE' && !hasDicomMark(file)) {
        yield { key, error: undefined, passedOver: true };
        continue;
      }
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
    yield { key, error, passedOver: false };
  }
  const reports = [...series.values()]
    .map(({ report, touched }) => ({ ...report, touched: [...touched.values()].sort(byTag) }))
    .sort((a, b) => (a.seriesUid < b.seriesUid ? -1 : 1));
  await out.put(DEIDENTIFICATION_REPORT, utf8(jsonText({ profile, refused, series: reports })));
}

function byTag(a: Touched, b: Touched): number {
  return a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0;
}

/** PS3.10 7.1. */
function hasDicomMark(file: Uint8Array): boolean {
  return Buffer.from(file.subarray(128, 132)).toString('latin1') === 'DICM';
}
