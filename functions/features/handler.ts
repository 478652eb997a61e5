import { features } from '../../shared/pipeline/steps/features.ts';
import { seriesStepHandler } from '../series-step.ts';

export const handler = seriesStepHandler(features);
