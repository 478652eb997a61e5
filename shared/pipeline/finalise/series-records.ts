import type { Store } from '../../store/store.ts';
import type { Verdict } from '../collect.ts';
import { prefetch } from '../concurrency.ts';
import { readRecord } from '../provenance.ts';
import type { StepName, StepRecord } from '../step.ts';

/** The records that one step left for each accepted series, in the order given, a few read ahead. */
export async function* recordsOf(
  out: Store,
  verdicts: Iterable<Verdict>,
  step: StepName,
): AsyncGenerator<{ verdict: Verdict; record: StepRecord }> {
  const records = prefetch(verdicts, 32, async (verdict) => ({
    verdict,
    record: await readRecord(out, verdict.uuid, step),
  }));
  for await (const { verdict, record } of records) {
    if (!record) throw new Error(`the record of ${step} of ${verdict.uuid} vanished; run again`);
    yield { verdict, record };
  }
}
