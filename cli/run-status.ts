import { setTimeout as wait } from 'node:timers/promises';
import { urlAround } from '../shared/cloud/bucket.ts';
import { type RunProgress, runProgress } from '../shared/cloud/run-progress.ts';
import { DatasetError } from '../shared/errors.ts';
import { jsonText } from '../shared/store/json.ts';
import { openStore } from '../shared/store/open-store.ts';
import type { Store } from '../shared/store/store.ts';
import { EXIT } from './exit.ts';
import type { StatusArguments } from './status.ts';

const POLL_MS = 2000;

/** Shows the progress of a run, once or until it has ended, and says by the exit code how it stands. */
export async function runStatus(
  outUrl: string,
  run: string | undefined,
  { watch, json }: StatusArguments,
): Promise<number> {
  const stores = await storesOf(outUrl);
  if (run !== undefined && !stores.bucket)
    throw new DatasetError('USAGE', `'${outUrl}' is a folder; only runs in a bucket have names`);
  let progress = await runProgress(stores, run);
  let shown = '';
  while (watch && !hasEnded(progress)) {
    const line = json ? JSON.stringify(progress) : watchedText(progress);
    if (line !== shown) process.stdout.write(`${line}\n`);
    shown = line;
    await wait(POLL_MS);
    progress = await runProgress(stores, progress.run);
  }
  if (json) process.stdout.write(watch ? `${JSON.stringify(progress)}\n` : jsonText(progress));
  else process.stdout.write(progressTable(progress, outUrl));
  return exitCodeOf(progress);
}

/** The runs of a deployment stand beside its `out/`. */
async function storesOf(outUrl: string): Promise<{ out: Store; bucket?: Store }> {
  const out = await openStore(outUrl);
  const around = urlAround(outUrl);
  return around === undefined ? { out } : { out, bucket: await openStore(around) };
}

function hasEnded({ state }: RunProgress): boolean {
  return state === 'succeeded' || hasFailed(state);
}

function hasFailed(state: RunProgress['state']): boolean {
  return state === 'failed' || state === 'timed out' || state === 'aborted';
}

function exitCodeOf({ state, quarantined }: RunProgress): number {
  if (hasFailed(state)) return EXIT.failed;
  return state === 'succeeded' && quarantined ? EXIT.quarantined : EXIT.done;
}

function watchedText(progress: RunProgress): string {
  const counted = seriesText(progress);
  return counted === undefined ? progress.state : `${progress.state}: ${counted}`;
}

function progressTable(progress: RunProgress, outUrl: string): string {
  const { run, state, series, accepted, startedAt, updatedAt, error, next } = progress;
  const quarantine = state === 'succeeded' && progress.quarantined ? `${outUrl}/reports/quarantine.json` : '';
  const rows: [string, string | number | undefined][] = [
    ['run', run],
    ['state', state],
    ['planned', series === undefined ? undefined : `${series} series`],
    ['built', seriesText(progress)],
    ['released', accepted === undefined ? undefined : `${accepted} series`],
    ['quarantine', quarantine && `${progress.quarantined} series: ${quarantine}`],
    ['started', startedAt && secondText(startedAt)],
    [hasEnded(progress) ? 'ended' : 'changed', updatedAt && secondText(updatedAt)],
    ['error', error],
    ['next', next && `${next}, waiting`],
  ];
  const shown = rows.filter(([, value]) => value);
  return shown.map(([name, value]) => `${name.padEnd(10)}  ${value}\n`).join('');
}

/** `12 of 40 series (30 %), 1 in quarantine`: those of the plan that were not up to date. */
function seriesText({ state, toBuild, ended, quarantined }: RunProgress): string | undefined {
  if (ended === undefined) return undefined;
  if (toBuild === undefined) return `${ended} series`;
  const percent = toBuild ? ` (${Math.floor((100 * ended) / toBuild)} %)` : '';
  const bad = state !== 'succeeded' && quarantined ? `, ${quarantined} in quarantine` : '';
  return `${ended} of ${toBuild} series${percent}${bad}`;
}

function secondText(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`;
}
