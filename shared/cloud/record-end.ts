import * as z from 'zod/mini';
import type { Store } from '../store/store.ts';
import { readStatus, updateStatus } from './run-status.ts';

/** EventBridge's 'Step Functions Execution Status Change', as far as it is read. */
export const EndedExecution = z.object({
  detail: z.object({
    name: z.string(),
    status: z.string(),
    error: z.nullish(z.string()),
    cause: z.nullish(z.string()),
  }),
});
export type EndedExecution = z.output<typeof EndedExecution>;

const STATES: Record<string, 'failed' | 'timed out' | 'aborted'> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'aborted',
};

/**
 * Writes how a run ended into its status object. Success is written by the run itself and stands: the event of an
 * earlier failure may come late, after the run was redriven.
 */
export async function recordEnd(bucket: Store, { detail }: EndedExecution): Promise<void> {
  const state = STATES[detail.status];
  if (!state || (await readStatus(bucket, detail.name))?.state === 'succeeded') return;
  const error = [detail.error, detail.cause].filter(Boolean).join(': ');
  await updateStatus(bucket, detail.name, { state, ...(error && { error }) });
}
