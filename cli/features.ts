import { Command } from 'commander';
import type { FeatureOptions } from '../shared/lesions/features.ts';
import { addFeatureOptions } from './build-options.ts';

export function featuresCommand(): Command {
  const command = new Command('features')
    .description('Size, density and diameters of every lesion instance: lesions_features.csv.')
    .argument('<cts>', 'folder of CTs, <uuid>.nii.gz')
    .argument('<masks>', 'folder of masks of lesion instances, <uuid>.nii.gz')
    .argument('<labels>', 'folder of their labels, <uuid>.json')
    .argument('<out>', 'where to write');
  return addFeatureOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset features final/images/train/images final/images/train/masks final/images/train/labels stats \\
      --method ellipse --unconnected-strategy largest-measurement`,
    )
    .action(async (cts: string, masks: string, labels: string, out: string, options: FeatureOptions) => {
      const [{ featuresFolder }, { openStore }, { exitOf, showFile }] = await Promise.all([
        import('../shared/folders/features-folder.ts'),
        import('../shared/store/open-store.ts'),
        import('./folder-command.ts'),
      ]);
      const [ctStore, maskStore, labelStore, outStore] = await Promise.all(
        [cts, masks, labels, out].map(openStore),
      );
      const stores = { cts: ctStore, masks: maskStore, labels: labelStore, out: outStore };
      process.exitCode = exitOf(await featuresFolder(stores, options, showFile));
    });
}
