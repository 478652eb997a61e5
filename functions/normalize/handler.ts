import { normalize } from '../../shared/pipeline/steps/normalize.ts';
import { seriesStepHandler } from '../series-step.ts';

export const handler = seriesStepHandler(normalize);
