import { Command, Option } from 'commander';
import type { DownloadOptions } from '../shared/orthanc/download.ts';
import type { SeriesFilter } from '../shared/orthanc/find-series.ts';

export interface OrthancArguments extends SeriesFilter, DownloadOptions {
  user?: string;
  list: boolean;
}

export function orthancCommand(): Command {
  return new Command('orthanc')
    .description('List series on an Orthanc server, or download them into the raw layout.')
    .argument('<url>', 'base URL of its REST API, such as http://127.0.0.1:8042')
    .argument('[raw]', 'raw folder to download into, or s3://bucket/prefix; a rerun continues there')
    .option('--user <name>', 'user name; the password is read from the variable ORTHANC_PASSWORD')
    .option('--modality <modality>', 'only series of this modality', 'CT')
    .option('--patient <id>', 'only this patient id; * and ? are wildcards here and below')
    .option('--study <uid>', 'only this Study Instance UID')
    .option('--study-date <range>', 'only studies of this day or range, YYYYMMDD or YYYYMMDD-YYYYMMDD')
    .option('--series <uid>', 'only this Series Instance UID')
    .option('--description <pattern>', 'only series whose description matches')
    .option('--list', 'only show what matches', false)
    .addOption(
      new Option('--format <format>', 'the DICOM files, or one NIfTI volume a series')
        .choices(['dicom', 'nifti'])
        .default('dicom'),
    )
    .option(
      '--resample',
      'nifti: interpolate series with uneven slice spacing, instead of refusing them',
      false,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ recist-dataset orthanc http://127.0.0.1:8042 --list --description 'Portal*'
  $ ORTHANC_PASSWORD=... recist-dataset orthanc http://pacs:8042 raw --user me --study-date 20230101-20231231
  $ recist-dataset orthanc http://127.0.0.1:8042 raw --format nifti`,
    )
    .action(async (url: string, raw: string | undefined, options: OrthancArguments) => {
      const { runOrthanc } = await import('./run-orthanc.ts');
      process.exitCode = await runOrthanc(url, options.list ? undefined : raw, options);
    });
}
