import { Command } from 'commander';
import type { GreyScale } from '../shared/volume/windowing.ts';
import { scaleOption } from './build-options.ts';

export function normalizeCommand(): Command {
  return new Command('normalize')
    .description('Clip CTs to a window and scale them to uint8.')
    .argument('<cts>', 'folder of .nii.gz files')
    .argument('<out>', 'where to write, under the same names')
    .argument('<window>', 'a window for all (lung, abdomen, ...), windows_mapping.json, or percentiles')
    .addOption(scaleOption())
    .addHelpText(
      'after',
      `
Examples:
  $ recist-dataset normalize nifti/train/images norm raw/metadata/windows_mapping.json
  $ recist-dataset normalize nifti/train/images norm lung --scale window`,
    )
    .action(async (cts: string, out: string, window: string, { scale }: { scale: GreyScale }) => {
      const [
        { normalizeFolder },
        { displayWindow },
        { openStore },
        { readWindows },
        { exitOf, openFile, openInput, showFile },
      ] = await Promise.all([
        import('../shared/folders/normalize-folder.ts'),
        import('../shared/pictures/display-window.ts'),
        import('../shared/store/open-store.ts'),
        import('../shared/tables/metadata.ts'),
        import('./folder-command.ts'),
      ]);
      const percentiles = window === 'percentiles';
      let windowOf = (_filename: string): string | undefined => window;
      if (window.endsWith('.json')) {
        const { store, key } = await openFile(window);
        const mapping = await readWindows(store, key);
        windowOf = (filename) => mapping[filename];
      } else if (!percentiles) displayWindow(window);
      const settings = { scale, percentiles };
      const [from, to] = [await openInput(cts), await openStore(out)];
      process.exitCode = exitOf(await normalizeFolder(from, to, windowOf, settings, showFile));
    });
}
