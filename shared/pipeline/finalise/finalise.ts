import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { DatasetError } from '../../errors.ts';
import { jsonText, utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import type { Digester } from '../../threads/remote-digests.ts';
import { outKeys, rawKeys, type Subset } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Quarantined, SavedPlan } from '../plan.ts';
import { isFresh, readJsonRecord } from '../provenance.ts';
import { Output } from '../step.ts';
import { writeAgreement } from './agreement.ts';
import { writeManifest } from './manifest.ts';
import { writeMetadata } from './metadata.ts';
import { prune } from './prune.ts';
import { readDatasetInfo, writeRelease } from './release.ts';
import type { SeriesReports } from './series-records.ts';
import { writeTables } from './tables.ts';
import { readVerdicts } from './verdicts.ts';

const VERSION = 2;

const SubsetCounts = z.object({
  series: z.number(),
  rawLesions: z.number(),
  removedLesions: z.number(),
  finalLesions: z.number(),
});

/** What the dataset came to; the closing table shows it. */
export const DatasetSummary = z.object({
  accepted: z.number(),
  quarantined: z.number(),
  subsets: z.record(z.string(), SubsetCounts),
  archiveBytes: z.number(),
  imageBytes: z.number(),
});
export type DatasetSummary = z.output<typeof DatasetSummary>;

const Finalised = z.object({ fingerprint: z.string(), outputs: z.array(Output), summary: DatasetSummary });

export interface FinaliseResult {
  summary: DatasetSummary;
  quarantine: Quarantined[];
  /** False when the release of an earlier run still stands. */
  ran: boolean;
}

export type FinalisePhase = 'tables' | 'metadata' | 'release' | 'manifest';

/**
 * Ends a run: prunes what is withdrawn, then writes the tables, the final metadata, the archive and, last of
 * all, the manifest; while there is no manifest the release is not whole, and no archive of an earlier run is left.
 * @param settings.signal stops it before the next file; what is made then is made by the next run
 * @throws NOTHING_USABLE when no series was accepted, NOT_ALL_USABLE when `strict` and some were not
 */
export async function finalise(
  plan: SavedPlan,
  { raw, out }: { raw: Store; out: Store },
  { strict, signal, openDigester }: { strict: boolean; signal: AbortSignal; openDigester?: () => Digester },
  onPhase: (phase: FinalisePhase) => void = () => {},
): Promise<FinaliseResult> {
  const enter = (phase: FinalisePhase) => {
    signal.throwIfAborted();
    onPhase(phase);
  };
  const { accepted, failures, files, fingerprint: series } = await readVerdicts(out, plan.uuids);
  const acceptedCount = accepted.train.length + accepted.test.length;
  const quarantine = [...plan.refused, ...failures].sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  const fingerprint = await fingerprintOf(raw, series, quarantine);
  const known = await readJsonRecord(out, outKeys.finalised, Finalised);
  if (known && acceptedCount && !(strict && quarantine.length)) {
    if (await isFresh(known, fingerprint, (key) => out.head(key))) {
      return { summary: known.summary, quarantine, ran: false };
    }
  }
  for (const key of [outKeys.manifest, outKeys.finalised, outKeys.archive]) await out.delete(key);
  const outputs = [await putOutput(out, outKeys.quarantine, utf8(jsonText(quarantine)))];
  refuseToRelease(acceptedCount, quarantine, strict);
  await prune(out, plan.uuids, files);
  enter('tables');
  const counts: Counts = {};
  const sliceSpacingsMm = new Map<string, number>();
  const tally = (subset: Subset, { uuid, statistics, instances }: SeriesReports) => {
    sliceSpacingsMm.set(uuid, Number(statistics.resolution.slice_spacing_mm));
    countLesions(counts, subset, instances.summary);
  };
  outputs.push(...(await writeTables(out, accepted, tally)));
  enter('metadata');
  const metadata = await writeMetadata(raw, out, sliceSpacingsMm);
  enter('release');
  const lesions = Object.values(counts).reduce((sum, { finalLesions }) => sum + finalLesions, 0);
  const info = await readDatasetInfo(raw);
  const [archive, ...documents] = await writeRelease(out, files, metadata, info, lesions, {
    signal,
    openDigester,
  });
  outputs.push(...metadata, archive, ...documents, ...(await writeAgreement(out)));
  enter('manifest');
  outputs.push(await writeManifest(out, files, outputs));
  const summary = {
    accepted: acceptedCount,
    quarantined: quarantine.length,
    subsets: counts,
    archiveBytes: archive.bytes,
    imageBytes: files.bytesBelow('nifti/'),
  };
  await out.put(outKeys.finalised, utf8(JSON.stringify({ fingerprint, outputs, summary })));
  return { summary, quarantine, ran: true };
}

/** Everything the dataset-wide files depend on: what the series came to, what was refused, and the raw tables. */
async function fingerprintOf(raw: Store, series: string, quarantine: Quarantined[]): Promise<string> {
  const tables = [rawKeys.series, rawKeys.patients, rawKeys.windows, rawKeys.recist, rawKeys.dataset];
  const etags = await Promise.all(tables.map(async (key) => (await raw.head(key))?.etag ?? null));
  return hash('sha256', JSON.stringify([VERSION, etags, quarantine, series]));
}

function refuseToRelease(accepted: number, quarantine: Quarantined[], strict: boolean): void {
  const why = quarantine.map(({ uuid, code, message }) => `  ${uuid}: ${code}: ${message}`).join('\n');
  if (accepted === 0) {
    throw new DatasetError(
      'NOTHING_USABLE',
      `no series can be released\n${why || '  series.json is empty'}`,
      {
        keys: [outKeys.quarantine],
      },
    );
  }
  if (strict && quarantine.length) {
    throw new DatasetError('NOT_ALL_USABLE', `${quarantine.length} series in quarantine\n${why}`, {
      keys: [outKeys.quarantine],
    });
  }
}

type Counts = Record<string, z.output<typeof SubsetCounts>>;

/** Adds the lesions of one series to those of its subset. */
function countLesions(counts: Counts, subset: Subset, summary: SeriesReports['instances']['summary']): void {
  counts[subset] ??= { series: 0, rawLesions: 0, removedLesions: 0, finalLesions: 0 };
  const ofSubset = counts[subset];
  ofSubset.series += 1;
  ofSubset.rawLesions += Number(summary.raw_3d_objects);
  ofSubset.removedLesions += Number(summary.removed_3d_objects);
  ofSubset.finalLesions += Number(summary.final_3d_objects);
}
