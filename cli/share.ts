import { Command, InvalidArgumentError, Option } from 'commander';
import { number } from './build-options.ts';

export interface ShareArguments {
  series?: string;
  upload: boolean;
  days?: number;
  note: string;
  shareUrl?: string;
  presigned: boolean;
  /** File to write the page of presigned links to. */
  page?: string;
  list: boolean;
  /** Id of the share to end. */
  revoke?: string;
  json: boolean;
}

export function shareCommand(): Command {
  return new Command('share')
    .description('Make links to a release or a series in a bucket, or for uploading studies into it.')
    .argument('<out>', 's3://bucket/out')
    .option('--series <uid>', 'share the files of this series, instead of the release')
    .option('--upload', 'let somebody upload zip archives of DICOM files into incoming/', false)
    .option('--days <n>', 'how long the link works; 30 when not given, 7 for presigned links', days)
    .option('--note <text>', 'whom or what the share is for; shown by --list', '')
    .addOption(new Option('--share-url <url>', "the stack's output ShareUrl").env('RECIST_SHARE_URL'))
    .option('--presigned', 'print links of S3 itself: for 7 days at most, and not to be revoked', false)
    .option('--page <file>', 'write the presigned links to an HTML page, to be sent or hosted')
    .option('--list', 'show all shares', false)
    .option('--revoke <id>', 'end the share with this id, at once')
    .option('--json', 'print presigned links, or the shares of --list and --revoke, as JSON', false)
    .addHelpText(
      'after',
      `
A share is a link that works until it expires or is revoked. It needs the share URL of a deployment (npx cdk deploy).
Presigned links work on any S3 server, such as MinIO, and with no deployment.

Examples:
  $ export RECIST_SHARE_URL=https://....lambda-url.eu-central-1.on.aws
  $ recist-dataset share s3://bucket/out --days 90 --note 'reviewers'
  $ recist-dataset share s3://bucket/out --series 1.2.840.113619.2.55
  $ recist-dataset share s3://bucket/out --upload --days 14 --note 'hospital B'
  $ recist-dataset share s3://bucket/out --list
  $ recist-dataset share s3://bucket/out --revoke Wn0cTf2kN9QyLr5a
  $ recist-dataset share s3://bucket/out --page release.html --days 2
  $ recist-dataset share s3://bucket/out --json | jq -r .objects[].url`,
    )
    .action(async (out: string, options: ShareArguments) => {
      const { runShare } = await import('./run-share.ts');
      process.exitCode = await runShare(out, options);
    });
}

function days(text: string): number {
  const value = number(text);
  if (!(value > 0 && value <= 3650)) throw new InvalidArgumentError('More than 0 and at most 3650.');
  return value;
}
