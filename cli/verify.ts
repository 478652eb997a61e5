import { Command } from 'commander';

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check a finished dataset: checksums, images against masks and labels, tables, archive.')
    .argument('<dataset>', 'OUT of a build (folder or s3://bucket/prefix), or a release archive (.zip)')
    .option('--identifiers <keys>', 'also look for the originals that a keys file of deidentify knows')
    .option('--json', 'print the findings as JSON', false)
    .addHelpText(
      'after',
      `
Exit codes: 0 everything is right; 1 something is wrong, and is listed.

Examples:
  $ recist-dataset verify out
  $ recist-dataset verify final-formatted.zip
  $ recist-dataset verify out --identifiers keys.json`,
    )
    .action(async (dataset: string, options: { json: boolean; identifiers?: string }) => {
      const { runVerify } = await import('./run-verify.ts');
      process.exitCode = await runVerify(dataset, options);
    });
}
