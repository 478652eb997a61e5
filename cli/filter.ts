import { Command } from 'commander';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';

export function filterCommand(): Command {
  return new Command('filter')
    .description('Copy the DICOM files of the final patients and series, and nothing else.')
    .argument('<dicom>', 'folder of DICOM files, or s3://bucket/prefix')
    .argument('<out>', 'where to write, under the same keys')
    .requiredOption('--series <json>', 'series.json of the final series')
    .requiredOption('--patients <csv>', 'patients.csv of the final patients')
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset filter downloads raw/images/dicom --series final/metadata/series.json --patients final/metadata/patients.csv`,
    )
    .action(async (dicom: string, out: string, options: { series: string; patients: string }) => {
      const [
        { filterDicom },
        { openStore },
        { FinalSeries },
        { getJson },
        { readPatients },
        { openFile, openInput },
      ] = await Promise.all([
        import('../shared/acquisition/filter.ts'),
        import('../shared/store/open-store.ts'),
        import('../shared/tables/metadata.ts'),
        import('../shared/store/json.ts'),
        import('../shared/tables/metadata.ts'),
        import('./folder-command.ts'),
      ]);
      const [seriesFile, patientsFile] = [await openFile(options.series), await openFile(options.patients)];
      const series = await getJson(seriesFile.store, seriesFile.key, FinalSeries);
      const patients = await readPatients(patientsFile.store, patientsFile.key);
      const ids = new Set(patients.rows.map((row) => Number(row.patient_id)));
      const { copied, left } = await filterDicom(await openInput(dicom), await openStore(out), series, ids);
      process.stdout.write(`${counted(copied, 'file')} copied, ${left} left out\n`);
      process.exitCode = copied ? EXIT.done : EXIT.failed;
    });
}
