import { Command, Option } from 'commander';
import type { FeatureOptions } from '../shared/lesions/features.ts';

export function otherDatasetsCommand(): Command {
  return new Command('other-datasets')
    .description('Measure the lesions of other public datasets: other_datasets_lesions_info.csv.')
    .argument('<list>', 'other_datasets.json: {dataset_name, path_to_masks, lesion_label_value} each')
    .argument('<out>', 'where to write')
    .addOption(new Option('--method <method>').choices(['obb', 'ellipse']).default('obb'))
    .addOption(
      new Option('--unconnected-strategy <strategy>', 'for several parts in one slice')
        .choices(['largest-area', 'largest-measurement', 'sum', 'join'])
        .default('largest-area'),
    )
    .addHelpText('after', '\nExample:\n  $ recist-dataset other-datasets other_datasets.json stats')
    .action(async (list: string, out: string, options: FeatureOptions) => {
      const { runOtherDatasets } = await import('./run-other-datasets.ts');
      process.exitCode = await runOtherDatasets(list, out, options);
    });
}
