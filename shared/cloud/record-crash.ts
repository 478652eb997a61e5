import { fingerprintOf, readRecord, writeRecord } from '../pipeline/provenance.ts';
import type { SeriesTask } from '../pipeline/series-task.ts';
import type { Upstream } from '../pipeline/step.ts';
import { seriesSteps } from '../pipeline/workflow.ts';
import type { Store } from '../store/store.ts';

/**
 * A step that crashed left no record, or only the one of an earlier run, which must not pass for its result: every
 * step without a record of these very inputs is recorded as failed. The next run tries it again.
 */
export async function recordCrash(out: Store, task: SeriesTask, cause: string): Promise<void> {
  const upstream: Upstream = {};
  for (const step of seriesSteps) {
    if (step.after.some((name) => !upstream[name])) continue;
    const fingerprint = fingerprintOf(step, task, upstream);
    const record = await readRecord(out, task.uuid, step.name);
    if (record?.fingerprint === fingerprint) {
      if (!record.failure) upstream[step.name] = record;
      continue;
    }
    const failure = {
      code: 'INTERNAL' as const,
      message: `the step ${step.name} crashed: ${cause}`,
      keys: [],
    };
    await writeRecord(out, task.uuid, step.name, { fingerprint, outputs: [], report: {}, failure });
  }
}
