import { Command } from 'commander';
import { EXIT } from './exit.ts';

export function windowsCommand(): Command {
  return new Command('windows')
    .description('Make windows_mapping.json: a display window for each series, by its region and kernel.')
    .argument('<raw>', 'raw folder with images/dicom/ and metadata/series.json')
    .option('--overrides <json>', 'windows that are not to be guessed, by file name or series UID')
    .addHelpText(
      'after',
      `
What each window was guessed from is printed; correct it with --overrides, or in the file.

Example:
  $ recist-dataset windows raw --overrides windows.json`,
    )
    .action(async (raw: string, { overrides }: { overrides?: string }) => {
      const [{ writeWindows }, { readWindows }, { openFile, openInput }] = await Promise.all([
        import('../shared/acquisition/write-windows.ts'),
        import('../shared/tables/metadata.ts'),
        import('./folder-command.ts'),
      ]);
      const file = overrides === undefined ? undefined : await openFile(overrides);
      const given = file ? await readWindows(file.store, file.key) : {};
      const { guesses, unused } = await writeWindows(await openInput(raw), given);
      for (const { uuid, window, from, region, kernel } of guesses) {
        process.stdout.write(
          `${window.padEnd(12)} ${uuid}  by ${from} (region ${region || '?'}, kernel ${kernel || '?'})\n`,
        );
      }
      for (const name of unused)
        process.stderr.write(`${overrides} overrides ${name}, which series.json does not have\n`);
      process.exitCode = guesses.length ? EXIT.done : EXIT.failed;
    });
}
