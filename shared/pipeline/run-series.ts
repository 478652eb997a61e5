import { collectSeries, type Verdict } from './collect.ts';
import { runStep } from './run-step.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepContext, StepName, Upstream } from './step.ts';
import { seriesSteps } from './workflow.ts';

export interface SeriesOutcome {
  verdict: Verdict;
  /** Steps that did work; empty when everything of an earlier run still stood. */
  ran: (StepName | 'collect')[];
}

/**
 * Walks one series through the workflow over one volume cache. A failed step stops those that come after
 * it; the series is collected either way.
 */
export async function runSeries(
  task: SeriesTask,
  context: StepContext,
  onStep: (uuid: string, step: StepName | 'collect') => void = () => {},
): Promise<SeriesOutcome> {
  const records: Upstream = {};
  const ran: SeriesOutcome['ran'] = [];
  for (const step of seriesSteps) {
    if (step.after.some((name) => !records[name])) continue;
    onStep(task.uuid, step.name);
    const { record, ran: worked } = await runStep(step, task, records, context);
    if (worked) ran.push(step.name);
    if (!record.failure) records[step.name] = record;
  }
  onStep(task.uuid, 'collect');
  const { verdict, ran: worked } = await collectSeries(task, context);
  if (worked) ran.push('collect');
  return { verdict, ran };
}
