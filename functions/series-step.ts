import { runSeriesStep, type SeriesItem, type SeriesStepResult } from '../shared/cloud/series-step-run.ts';
import type { SeriesStep } from '../shared/pipeline/step.ts';
import { stores } from './deployment.ts';
import { observed } from './observed.ts';

/** The handler of one step of a series; its bundle has that step and nothing of the others. */
export const seriesStepHandler = (step: SeriesStep) =>
  observed<SeriesItem, SeriesStepResult>(
    (item) => runSeriesStep(step, item, stores),
    (result) => result,
  );
