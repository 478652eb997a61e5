import { Command } from 'commander';
import { DatasetError } from '../shared/errors.ts';

export function unzipCommand(): Command {
  return new Command('unzip')
    .description('Unpack the zip archives of studies as a PACS exports them, each into a folder of its name.')
    .argument('<archives>', 'a .zip file, or a folder of them')
    .argument('<out>', 'where to write')
    .addHelpText(
      'after',
      `
Archives with names that leave the folder, links, archives inside, or absurd expansion are refused whole.

Example:
  $ recist-dataset unzip downloads raw/images/dicom`,
    )
    .action(async (archives: string, out: string) => {
      const [{ unzip }, { openStore }, { forEach, namesIn }, { exitOf, openFile, openInput, showFile }] =
        await Promise.all([
          import('../shared/acquisition/unzip.ts'),
          import('../shared/store/open-store.ts'),
          import('../shared/folders/each-file.ts'),
          import('./folder-command.ts'),
        ]);
      const single = archives.endsWith('.zip') ? await openFile(archives) : undefined;
      const from = single?.store ?? (await openInput(archives));
      const names = single ? [single.key.slice(0, -'.zip'.length)] : await namesIn(from, '.zip');
      const to = await openStore(out);
      const unpack = async (name: string) => {
        const key = `${name}.zip`;
        const bytes = (await from.head(key))?.bytes ?? 0;
        await unzip({ bytes, read: (offset, length) => from.get(key, { offset, length }) }, to, `${name}/`);
      };
      if (names.length === 0) throw new DatasetError('STORE_MISSING', `there is no .zip file in ${archives}`);
      process.exitCode = exitOf(await forEach(names, unpack, showFile));
    });
}
