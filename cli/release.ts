import { Command } from 'commander';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';

export function releaseCommand(): Command {
  return new Command('release')
    .description('Pack a final/ folder into final-formatted.zip, with its documents and manifest.')
    .argument('<final>', 'folder final/ with images/, metadata/ and recist_measurements.csv')
    .argument('<out>', 'where to write; final/ may stand in it already')
    .addHelpText('after', '\nExample:\n  $ recist-dataset release out/final out')
    .action(async (final: string, out: string) => {
      const [{ releaseFolder }, { openStore }, { ensureFinal }, { openInput }] = await Promise.all([
        import('../shared/folders/release-folder.ts'),
        import('../shared/store/open-store.ts'),
        import('../shared/folders/ensure-final.ts'),
        import('./folder-command.ts'),
      ]);
      const store = await openStore(out);
      await ensureFinal(await openInput(final), store);
      const { archive, members } = await releaseFolder(store);
      process.stdout.write(
        `${counted(members, 'file')} in ${out}/${archive.key}, ${(archive.bytes / 1e6).toFixed(1)} MB\n`,
      );
      process.exitCode = EXIT.done;
    });
}
