import * as z from 'zod/mini';
import type { ErrorCode } from '../errors.ts';
import { LesionVocabulary } from '../lesions/vocabulary.ts';
import { getJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import {
  RECIST_COLUMNS,
  readPatients,
  readWindows,
  regionOf,
  streamSeries,
  subsetsOf,
} from '../tables/metadata.ts';
import { streamCsv } from '../tables/read-stream.ts';
import { WINDOWS, type WindowName } from '../volume/windowing.ts';
import { indexDicom } from './dicom-index.ts';
import { rawKeys, SUBSETS, type Subset } from './layout.ts';
import type { BuildOptions } from './options.ts';
import type { SeriesTask, Source } from './series-task.ts';

/** Why a series is not in the release: the entries of reports/quarantine.json. */
export const Quarantined = z.object({
  uuid: z.string(),
  step: z.string(),
  code: z.string(),
  message: z.string(),
  keys: z.array(z.string()),
});
export type Quarantined = z.output<typeof Quarantined>;

/** What is to be built, and what cannot be. Grows with series, not with slices. */
export interface Plan {
  /** Series to build, the largest first so that no long one is left to the end. */
  uuids: string[];
  refused: Quarantined[];
  /** Series found on disk that series.json does not name. */
  filtered: string[];
  taskOf(uuid: string): Promise<SeriesTask>;
}

/** What series.json says of a series, as far as a plan needs it. */
interface Listed {
  name: string;
  patientId: number;
  slices: number | undefined;
  entries: number;
}

/**
 * Reads the tables, indexes the DICOM files and says what is to be built. A series that lacks something is
 * refused by name; the others go on.
 * @throws TABLE_UNREADABLE, STORE_MISSING when a table of the raw folder cannot be read at all
 */
export async function makePlan(raw: Store, out: Store, options: BuildOptions): Promise<Plan> {
  // one after the other: of several missing tables it is always the same that is named
  const listed = await listedSeries(raw);
  const subsets = subsetsOf(await readPatients(raw, rawKeys.patients));
  const windows = await readWindows(raw, rawKeys.windows);
  const [recistLesions, vocabulary, annotations, index] = await Promise.all([
    recistLesionsOf(raw),
    readVocabulary(raw),
    listAnnotations(raw),
    indexDicom(raw, out),
  ]);
  const found = index.series();
  const { accepted, refused } = sortOut(listed, subsets, windows, found, annotations);
  for (const uuid of recistLesions.keys()) {
    if (listed.has(uuid)) continue;
    const message = `${rawKeys.recist} measures a series that ${rawKeys.series} does not have`;
    refused.push({ uuid, step: 'plan', code: 'RECIST_LESION_UNKNOWN', message, keys: [rawKeys.recist] });
  }
  return {
    uuids: [...accepted.keys()].sort((a, b) => found.get(b)! - found.get(a)! || (a < b ? -1 : 1)),
    refused,
    filtered: [...found.keys()].filter((uuid) => !listed.has(uuid)).sort(),
    taskOf: async (uuid) => {
      const { subset, ...entry } = accepted.get(uuid)!;
      return {
        uuid,
        subset,
        patientId: entry.patientId,
        dicom: await index.filesOf(uuid),
        mask: annotations.masks[subset].get(uuid),
        labels: annotations.labels[subset].get(uuid),
        window: entry.window,
        slices: entry.slices,
        recistLesions: recistLesions.get(uuid) ?? [],
        vocabulary,
        options,
      };
    },
  };
}

async function listedSeries(raw: Store): Promise<Map<string, Listed>> {
  const listed = new Map<string, Listed>();
  for await (const { uuid, name, patient_id, slices } of streamSeries(raw, rawKeys.series)) {
    const known = listed.get(uuid);
    if (known) known.entries++;
    else listed.set(uuid, { name, patientId: patient_id, slices, entries: 1 });
  }
  return listed;
}

type Accepted = Pick<SeriesTask, 'subset' | 'patientId' | 'window' | 'slices'>;

/** In a function of its own, so that the tables are not held while the plan is carried out. */
function sortOut(
  listed: Map<string, Listed>,
  subsets: Map<number, Subset>,
  windows: Record<string, string>,
  found: Map<string, number>,
  annotations: Annotations,
): { accepted: Map<string, Accepted>; refused: Quarantined[] } {
  const refused: Quarantined[] = [];
  const accepted = new Map<string, Accepted>();
  for (const [uuid, entry] of listed) {
    const refusal = refusalOf(uuid, entry, subsets, windows, found, annotations);
    if (refusal) refused.push({ uuid, step: 'plan', ...refusal });
    else {
      const { patientId, slices } = entry;
      const window = windows[`${uuid}.nii.gz`] as WindowName;
      accepted.set(uuid, { subset: subsets.get(patientId)!, patientId, window, slices });
    }
  }
  return { accepted, refused };
}

function refusalOf(
  uuid: string,
  { name, patientId, entries }: Listed,
  subsets: Map<number, Subset>,
  windows: Record<string, string>,
  found: Map<string, number>,
  annotations: Annotations,
): { code: ErrorCode; message: string; keys: string[] } | undefined {
  const refuse = (code: ErrorCode, message: string, key: string) => ({ code, message, keys: [key] });
  if (entries > 1) {
    return refuse(
      'SERIES_REPEATED',
      `${rawKeys.series} has ${entries} entries of this series; keep one`,
      rawKeys.series,
    );
  }
  const subset = subsets.get(patientId);
  if (!subset) {
    const message = `patient ${patientId} is not in ${rawKeys.patients} with the subset train, training or test`;
    return refuse('PATIENT_UNKNOWN', message, rawKeys.patients);
  }
  if (!regionOf(name)) {
    return refuse(
      'REGION_UNKNOWN',
      `the name '${name}' starts with neither portal nor torax`,
      rawKeys.series,
    );
  }
  const window = windows[`${uuid}.nii.gz`];
  if (window === undefined) {
    return refuse('WINDOW_MISSING', `${rawKeys.windows} has no entry ${uuid}.nii.gz`, rawKeys.windows);
  }
  if (!Object.hasOwn(WINDOWS, window)) {
    const message = `'${window}' is no window; there are ${Object.keys(WINDOWS).join(', ')}`;
    return refuse('WINDOW_UNKNOWN', message, rawKeys.windows);
  }
  if (!found.has(uuid)) {
    return refuse(
      'DICOM_MISSING',
      `no DICOM file of this series was found below ${rawKeys.dicom}`,
      rawKeys.dicom,
    );
  }
  const mask = `${rawKeys.masks(subset)}${uuid}.nii.gz`;
  const labels = `${rawKeys.labels(subset)}${uuid}.json`;
  if (!annotations.masks[subset].has(uuid)) {
    const what = annotations.labels[subset].has(uuid) ? 'a labels file but no mask' : 'no mask';
    return refuse('MASK_MISSING', `this series has ${what}; expected ${mask}`, mask);
  }
  if (!annotations.labels[subset].has(uuid)) {
    return refuse('LABELS_MISSING', `this series has a mask but no labels file; expected ${labels}`, labels);
  }
  return undefined;
}

interface Annotations {
  masks: Record<Subset, SourcesOf>;
  labels: Record<Subset, SourcesOf>;
}

/** The objects below a prefix, by what stands in their key between it and an ending. */
class SourcesOf {
  readonly #prefix: string;
  readonly #ending: string;
  readonly #versions = new Map<string, Omit<Source, 'key'>>();

  constructor(prefix: string, ending: string) {
    this.#prefix = prefix;
    this.#ending = ending;
  }

  async read(raw: Store): Promise<this> {
    for await (const { key, bytes, etag } of raw.list(this.#prefix)) {
      if (!key.endsWith(this.#ending)) continue;
      this.#versions.set(key.slice(this.#prefix.length, -this.#ending.length), { bytes, etag });
    }
    return this;
  }

  has(uuid: string): boolean {
    return this.#versions.has(uuid);
  }

  get(uuid: string): Source | undefined {
    const version = this.#versions.get(uuid);
    return version && { key: this.#prefix + uuid + this.#ending, ...version };
  }
}

async function listAnnotations(raw: Store): Promise<Annotations> {
  const list = (prefix: string, ending: string) => new SourcesOf(prefix, ending).read(raw);
  const [trainMasks, testMasks] = await Promise.all(SUBSETS.map((s) => list(rawKeys.masks(s), '.nii.gz')));
  const [trainLabels, testLabels] = await Promise.all(SUBSETS.map((s) => list(rawKeys.labels(s), '.json')));
  return {
    masks: { train: trainMasks, test: testMasks },
    labels: { train: trainLabels, test: testLabels },
  };
}

/** Ids of the final lesions each series' RECIST rows name; a raw folder without the table has none. */
async function recistLesionsOf(raw: Store): Promise<Map<string, number[]>> {
  const lesions = new Map<string, number[]>();
  if (!(await raw.head(rawKeys.recist))) return lesions;
  const { rows } = await streamCsv(raw, rawKeys.recist, RECIST_COLUMNS);
  for await (const row of rows) {
    const ofSeries = lesions.get(row.uuid) ?? [];
    ofSeries.push(Number(row.lesion_label_value));
    lesions.set(row.uuid, ofSeries);
  }
  return lesions;
}

async function readVocabulary(raw: Store): Promise<LesionVocabulary> {
  if (!(await raw.head(rawKeys.vocabulary))) return {};
  return getJson(raw, rawKeys.vocabulary, LesionVocabulary);
}

/** The plan as the finalising steps read it back, here or in another process. */
export const SavedPlan = z.object({
  uuids: z.array(z.string()),
  refused: z.array(Quarantined),
  filtered: z.array(z.string()),
});
export type SavedPlan = z.output<typeof SavedPlan>;

export function savedPlan({ uuids, refused, filtered }: Plan): SavedPlan {
  return { uuids: uuids.toSorted(), refused, filtered };
}
