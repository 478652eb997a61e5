import { Command } from 'commander';

export interface StatusArguments {
  watch: boolean;
  json: boolean;
}

export function statusCommand(): Command {
  return new Command('status')
    .description('Show how far a run in the cloud has come, or how the last build of a folder ended.')
    .argument('<out>', 's3://bucket/out of a deployment, or the OUT of a build')
    .argument('[run]', 'name of a run; the latest when not given')
    .option('--watch', 'print every change, until the run has ended', false)
    .option('--json', 'print JSON, one line for each change with --watch', false)
    .addHelpText(
      'after',
      `
Exit codes: 0 under way or done; 1 the run failed, or there is none; 3 done, but some series are in quarantine.

Examples:
  $ recist-dataset status s3://bucket/out
  $ recist-dataset status s3://bucket/out build-5f0c9a4e-3a57-4d0c-8f25-6a1f8c1b7a90 --watch
  $ recist-dataset status s3://bucket/out --json | jq .quarantined
  $ recist-dataset status out`,
    )
    .action(async (out: string, run: string | undefined, options: StatusArguments) => {
      const { runStatus } = await import('./run-status.ts');
      process.exitCode = await runStatus(out, run, options);
    });
}
