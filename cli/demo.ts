import { Command } from 'commander';

export function demoCommand(): Command {
  return new Command('demo')
    .description('Make a synthetic CT phantom as DICOM, build the dataset from it, and show what came out.')
    .argument('[folder]', 'where to write', 'demo')
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset demo            # writes demo/raw and demo/out`,
    )
    .action(async (folder: string) => {
      const { runDemo } = await import('./run-demo.ts');
      process.exitCode = await runDemo(folder);
    });
}
