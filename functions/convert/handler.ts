import { convert } from '../../shared/pipeline/steps/convert.ts';
import { seriesStepHandler } from '../series-step.ts';

export const handler = seriesStepHandler(convert);
