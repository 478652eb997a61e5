import { Command } from 'commander';
import { jobsOption } from './build-options.ts';

interface ConvertArguments {
  series: string;
  patients: string;
  resample: boolean;
  jobs: number;
}

export function convertCommand(): Command {
  return new Command('convert')
    .description('DICOM series to NIfTI: <subset>/images/<uuid>.nii.gz for each series of series.json.')
    .argument('<dicom>', 'folder of DICOM files, any names and nesting, or s3://bucket/prefix')
    .argument('<out>', 'where to write')
    .requiredOption('--series <json>', 'series.json: which series to convert')
    .requiredOption('--patients <csv>', 'patients.csv: the subset of each patient')
    .addOption(jobsOption())
    .option('--resample', 'interpolate series with uneven slice spacing instead of refusing them', false)
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset convert raw/images/dicom nifti --series raw/metadata/series.json --patients raw/metadata/patients.csv`,
    )
    .action(async (dicom: string, out: string, options: ConvertArguments) => {
      const [{ convertFolder }, { openStore }, tables, { exitOf, openFile, openInput, showFile }] =
        await Promise.all([
          import('../shared/folders/convert-folder.ts'),
          import('../shared/store/open-store.ts'),
          import('../shared/tables/metadata.ts'),
          import('./folder-command.ts'),
        ]);
      const [seriesFile, patientsFile] = [await openFile(options.series), await openFile(options.patients)];
      const series = await tables.readSeries(seriesFile.store, seriesFile.key);
      const patients = await tables.readPatients(patientsFile.store, patientsFile.key);
      const settings = { series, patients, resample: options.resample, jobs: options.jobs };
      process.exitCode = exitOf(
        await convertFolder(await openInput(dicom), await openStore(out), settings, showFile),
      );
    });
}
