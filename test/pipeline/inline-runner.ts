import type { SeriesRunner } from '../../shared/pipeline/build.ts';
import { build } from '../../shared/pipeline/build.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { runSeries } from '../../shared/pipeline/run-series.ts';
import { VolumeCache } from '../../shared/pipeline/volume-cache.ts';
import type { Store } from '../../shared/store/store.ts';

/** Runs series in this process, so that a test sees every step and can wrap the stores. */
export function inlineRunner(raw: Store, out: Store, jobs = 1): SeriesRunner {
  const signal = new AbortController().signal;
  return {
    jobs,
    run: (task, onStep) => runSeries(task, { raw, out, signal, volumes: new VolumeCache() }, onStep),
  };
}

/** A build with the defaults a test does not care about. */
export function buildInline(raw: Store, out: Store, options: Record<string, unknown> = {}, jobs = 1) {
  const { strict = false, force = false, ...rest } = options;
  return build({
    raw,
    out,
    options: BuildOptions.parse(rest),
    strict: Boolean(strict),
    force: Boolean(force),
    runner: inlineRunner(raw, out, jobs),
    signal: new AbortController().signal,
    onEvent: () => {},
  });
}
