import { randomUUID } from 'node:crypto';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { answerShare, type ShareAnswer } from '../../shared/sharing/answer.ts';
import { client, setting, stores } from '../deployment.ts';
import { observed } from '../observed.ts';

/** The door behind the share URL; tokens never reach the log. */
export const handler = observed<LambdaFunctionURLEvent, ShareAnswer>(async ({ rawPath, headers }) => {
  const door = { ...stores, client, bucketName: setting('BUCKET'), uploadName: randomUUID };
  return answerShare(rawPath, headers.accept ?? '', door);
});
