import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';

/** An S3 event of EventBridge, as far as it is read. */
const ObjectEvent = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });

/** The key of an event in a queue's message. AWS sends it plain, LocalStack URL-encoded; our keys have no '%'. */
export function keyOfMessage(body: string): string {
  const { key } = ObjectEvent.parse(JSON.parse(body)).detail.object;
  return key.includes('%') ? decodeURIComponent(key) : key;
}

/** Handles the body of each message by itself: those that fail come back, and end in the dead-letter queue. */
export async function eachMessage(
  event: SQSEvent,
  handle: (body: string) => Promise<void>,
  onFailure: (messageId: string, error: unknown) => void,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchItemFailure[] = [];
  for (const { messageId, body } of event.Records) {
    try {
      await handle(body);
    } catch (error) {
      onFailure(messageId, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
