import { Command, InvalidArgumentError } from 'commander';

export interface SegmentationsArguments {
  ct: string;
  suffix: string;
  threshold: number;
  labels?: string;
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('From 0 to 1.');
  return value;
}

export function segmentationsCommand(): Command {
  return new Command('segmentations')
    .description("Turn segmentations into masks and labels on their CT's grid.")
    .argument('<input>', 'a .seg.nrrd, DICOM SEG, RTSTRUCT or label NIfTI file, or a folder of them')
    .argument('<out>', 'where masks/ and labels/ go, such as raw/images/nifti/train; or s3://bucket/prefix')
    .requiredOption('--ct <nifti>', 'the CT as NIfTI, or a folder of <series uid>.nii.gz')
    .option('--suffix <text>', 'only files whose name, without extension, ends with this', '')
    .option('--labels <json>', 'names, codes or numbers of segments to descriptions; null leaves one out')
    .option('--threshold <fraction>', 'a fractional voxel counts from this probability on', fraction, 0.5)
    .addHelpText(
      'after',
      `
A folder's files are matched to CTs by the series they reference, else by the series uid in their name or folder.
Where segments overlap the later one wins; segmentations.json in OUT tells how often.
Exit codes: 0 all done; 1 nothing was written; 2 wrong usage; 3 some could not be converted.

Examples:
  $ recist-dataset segmentations tumour.seg.nrrd out --ct 1.2.840.99.nii.gz
  $ recist-dataset segmentations slicer/train raw/images/nifti/train --ct ct --suffix corrected --labels names.json`,
    )
    .action(async (input: string, out: string, options: SegmentationsArguments) => {
      const { runSegmentations } = await import('./run-segmentations.ts');
      process.exitCode = await runSegmentations(input, out, options);
    });
}
