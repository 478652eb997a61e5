import { Command } from 'commander';

const FORMS = 'OUT_OF_BUILD ROIS | CTS MASKS LABELS FEATURES RECIST WINDOWS ROIS';

export function targetRoisCommand(): Command {
  return new Command('target-rois')
    .description('Draw every RECIST target in the slice of its longest axis, and join targets with features.')
    .usage(`[options] ${FORMS}`)
    .argument('<paths...>', 'OUT of a build, or its parts; then where to write png/ and targets.csv')
    .addHelpText(
      'after',
      `
OUT_OF_BUILD and the folders CTS, MASKS, LABELS and ROIS may be s3://bucket/prefix too. FEATURES is
lesions_features.csv; WINDOWS is windows_mapping.json, or one window for all (lung, abdomen, ...).

Examples:
  $ recist-dataset target-rois out rois
  $ recist-dataset target-rois final/images/train/{images,masks,labels} stats/train/lesions_features.csv \\
      final/recist_measurements.csv final/metadata/windows_mapping.json rois`,
    )
    .action(async (paths: string[], _options: object, command: Command) => {
      if (paths.length !== 2 && paths.length !== 7) command.error(`error: 2 or 7 paths are needed: ${FORMS}`);
      const { runTargetRois } = await import('./run-target-rois.ts');
      process.exitCode = await runTargetRois(paths);
    });
}
