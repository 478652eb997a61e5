import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { asDatasetError } from '../shared/errors.ts';

export const logger = new Logger();
export const metrics = new Metrics({ namespace: 'RecistDataset' });

/**
 * A handler with structured logs that carry the run and the series, with metrics, and with failures whose name is the
 * error code: that is what the workflow's Retry and Catch, and the alarms, match. Of a result only what `tell` picks is
 * logged: an answer may hold a token.
 */
export function observed<Event, Result>(
  handle: (event: Event) => Promise<Result>,
  tell: (result: Result) => object = () => ({}),
): (event: Event, context: Context) => Promise<Result> {
  return async (event, context) => {
    logger.addContext(context);
    logger.resetKeys();
    logger.appendKeys(identifiersOf(event));
    const started = performance.now();
    try {
      const result = await handle(event);
      logger.info('done', { ...tell(result), ms: Math.round(performance.now() - started) });
      metrics.addMetric('Done', MetricUnit.Count, 1);
      return result;
    } catch (cause) {
      const error = asDatasetError(cause);
      logger.error('failed', { code: error.code, keys: error.keys, error });
      metrics.addMetric('Failed', MetricUnit.Count, 1);
      error.name = error.code;
      throw error;
    } finally {
      metrics.addMetric('Duration', MetricUnit.Milliseconds, performance.now() - started);
      metrics.addDimension('function', context.functionName);
      metrics.publishStoredMetrics();
    }
  };
}

function identifiersOf(event: unknown): { run?: string; series?: string } {
  if (typeof event !== 'object' || event === null) return {};
  const { run, uuid, detail } = event as { run?: unknown; uuid?: unknown; detail?: { name?: unknown } };
  // what EventBridge tells of an execution has the run as its name
  if (typeof detail?.name === 'string') return { run: detail.name };
  return { ...(typeof run === 'string' && { run }), ...(typeof uuid === 'string' && { series: uuid }) };
}
