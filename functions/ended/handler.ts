import { type EndedExecution, recordEnd } from '../../shared/cloud/record-end.ts';
import { stores } from '../deployment.ts';
import { observed } from '../observed.ts';

/** A workflow failed, timed out or was aborted: its status object says so. */
export const handler = observed<EndedExecution, void>((event) => recordEnd(stores.bucket, event));
