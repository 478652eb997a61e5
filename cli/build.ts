import { Command, Option } from 'commander';
import { addFeatureOptions, addInstanceOptions, jobsOption, scaleOption } from './build-options.ts';

export function buildCommand(): Command {
  const command = new Command('build')
    .description('Build the whole dataset: every step from DICOM and drawn masks to the release archive.')
    .argument('<raw>', 'raw folder, or s3://bucket/prefix')
    .argument('<out>', 'where to write, a folder or s3://bucket/prefix; a rerun continues there')
    .addOption(jobsOption());
  return addFeatureOptions(addInstanceOptions(command))
    .addOption(scaleOption())
    .option('--resample', 'interpolate series with uneven slice spacing instead of quarantining them', false)
    .option('--strict', 'make no release when any series is in quarantine', false)
    .option('--force', 'do everything again, whatever earlier runs left', false)
    .addOption(
      new Option('--deidentify <profile>', 'build from de-identified files and tables').choices([
        'basic',
        'research',
      ]),
    )
    .option('--keys <json>', 'with --deidentify: what leads back to the patients; keep it apart from OUT')
    .option('--json', 'log JSON lines instead of text', false)
    .addHelpText(
      'after',
      `
Exit codes: 0 all done; 1 nothing usable or an internal error; 2 wrong usage; 3 done, but some series are
in quarantine (OUT/reports/quarantine.json says which and why).

Examples:
  $ recist-dataset build raw out
  $ recist-dataset build raw out --jobs 8 --min-size 0.1 --min-size-units ml
  $ recist-dataset build raw out --deidentify research --keys keys.json
  $ recist-dataset build s3://hospital/raw s3://hospital/out --json`,
    )
    .action(async (raw: string, out: string, { keys, ...options }, command: Command) => {
      if (keys && !options.deidentify) command.error('error: --keys is of use only with --deidentify');
      const { runBuild } = await import('./run-build.ts');
      let from = raw;
      if (options.deidentify) {
        const { deidentifiedRaw } = await import('./deidentified-raw.ts');
        from = await deidentifiedRaw(raw, out, options.deidentify, keys);
      }
      process.exitCode = await runBuild(from, out, options);
    });
}
