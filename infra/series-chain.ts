import type { StepName } from '../shared/pipeline/step.ts';
import { seriesSteps } from '../shared/pipeline/workflow.ts';

/** A step and what starts when it has ended: one step follows on, several run side by side. */
export interface StepTree {
  step: StepName;
  next: StepTree[];
}

/**
 * The steps of a series as a tree, from the `after` relations of the one workflow definition: each step hangs below the
 * latest of those it comes after, which has all the others above it.
 */
export function stepTree(): StepTree[] {
  const place = new Map(seriesSteps.map(({ name }, index) => [name, index]));
  const nodes = new Map(seriesSteps.map(({ name }) => [name, { step: name, next: [] as StepTree[] }]));
  const roots: StepTree[] = [];
  for (const { name, after } of seriesSteps) {
    const latest = after.toSorted((a, b) => place.get(b)! - place.get(a)!)[0];
    (latest ? nodes.get(latest)!.next : roots).push(nodes.get(name)!);
  }
  return roots;
}
