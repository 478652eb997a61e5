import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { setting } from '../deployment.ts';
import { observed } from '../observed.ts';

const queues = new SQSClient();

/** Sends the messages of a dead-letter queue, or of all of them, back to where they came from. */
export const handler = observed<{ queueArn?: string }, { moved: string[] }>(async ({ queueArn }) => {
  const known = setting('DEAD_LETTER_QUEUES').split(',');
  const moved = queueArn ? known.filter((arn) => arn === queueArn) : known;
  for (const SourceArn of moved) await queues.send(new StartMessageMoveTaskCommand({ SourceArn }));
  return { moved };
});
