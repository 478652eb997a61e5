import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ingestArchive } from '../../shared/cloud/ingest.ts';
import { eachMessage, keyOfMessage } from '../../shared/cloud/object-event.ts';
import { refuseArchive } from '../../shared/cloud/refuse-archive.ts';
import { stores } from '../deployment.ts';
import { logger, observed } from '../observed.ts';

/** Takes uploaded archives in; what another try cannot mend is refused at once, the rest is tried again. */
export const handler = observed<SQSEvent, SQSBatchResponse>((event) =>
  eachMessage(
    event,
    (body) => {
      const key = keyOfMessage(body);
      return ingestArchive(stores.bucket, stores.raw, key).then(
        (report) => logger.info('ingested', { ...report }),
        (error) => refuseArchive(stores.bucket, key, error),
      );
    },
    (messageId, error) => logger.error('not ingested', { messageId, error: error as Error }),
  ),
);
