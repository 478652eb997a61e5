import { Command, Option } from 'commander';

export interface DeidentifyArguments {
  profile: 'basic' | 'research';
  keys: string;
}

export function deidentifyCommand(): Command {
  return new Command('deidentify')
    .description('De-identify DICOM files by DICOM PS3.15 annex E.')
    .argument('<dicom>', 'folder of DICOM files, or s3://bucket/prefix')
    .argument('<out>', 'where the de-identified files go')
    .addOption(
      new Option(
        '--profile <name>',
        'research keeps shifted dates, ages up to 90+, sex, size and cleaned descriptions',
      )
        .choices(['basic', 'research'])
        .default('research'),
    )
    .requiredOption('--keys <json>', 'secret and mapping tables: made when missing, never below OUT')
    .addHelpText(
      'after',
      `
Files are named by their new identities; deidentification.json lists every attribute touched, per series.
The same keys give the same replacements in every run: keep them, apart from the release, and secret.
Exit codes: 0 all done; 1 nothing was written; 2 wrong usage; 3 some files were refused.

Example:
  $ recist-dataset deidentify raw/images/dicom release/dicom --profile research --keys private/keys.json`,
    )
    .action(async (dicom: string, out: string, options: DeidentifyArguments) => {
      const { runDeidentify } = await import('./run-deidentify.ts');
      process.exitCode = await runDeidentify(dicom, out, options);
    });
}
