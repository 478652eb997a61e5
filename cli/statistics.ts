import { Command } from 'commander';

export function statisticsCommand(): Command {
  return new Command('statistics')
    .description('Voxel statistics, resolutions, header fields and density histograms of CTs.')
    .argument('<images>', 'folder of .nii.gz files')
    .argument('<out>', 'where to write stats.csv, resolution.csv, metadata.json and densities.json')
    .option('--npy', 'also write the densities as densities.npy (float64, a row a CT)', false)
    .addHelpText('after', '\nExample:\n  $ recist-dataset statistics nifti/train/images stats/train')
    .action(async (images: string, out: string, options: { npy: boolean }) => {
      const [{ statisticsFolder }, { openStore }, { exitOf, openInput, showFile }] = await Promise.all([
        import('../shared/folders/statistics-folder.ts'),
        import('../shared/store/open-store.ts'),
        import('./folder-command.ts'),
      ]);
      process.exitCode = exitOf(
        await statisticsFolder(await openInput(images), await openStore(out), options, showFile),
      );
    });
}
