import { planRun } from '../../shared/cloud/plan-run.ts';
import { buildOptions, stores } from '../deployment.ts';
import { observed } from '../observed.ts';

export const handler = observed<{ run: string }, { series: number; toBuild: number }>(
  ({ run }) => planRun(stores, run, buildOptions()),
  (result) => result,
);
