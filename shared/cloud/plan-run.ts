import { freshVerdict } from '../pipeline/collect.ts';
import { prefetch } from '../pipeline/concurrency.ts';
import type { BuildOptions } from '../pipeline/options.ts';
import { makePlan, savedPlan } from '../pipeline/plan.ts';
import { utf8 } from '../store/json.ts';
import type { Bucket } from './bucket.ts';
import { refuseUnlessBuilding } from './build-queue.ts';
import { runKeys } from './run-keys.ts';
import { updateStatus } from './run-status.ts';

const CONCURRENT = 16;

/**
 * Plans a run and writes what its parallel part reads: the list of series that are not up to date, and a task for
 * each. Only counts are returned: nothing that grows with series goes through a state's payload.
 */
export async function planRun(
  { bucket, raw, out }: Bucket,
  run: string,
  options: BuildOptions,
): Promise<{ series: number; toBuild: number }> {
  await refuseUnlessBuilding(bucket, run);
  await updateStatus(bucket, run, { state: 'planning' });
  const plan = await makePlan(raw, out, options);
  const items: { uuid: string }[] = [];
  const tasks = prefetch(plan.uuids, CONCURRENT, async (uuid) => {
    const task = await plan.taskOf(uuid);
    if (await freshVerdict(task, out)) return undefined;
    await bucket.put(runKeys.task(run, uuid), utf8(JSON.stringify(task)));
    return { uuid };
  });
  for await (const item of tasks) if (item) items.push(item);
  await bucket.put(runKeys.plan(run), utf8(JSON.stringify(savedPlan(plan))));
  await bucket.put(runKeys.items(run), utf8(JSON.stringify(items)));
  const counts = { series: plan.uuids.length, toBuild: items.length };
  await updateStatus(bucket, run, { state: 'building', ...counts });
  return counts;
}
