import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, beforeEach, expect, test } from 'vitest';

const s3 = mockClient(S3Client);
const workflow = mockClient(SFNClient);
const queues = mockClient(SQSClient);
const context = {
  functionName: 'f',
  awsRequestId: 'r',
  invokedFunctionArn: 'a',
  memoryLimitInMB: '1',
} as Context;
const event = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8'));

const missing = new S3ServiceException({
  name: 'NoSuchKey',
  $fault: 'client',
  message: 'none',
  $metadata: { httpStatusCode: 404 },
});

beforeAll(() => {
  Object.assign(process.env, {
    BUCKET: 'example-bucket',
    STATE_MACHINE: 'arn:machine',
    AWS_REGION: 'eu-west-1',
    DEAD_LETTER_QUEUES: 'arn:archives,arn:changes',
  });
  Object.assign(process.env, {
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
  });
});

beforeEach(() => {
  s3.reset();
  workflow.reset();
  queues.reset();
  s3.on(HeadObjectCommand).rejects(missing).on(GetObjectCommand).rejects(missing);
  s3.on(PutObjectCommand).resolves({ ETag: '"1"' });
  workflow.on(StartExecutionCommand).resolves({});
});

/** What was written, by key. */
const written = () =>
  Object.fromEntries(
    s3
      .commandCalls(PutObjectCommand)
      .map(({ args: [{ input }] }) => [
        input.Key,
        JSON.parse(Buffer.from(input.Body as Uint8Array).toString()),
      ]),
  );

test.each(['mask-uploaded', 'mask-deleted', 'metadata-uploaded', 'dicom-uploaded'])(
  '%s starts one run, whatever the number of changes',
  async (name) => {
    const { handler } = await import('../../functions/changed/handler.ts');
    const { run } = await handler(event(name), context);
    const starts = workflow.commandCalls(StartExecutionCommand);
    expect(starts).toHaveLength(1);
    expect(starts[0].args[0].input).toMatchObject({ name: run, stateMachineArn: 'arn:machine' });
    expect(written()['runs/queue.json']).toMatchObject({ waiting: { run } });
  },
);

test('archive-uploaded of an archive that is gone is recorded, and not tried again', async () => {
  const { handler } = await import('../../functions/ingest/handler.ts');
  expect(await handler(event('archive-uploaded'), context)).toEqual({ batchItemFailures: [] });
  expect(written()['runs/ingested/study.json']).toMatchObject({ refused: { code: 'STORE_MISSING' } });
  expect(s3.commandCalls(CopyObjectCommand)).toHaveLength(0);
});

test('an archive that could not be read comes back', async () => {
  const down = new S3ServiceException({
    name: 'InternalError',
    $fault: 'server',
    message: 'down',
    $metadata: { httpStatusCode: 500 },
  });
  s3.on(HeadObjectCommand).rejects(down);
  const { handler } = await import('../../functions/ingest/handler.ts');
  expect(await handler(event('archive-uploaded'), context)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'message-1' }],
  });
});

test('run-failed is told by the status object', async () => {
  const { handler } = await import('../../functions/ended/handler.ts');
  await handler(event('run-failed'), context);
  expect(written()['runs/build-1/status.json']).toMatchObject({
    state: 'failed',
    error: 'TOO_MANY_FAILED: 12 of 100 series failed',
  });
});

test('share-requested with an unknown token is refused', async () => {
  const { handler } = await import('../../functions/share/handler.ts');
  expect(await handler(event('share-requested'), context)).toMatchObject({ statusCode: 403 });
});

test.each([
  ['redrive-all', ['arn:archives', 'arn:changes']],
  ['redrive-archives', ['arn:archives']],
])('%s moves the messages of its queues back', async (name, moved) => {
  const { handler } = await import('../../functions/redrive/handler.ts');
  expect(await handler(event(name), context)).toEqual({ moved });
  const moves = queues.commandCalls(StartMessageMoveTaskCommand);
  expect(moves.map(({ args }) => args[0].input.SourceArn)).toEqual(moved);
});

test('a queue that is not one of ours is left alone', async () => {
  const { handler } = await import('../../functions/redrive/handler.ts');
  expect(await handler({ queueArn: 'arn:other' }, context)).toEqual({ moved: [] });
  expect(queues.commandCalls(StartMessageMoveTaskCommand)).toHaveLength(0);
});

test('every sample event is used here', () => {
  const text = readFileSync(new URL(import.meta.url), 'utf8');
  const names = readdirSync(new URL('../../events/', import.meta.url)).map((file) => basename(file, '.json'));
  expect(names.filter((name) => !text.includes(`'${name}'`))).toEqual([]);
});
