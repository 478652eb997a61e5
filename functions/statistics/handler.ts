import { statistics } from '../../shared/pipeline/steps/statistics.ts';
import { seriesStepHandler } from '../series-step.ts';

export const handler = seriesStepHandler(statistics);
