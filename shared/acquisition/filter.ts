import { readHeader } from '../dicom/header.ts';
import { DatasetError } from '../errors.ts';
import { mapConcurrently } from '../pipeline/concurrency.ts';
import type { Store } from '../store/store.ts';
import type { SeriesEntry } from '../tables/metadata.ts';

export interface FilterResult {
  copied: number;
  /** Files of series that are not wanted, or that are no DICOM. */
  left: number;
}

const CONCURRENT = 8;

/** Copies the DICOM files of the series that are listed, of the patients that are wanted, under the keys they have. */
export async function filterDicom(
  dicom: Store,
  out: Store,
  series: SeriesEntry[],
  patientIds: Set<number>,
): Promise<FilterResult> {
  const wanted = new Set(
    series.filter(({ patient_id }) => patientIds.has(patient_id)).map(({ uuid }) => uuid),
  );
  const keys: string[] = [];
  for await (const { key } of dicom.list('')) keys.push(key);
  const result = { copied: 0, left: 0 };
  await mapConcurrently(keys, CONCURRENT, async (key) => {
    const bytes = await dicom.get(key);
    if (wanted.has(seriesUid(bytes))) {
      await out.put(key, bytes);
      result.copied++;
    } else result.left++;
  });
  return result;
}

function seriesUid(bytes: Uint8Array): string {
  try {
    return readHeader(bytes).seriesInstanceUid;
  } catch (error) {
    if (error instanceof DatasetError) return '';
    throw error;
  }
}
