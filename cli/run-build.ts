import { BuildOptions } from '../shared/pipeline/options.ts';
import { WorkerPool } from '../shared/pipeline/worker-pool.ts';
import { FolderStore } from '../shared/store/folder-store.ts';
import { openStore } from '../shared/store/open-store.ts';
import { EXIT } from './exit.ts';
import { openInput } from './folder-command.ts';
import { openProgress } from './progress.ts';
import { closingTable } from './summary.ts';

interface BuildArguments {
  jobs: number;
  strict: boolean;
  force: boolean;
  json: boolean;
  /** Profile by which the raw folder was de-identified. */
  deidentify?: string;
  [option: string]: unknown;
}

/** Runs a build with its progress on the terminal, and says how it ended by the exit code. */
export async function runBuild(
  rawUrl: string,
  outUrl: string,
  { jobs, strict, force, json, deidentify, ...rest }: BuildArguments,
): Promise<number> {
  const options = BuildOptions.parse(rest);
  const [raw, out] = await Promise.all([openInput(rawUrl), openStore(outUrl)]);
  if (out instanceof FolderStore) out.sweepPartial();
  const progress = openProgress(json);
  const pool = new WorkerPool(jobs, rawUrl, outUrl);
  // its threads start meanwhile
  const { build } = await import('../shared/pipeline/build.ts');
  const stop = new AbortController();
  const onInterrupt = () => {
    stop.abort();
    progress.note('stopping; what is done is kept, run the same command to go on');
    void pool.close();
  };
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    const onEvent = progress.show;
    const result = await build({
      raw,
      out,
      options,
      strict,
      force,
      runner: pool,
      signal: stop.signal,
      onEvent,
    });
    progress.close();
    if (json) progress.show({ event: 'done', ...result });
    else process.stdout.write(closingTable(result, outUrl, deidentify));
    return result.quarantine.length ? EXIT.quarantined : EXIT.done;
  } catch (error) {
    progress.close();
    if (!stop.signal.aborted) throw error;
    return EXIT.failed;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
    await pool.close();
    if (out instanceof FolderStore) out.sweepPartial();
  }
}
