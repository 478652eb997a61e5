import type { SeriesStep } from './step.ts';
import { convert } from './steps/convert.ts';
import { features } from './steps/features.ts';
import { instances } from './steps/instances.ts';
import { normalize } from './steps/normalize.ts';
import { statistics } from './steps/statistics.ts';

/**
 * The workflow, defined once:
 *
 *   plan -> for each series ( convert -> [ normalize | statistics | instances -> features ] -> collect )
 *        -> finalise (tables, metadata, release, manifest)
 *
 * `seriesSteps` stand in an order that honours each step's `after`. The embedded runner walks them in this
 * order over one volume cache; the Step Functions definition is made from the same `after` relations.
 */
export const seriesSteps: SeriesStep[] = [convert, normalize, statistics, instances, features];
