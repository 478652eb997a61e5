import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type Settled, settle } from '../../shared/cloud/build-queue.ts';
import { setting, stores } from '../deployment.ts';
import { observed } from '../observed.ts';

const workflow = new SFNClient();

async function isRunning(executionArn: string): Promise<boolean> {
  const { status } = await workflow.send(new DescribeExecutionCommand({ executionArn }));
  return status === 'RUNNING';
}

export const handler = observed<{ run: string; execution: string }, Settled>(({ run, execution }) => {
  const quietSeconds = Number(setting('QUIET_SECONDS'));
  return settle(stores.bucket, { run, execution, quietSeconds, now: Date.now(), isRunning });
});
