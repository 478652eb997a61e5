import { finaliseRun } from '../../shared/cloud/finalise-run.ts';
import { buildOptions, setting, stores } from '../deployment.ts';
import { observed } from '../observed.ts';

export const handler = observed<{ run: string }, { accepted: number; quarantined: number }>(
  ({ run }) => {
    const toleratedFailurePercent = Number(setting('TOLERATED_FAILURE_PERCENT'));
    return finaliseRun(stores, run, { options: buildOptions(), toleratedFailurePercent });
  },
  (result) => result,
);
