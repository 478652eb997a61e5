import { Command, InvalidArgumentError, Option } from 'commander';

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Whole days, 0 or more.');
  return value;
}

export function assessCommand(): Command {
  return new Command('assess')
    .description('Assess response by RECIST 1.1: every time point, best overall response, dates, timelines.')
    .argument('<recist>', 'measurements: recist_measurements.csv, a table of pyrecist, or CDISC TR with --tu')
    .argument('<out>', 'where to write, a folder or s3://bucket/prefix')
    .option('--features <csv...>', 'lesions_features.csv: classes, sites and computed axes of the lesions')
    .option('--series <json>', 'series.json: slice thickness of the baseline CT')
    .option('--tu <csv>', 'CDISC TU table, with a TR table')
    .option('--rs <csv>', 'CDISC RS table: hold our responses against its')
    .option('--confirmation-days <n>', 'days until a CR or PR counts as confirmed', days, 28)
    .option(
      '--min-sd-days <n>',
      "days from the baseline that SD must have lasted (the protocol's choice)",
      days,
      0,
    )
    .addOption(new Option('--compat <program>', "give another program's responses").choices(['pyrecist']))
    .addHelpText(
      'after',
      `
Writes patients.csv, time_points.csv, baseline_checks.csv, assessments.json and timelines/<patient>.svg;
with --features measurement_agreement.{csv,json,svg}; with --rs response_agreement.csv; with --compat
pyrecist.csv and differences.csv. Every response cites its section or table of Eisenhauer et al. 2009.
Exit codes: 0 all done; 1 a table cannot be read; 2 wrong usage.

Examples:
  $ recist-dataset assess out/final/recist_measurements.csv assessed \\
      --features out/stats/train/lesions_features.csv out/stats/test/lesions_features.csv \\
      --series out/final/metadata/series.json
  $ recist-dataset assess tr.csv assessed --tu tu.csv --rs rs.csv --min-sd-days 42
  $ recist-dataset assess measurements.csv assessed --compat pyrecist`,
    )
    .action(async (recist: string, out: string, options) => {
      const { runAssess } = await import('./run-assess.ts');
      await runAssess(recist, out, options);
    });
}
