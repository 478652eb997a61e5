import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runFeatures } from '../../cli/run-features.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';

describe('features --save-axes', () => {
  it('draws what build --save-axes draws, and asks for a window', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const [raw, built, out] = [await phantomFolder(), temporaryFolder(), temporaryFolder()];
    const [builtStore, outStore] = [new FolderStore(built), new FolderStore(out)];
    await buildInline(new FolderStore(raw), builtStore, { saveAxes: true });
    const folders = [
      ...['images', 'masks', 'labels'].map((name) => join(built, 'final/images/train', name)),
      out,
    ];
    const measured = { method: 'obb', unconnectedStrategy: 'largest-area' } as const;
    const window = join(built, 'final/metadata/windows_mapping.json');
    expect(await runFeatures(folders, { ...measured, saveAxes: true, window })).toBe(0);

    const drawn = await keysOf(outStore, 'axes/');
    expect(drawn.length).toBeGreaterThan(2);
    expect(drawn.map((key) => `stats/train/${key}`)).toEqual(await keysOf(builtStore, 'stats/train/axes/'));
    for (const key of drawn)
      expect(await outStore.get(key)).toEqual(await builtStore.get(`stats/train/${key}`));

    await expect(runFeatures(folders, { ...measured, saveAxes: true })).rejects.toMatchObject({
      code: 'USAGE',
    });
    const unknown = { ...measured, saveAxes: true, window: 'liver' };
    await expect(runFeatures(folders, unknown)).rejects.toMatchObject({ code: 'USAGE' });
    vi.restoreAllMocks();
  }, 60_000);
});
