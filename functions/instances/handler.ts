import { instances } from '../../shared/pipeline/steps/instances.ts';
import { seriesStepHandler } from '../series-step.ts';

export const handler = seriesStepHandler(instances);
