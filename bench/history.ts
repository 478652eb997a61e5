import { type StepTree, stepTree } from '../infra/series-chain.ts';

/** Attempts a task may need: one, six more on faults of the service, one more after a crash (infra/workflow.ts). */
const MOST_ATTEMPTS = 8;
/** LambdaFunctionScheduled, LambdaFunctionStarted, LambdaFunctionSucceeded or LambdaFunctionFailed. */
const AN_ATTEMPT = 3;
const ENTERED_AND_EXITED = 2;
/** ParallelStateEntered, ParallelStateStarted, ParallelStateSucceeded, ParallelStateExited. */
const PARALLEL = 4;
/** ExecutionStarted, ExecutionSucceeded. */
const EXECUTION = 2;
/** MapStateEntered, MapStateStarted, MapRunStarted, MapRunSucceeded, MapStateSucceeded, MapStateExited. */
const DISTRIBUTED_MAP = 6;

/**
 * Events in the history of an execution (AWS Step Functions API, HistoryEvent), of which there may be 25,000: the run's
 * own, where the map over any number of series is a handful, and that of one series.
 */
export function historyEvents(attempts: 'one' | 'most'): { run: number; series: number } {
  const task = ENTERED_AND_EXITED + AN_ATTEMPT * (attempts === 'one' ? 1 : MOST_ATTEMPTS);
  const branch = ({ next }: StepTree): number => {
    const after = next.reduce((sum, tree) => sum + branch(tree), 0);
    return task + after + (next.length > 1 ? PARALLEL : 0);
  };
  const steps = stepTree().reduce((sum, tree) => sum + branch(tree), 0);
  const settleAndChoice = task + ENTERED_AND_EXITED;
  return {
    run: EXECUTION + settleAndChoice + task + DISTRIBUTED_MAP + task,
    series: EXECUTION + PARALLEL + steps + task + ENTERED_AND_EXITED,
  };
}
