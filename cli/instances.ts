import { Command } from 'commander';
import type { AcceptOptions } from '../shared/lesions/instances.ts';
import { addInstanceOptions } from './build-options.ts';

export function instancesCommand(): Command {
  const command = new Command('instances')
    .description('Split drawn masks into lesion instances: masks, labels and the tables of lesions.')
    .argument('<masks>', 'folder of drawn masks, <uuid>.nii.gz')
    .argument('<labels>', 'folder of their labels, <uuid>.json')
    .argument('<out>', 'where to write');
  return addInstanceOptions(command)
    .addHelpText(
      'after',
      `
Example:
  $ recist-dataset instances raw/images/nifti/train/masks raw/images/nifti/train/labels final/images/train`,
    )
    .action(
      async (
        masks: string,
        labels: string,
        out: string,
        options: AcceptOptions & { saveNonAccepted: boolean },
      ) => {
        const [{ instancesFolder }, { openStore }, { exitOf, openInput, showFile }] = await Promise.all([
          import('../shared/folders/instances-folder.ts'),
          import('../shared/store/open-store.ts'),
          import('./folder-command.ts'),
        ]);
        const [maskStore, labelStore] = await Promise.all([masks, labels].map(openInput));
        const outStore = await openStore(out);
        process.exitCode = exitOf(await instancesFolder(maskStore, labelStore, outStore, options, showFile));
      },
    );
}
