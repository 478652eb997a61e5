import { SFNClient } from '@aws-sdk/client-sfn';
import type { SQSEvent } from 'aws-lambda';
import { startBuild } from '../../shared/cloud/start-build.ts';
import { setting, stores } from '../deployment.ts';
import { observed } from '../observed.ts';

const workflow = new SFNClient();

/** However many changes a batch brings, they are one: the plan of the run finds out what they touch. */
export const handler = observed<SQSEvent, { run: string }>(
  async () => ({ run: await startBuild(stores.bucket, workflow, setting('STATE_MACHINE')) }),
  (result) => result,
);
