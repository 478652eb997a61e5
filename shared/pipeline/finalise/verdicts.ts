import { createHash } from 'node:crypto';
import { DatasetError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { Verdict } from '../collect.ts';
import { prefetch } from '../concurrency.ts';
import { outKeys, type Subset } from '../layout.ts';
import type { Quarantined } from '../plan.ts';
import { readJsonRecord } from '../provenance.ts';
import { SeriesFiles } from './series-files.ts';

/** Verdicts read ahead. */
const AHEAD = 32;

/** How all series of a plan ended; of each, only what cannot be read again in the order it is needed. */
export interface Verdicts {
  /** The uuids of each subset's series, in the order of the plan. */
  accepted: Record<Subset, string[]>;
  failures: Quarantined[];
  /** What stays of each series: everything of an accepted one, the CT and the report of a quarantined one. */
  files: SeriesFiles;
  /** Hash of what each series came to. */
  fingerprint: string;
}

/** @throws INTERNAL when a series was never collected */
export async function readVerdicts(out: Store, uuids: string[]): Promise<Verdicts> {
  const accepted: Verdicts['accepted'] = { train: [], test: [] };
  const failures: Quarantined[] = [];
  const files = new SeriesFiles();
  const all = createHash('sha256');
  const read = prefetch(uuids, AHEAD, async (uuid) => ({
    uuid,
    verdict: await readJsonRecord(out, outKeys.record(uuid, 'collect'), Verdict),
  }));
  for await (const { uuid, verdict } of read) {
    if (!verdict) throw new DatasetError('INTERNAL', `the series ${uuid} was never collected; run again`);
    const { subset, fingerprint, failure, outputs, stepOutputs } = verdict;
    if (failure) failures.push(failure);
    else accepted[subset].push(uuid);
    files.add(uuid, [...outputs, ...stepOutputs]);
    all.update(JSON.stringify([uuid, subset, fingerprint]));
  }
  return { accepted, failures, files, fingerprint: all.digest('hex') };
}
