import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { eachMessage } from '../../shared/cloud/object-event.ts';
import { EndedExecution, recordEnd } from '../../shared/cloud/record-end.ts';
import { stores } from '../deployment.ts';
import { logger, observed } from '../observed.ts';

/** A workflow failed, timed out or was aborted: its status object says so. */
export const handler = observed<SQSEvent, SQSBatchResponse>((event) =>
  eachMessage(
    event,
    (body) => recordEnd(stores.bucket, EndedExecution.parse(JSON.parse(body))),
    (messageId, error) => logger.error('end not recorded', { messageId, error: error as Error }),
  ),
);
