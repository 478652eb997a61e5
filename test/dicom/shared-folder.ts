import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { SeriesFile } from '../../shared/dicom/series.ts';

/** The folder of reference data beside the checkout; tests that need it are skipped where it is absent. */
export const sharedFolder = fileURLToPath(new URL('../../../shared', import.meta.url));

export const hasSharedFolder = existsSync(join(sharedFolder, 'golden'));

/** Every file below a folder, or in a zip, of the reference data. */
export function filesOf(path: string): SeriesFile[] {
  if (path.endsWith('.zip')) {
    const members = Object.entries(unzipSync(readFileSync(join(sharedFolder, path))));
    return members
      .filter(([name]) => !name.endsWith('/'))
      .map(([key, bytes]) => ({ key, read: async () => bytes }));
  }
  return readdirSync(join(sharedFolder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return { key: file.slice(sharedFolder.length + 1), read: async () => readFileSync(file) };
    });
}
