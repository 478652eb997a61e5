import { Command } from 'commander';
import { addFeatureOptions } from './build-options.ts';
import type { FeaturesArguments } from './run-features.ts';

export function featuresCommand(): Command {
  const command = new Command('features')
    .description('Size, density and diameters of every lesion instance: lesions_features.csv.')
    .argument('<cts>', 'folder of CTs, <uuid>.nii.gz')
    .argument('<masks>', 'folder of masks of lesion instances, <uuid>.nii.gz')
    .argument('<labels>', 'folder of their labels, <uuid>.json')
    .argument('<out>', 'where to write');
  return addFeatureOptions(command)
    .option(
      '--window <window>',
      'for --save-axes: a window for all (lung, abdomen, ...), or windows_mapping.json',
    )
    .addHelpText(
      'after',
      `
--save-axes draws axes/<uuid>_label_<id>.png beside the table.

Examples:
  $ recist-dataset features final/images/train/images final/images/train/masks final/images/train/labels stats \\
      --method ellipse --unconnected-strategy largest-measurement
  $ recist-dataset features final/images/train/images final/images/train/masks final/images/train/labels stats \\
      --save-axes --window final/metadata/windows_mapping.json`,
    )
    .action(async (cts: string, masks: string, labels: string, out: string, options: FeaturesArguments) => {
      const { runFeatures } = await import('./run-features.ts');
      process.exitCode = await runFeatures([cts, masks, labels, out], options);
    });
}
