import { Command } from 'commander';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';

export function metadataCommand(): Command {
  return new Command('metadata')
    .description('Final metadata: the tables cut down to the CTs that are there, without internal columns.')
    .argument('<train-ct>', 'folder of the training CTs, <uuid>.nii.gz')
    .argument('<test-ct>', 'folder of the test CTs')
    .argument('<series>', 'series.json')
    .argument('<patients>', 'patients.csv')
    .argument('<windows>', 'windows_mapping.json')
    .argument('<out>', 'where to write metadata/ and recist_measurements.csv')
    .option('--recist <csv>', 'recist_measurements.csv')
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset metadata nifti/train/images nifti/test/images raw/metadata/series.json raw/metadata/patients.csv \\
      raw/metadata/windows_mapping.json final --recist raw/recist_measurements.csv`,
    )
    .action(async (...args: [string, string, string, string, string, string, { recist?: string }]) => {
      const [train, test, series, patients, windows, out, { recist }] = args;
      const [{ writeFinalMetadata }, { openStore }, tables, { openFile }] = await Promise.all([
        import('../shared/folders/metadata-folder.ts'),
        import('../shared/store/open-store.ts'),
        import('../shared/tables/metadata.ts'),
        import('./folder-command.ts'),
      ]);
      const read = async <T>(
        path: string,
        as: (store: Awaited<ReturnType<typeof openStore>>, key: string) => Promise<T>,
      ) => {
        const { store, key } = await openFile(path);
        return as(store, key);
      };
      const raw = {
        series: await read(series, tables.readSeries),
        patients: await read(patients, tables.readPatients),
        windows: await read(windows, tables.readWindows),
        recist: recist === undefined ? undefined : await read(recist, tables.readRecist),
      };
      const images = [await openStore(train), await openStore(test)];
      const written = await writeFinalMetadata(images, raw, await openStore(out));
      process.stdout.write(`${written.series} series of ${counted(written.patients, 'patient')}\n`);
      process.exitCode = EXIT.done;
    });
}
