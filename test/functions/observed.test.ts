import type { Context } from 'aws-lambda';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { DatasetError } from '../../shared/errors.ts';

const context = {
  functionName: 'convert',
  awsRequestId: 'request-1',
  invokedFunctionArn: 'a',
  memoryLimitInMB: '1',
} as Context;

let observed: typeof import('../../functions/observed.ts')['observed'];
beforeAll(async () => {
  Object.assign(process.env, {
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_SERVICE_NAME: 'convert',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
  ({ observed } = await import('../../functions/observed.ts'));
});

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  const keep = (text: string) => void lines.push(JSON.parse(text));
  for (const method of ['info', 'error', 'log'] as const) vi.spyOn(console, method).mockImplementation(keep);
});
afterEach(() => vi.restoreAllMocks());

test('every line says which run and series, and only what may be told of the result', async () => {
  const handler = observed(
    async () => ({ ran: true, token: 'secret' }),
    ({ ran }) => ({ ran }),
  );
  await handler({ run: 'build-1', uuid: '2.25.1' }, context);
  const [line] = lines;
  expect(line).toMatchObject({ level: 'INFO', message: 'done', run: 'build-1', series: '2.25.1', ran: true });
  expect(line).toMatchObject({ function_name: 'convert', function_request_id: 'request-1' });
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('the run and series of one invocation are not those of the next', async () => {
  await observed(async () => ({}))({ run: 'build-1', uuid: '2.25.1' }, context);
  await observed(async () => ({}))({ Records: [] }, context);
  const [first, second] = lines.filter(({ message }) => message === 'done');
  expect(first).toMatchObject({ series: '2.25.1' });
  expect(second).not.toHaveProperty('series');
});

test('an execution that ended is logged by its run', async () => {
  await observed(async () => ({}))({ detail: { name: 'build-2', status: 'FAILED' } }, context);
  expect(lines[0]).toMatchObject({ run: 'build-2' });
});

test('a failure is logged and counted, and thrown under the name of its code', async () => {
  const handler = observed(async () => {
    throw new DatasetError('STORE_UNREADABLE', 'down', { keys: ['raw/a'] });
  });
  await expect(handler({ run: 'build-1' }, context)).rejects.toMatchObject({ name: 'STORE_UNREADABLE' });
  expect(lines[0]).toMatchObject({
    level: 'ERROR',
    message: 'failed',
    code: 'STORE_UNREADABLE',
    run: 'build-1',
  });
  const metrics = lines.find((line) => '_aws' in line);
  expect(metrics).toMatchObject({ Failed: 1, function: 'convert' });
});
