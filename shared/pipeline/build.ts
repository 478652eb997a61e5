import { jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { type Digester, digesterHere } from '../threads/remote-digests.ts';
import { freshVerdict } from './collect.ts';
import { type DatasetSummary, type FinalisePhase, finalise } from './finalise/finalise.ts';
import { outKeys } from './layout.ts';
import type { BuildOptions } from './options.ts';
import { makePlan, type Plan, type Quarantined, type SavedPlan, savedPlan } from './plan.ts';
import type { SeriesOutcome } from './run-series.ts';
import type { SeriesTask } from './series-task.ts';
import type { StepName } from './step.ts';

/** What happens in a build, as it happens; a progress display or a log is made from these. */
export type BuildEvent =
  | { event: 'planned'; series: number; refused: number; filtered: number }
  | { event: 'unchanged'; uuid: string }
  | { event: 'step'; uuid: string; step: StepName | 'collect' }
  | { event: 'series'; uuid: string; steps: string[]; quarantined?: Quarantined }
  | { event: 'finalising'; phase: FinalisePhase };

/** Runs one series somewhere: in this process, in a worker. */
export interface SeriesRunner {
  /** How many series may be under way at once. */
  jobs: number;
  run(task: SeriesTask, onStep: (uuid: string, step: StepName | 'collect') => void): Promise<SeriesOutcome>;
  /** Somebody else who digests a stream, where there is one. */
  digester?(): Digester | undefined;
}

export interface BuildResult {
  summary: DatasetSummary;
  quarantine: Quarantined[];
  filtered: string[];
  /** How many times each step did work; empty after an unchanged build. */
  stepsRun: Record<string, number>;
  seconds: number;
}

export interface BuildSettings {
  raw: Store;
  out: Store;
  options: BuildOptions;
  strict: boolean;
  /** Do everything again, whatever earlier runs left. */
  force: boolean;
  runner: SeriesRunner;
  signal: AbortSignal;
  onEvent: (event: BuildEvent) => void;
}

/**
 * Builds the whole dataset: plan, every series that is not up to date, finalise. A series that fails goes to
 * quarantine and stops nobody else. Everything done is kept when the run is cut off, and found by the next.
 */
export async function build(settings: BuildSettings): Promise<BuildResult> {
  const { raw, out, options, strict, force, runner, signal, onEvent } = settings;
  const started = performance.now();
  if (force) await forget(out);
  const stepsRun: Record<string, number> = {};
  const plan = await planAndBuild(settings, (outcome) => {
    for (const step of outcome.ran) stepsRun[step] = (stepsRun[step] ?? 0) + 1;
  });
  const openDigester = () => runner.digester?.() ?? digesterHere();
  const { summary, quarantine, ran } = await finalise(
    plan,
    { raw, out },
    { strict, signal, openDigester },
    (phase) => onEvent({ event: 'finalising', phase }),
  );
  if (ran) stepsRun.finalise = 1;
  const seconds = (performance.now() - started) / 1000;
  const result = { summary, quarantine, filtered: plan.filtered, stepsRun, seconds };
  await out.put(outKeys.run, utf8(jsonText({ finished: new Date().toISOString(), options, ...result })));
  return result;
}

/** Everything before finalising, which needs less of the plan. */
async function planAndBuild(
  settings: BuildSettings,
  onOutcome: (outcome: SeriesOutcome) => void,
): Promise<SavedPlan> {
  const plan = await makePlan(settings.raw, settings.out, settings.options);
  await settings.out.delete(outKeys.run); // it tells of the build before
  settings.onEvent({
    event: 'planned',
    series: plan.uuids.length,
    refused: plan.refused.length,
    filtered: plan.filtered.length,
  });
  await buildSeries(plan, settings, onOutcome);
  return savedPlan(plan);
}

/** Runs what is not up to date, `jobs` series at a time. */
async function buildSeries(
  plan: Plan,
  { out, runner, signal, onEvent }: BuildSettings,
  onOutcome: (outcome: SeriesOutcome) => void,
): Promise<void> {
  const queue = plan.uuids[Symbol.iterator]();
  const worker = async () => {
    for (const uuid of queue) {
      signal.throwIfAborted();
      const task = await plan.taskOf(uuid);
      if (await freshVerdict(task, out)) {
        onEvent({ event: 'unchanged', uuid });
        continue;
      }
      const outcome = await runner.run(task, (_uuid, step) => onEvent({ event: 'step', uuid, step }));
      onOutcome(outcome);
      const { failure } = outcome.verdict;
      onEvent({ event: 'series', uuid, steps: outcome.ran, ...(failure && { quarantined: failure }) });
    }
  };
  await Promise.all(Array.from({ length: runner.jobs }, worker));
}

/** Drops what earlier runs recorded, so that everything counts as new. */
async function forget(out: Store): Promise<void> {
  for await (const { key } of out.list('.state/')) await out.delete(key);
}
