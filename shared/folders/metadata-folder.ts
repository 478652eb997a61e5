import { constants, gunzipSync } from 'node:zlib';
import { DatasetError } from '../errors.ts';
import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { csvHeader, csvRows, type Table } from '../tables/csv.ts';
import {
  finalPatients,
  finalRecist,
  finalSeries,
  finalWindows,
  type Published,
} from '../tables/final-metadata.ts';
import { regionOf, type SeriesEntry } from '../tables/metadata.ts';
import { namesIn } from './each-file.ts';

/** Enough of a `.nii.gz` to hold the header. */
const HEADER_PREFIX_BYTES = 4096;
const PIXDIM_3 = 88;

/**
 * Raw tables cut down to the CTs that are there.
 * @throws TABLE_UNREADABLE, REGION_UNKNOWN, SERIES_REPEATED, listing every series concerned
 */
export async function writeFinalMetadata(
  images: Store[],
  raw: { series: SeriesEntry[]; patients: Table; windows: Record<string, string>; recist: Table | undefined },
  out: Store,
): Promise<{ series: number; patients: number }> {
  const spacingMm = new Map<string, number>();
  for (const store of images) {
    for (const uuid of await namesIn(store, '.nii.gz')) spacingMm.set(uuid, await sliceSpacing(store, uuid));
  }
  check(raw, [...spacingMm.keys()]);
  const present = raw.series.filter(({ uuid }) => spacingMm.has(uuid));
  const uuids = new Set(present.map(({ uuid }) => uuid));
  const patientIds = new Set(present.map(({ patient_id }) => patient_id));
  const patients = published(raw.patients, finalPatients(raw.patients.columns, patientIds));
  const series = present.map((entry) => finalSeries(entry, spacingMm.get(entry.uuid)!));
  await out.put('metadata/series.json', utf8(jsonText(series)));
  await out.put('metadata/patients.csv', utf8(tableText(patients)));
  await out.put('metadata/windows_mapping.json', utf8(jsonText(finalWindows(raw.windows, uuids))));
  if (raw.recist) {
    const recist = published(raw.recist, finalRecist(raw.recist.columns, uuids));
    await out.put('recist_measurements.csv', utf8(tableText(recist)));
  }
  return { series: series.length, patients: patients.rows.length };
}

function published({ rows }: Table, { columns, rowOf }: Published): Table {
  return { columns, rows: rows.map(rowOf).filter((row) => row !== undefined) };
}

function tableText({ columns, rows }: Table): string {
  return csvHeader(columns) + csvRows(columns, rows);
}

async function sliceSpacing(store: Store, uuid: string): Promise<number> {
  const key = `${uuid}.nii.gz`;
  const prefix = await store.get(key, { offset: 0, length: HEADER_PREFIX_BYTES });
  try {
    return gunzipSync(prefix, { finishFlush: constants.Z_SYNC_FLUSH }).readFloatLE(PIXDIM_3);
  } catch (cause) {
    throw new DatasetError('NIFTI_UNREADABLE', `${key} has no NIfTI header`, { keys: [key], cause });
  }
}

function check(
  { series, windows }: { series: SeriesEntry[]; windows: Record<string, string> },
  images: string[],
): void {
  const uuids = series.map(({ uuid }) => uuid);
  const refuse = (
    code: 'TABLE_UNREADABLE' | 'SERIES_REPEATED' | 'REGION_UNKNOWN' | 'WINDOW_MISSING',
    what: string,
    wrong: string[],
  ) => {
    if (wrong.length) throw new DatasetError(code, `${what}: ${wrong.join(', ')}`, { keys: wrong });
  };
  refuse(
    'SERIES_REPEATED',
    'more than one entry in series.json',
    uuids.filter((uuid, i) => uuids.indexOf(uuid) !== i),
  );
  refuse(
    'TABLE_UNREADABLE',
    'CTs that series.json does not have',
    images.filter((uuid) => !uuids.includes(uuid)),
  );
  refuse(
    'WINDOW_MISSING',
    'CTs without a window',
    images.filter((uuid) => windows[`${uuid}.nii.gz`] === undefined),
  );
  const nameless = series.filter(({ uuid, name }) => images.includes(uuid) && !regionOf(name));
  refuse(
    'REGION_UNKNOWN',
    'names that start with neither portal nor torax',
    nameless.map(({ uuid, name }) => `${uuid} '${name}'`),
  );
}
