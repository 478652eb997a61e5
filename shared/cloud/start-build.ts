import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Store } from '../store/store.ts';
import { noteChange } from './build-queue.ts';

/**
 * Sees to it that a run will build what changed: the one that waits already, or a new one. Its name makes starting
 * it twice harmless; one that ended before it began (an operator stopped it) is replaced.
 */
export async function startBuild(
  bucket: Store,
  workflow: SFNClient,
  stateMachineArn: string,
): Promise<string> {
  let dead: string | undefined;
  for (;;) {
    const run = await noteChange(bucket, Date.now(), dead);
    try {
      await workflow.send(
        new StartExecutionCommand({ stateMachineArn, name: run, input: JSON.stringify({ run }) }),
      );
      return run;
    } catch (error) {
      if ((error as Error).name !== 'ExecutionAlreadyExists' || dead === run) throw error;
      dead = run;
    }
  }
}
