import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { run } from './run.ts';

let [raw, built, work] = ['', '', ''];
const at = (...names: string[]) => join(work, ...names);

/** All files below two folders have the same names and bytes. */
function expectSame(made: string, expected: string): void {
  const filesOf = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
      .sort();
  expect(filesOf(made)).toEqual(filesOf(expected));
  expect(filesOf(made).length).toBeGreaterThan(0);
  for (const name of filesOf(made))
    expect(readFileSync(join(made, name)).equals(readFileSync(join(expected, name))), name).toBe(true);
}

function expectSameFiles(made: string, expected: string, names: string[]): void {
  for (const name of names)
    expect(readFileSync(join(made, name)).equals(readFileSync(join(expected, name))), name).toBe(true);
}

/** Each command alone, on what the one before it wrote, against the build of the same raw folder. */
describe('single steps', () => {
  beforeAll(async () => {
    [raw, built, work] = [await phantomFolder(), temporaryFolder(), temporaryFolder()];
    await buildInline(new FolderStore(raw), new FolderStore(built));
  }, 60_000);

  const step = (...parameters: string[]) => {
    const { status, stderr } = run(...parameters);
    expect({ status, stderr }).toMatchObject({ status: 0 });
  };
  const metadata = (name: string) => join(raw, 'metadata', name);

  it('convert', () => {
    const tables = ['--series', metadata('series.json'), '--patients', metadata('patients.csv')];
    step('convert', join(raw, 'images/dicom'), at('nifti'), ...tables);
    for (const subset of ['train', 'test'])
      expectSame(at('nifti', subset, 'images'), join(built, 'nifti', subset, 'images'));
  }, 30_000);

  it('normalize', () => {
    step('normalize', at('nifti/train/images'), at('norm'), metadata('windows_mapping.json'));
    expectSame(at('norm'), join(built, 'stats/train/norm'));
  });

  it('instances', () => {
    for (const subset of ['train', 'test']) {
      const drawn = join(raw, 'images/nifti', subset);
      step('instances', join(drawn, 'masks'), join(drawn, 'labels'), at('instances', subset));
      for (const folder of ['masks', 'labels'])
        expectSame(at('instances', subset, folder), join(built, 'final/images', subset, folder));
    }
  });

  it('statistics', () => {
    step('statistics', at('nifti/train/images'), at('stats'));
    const tables = ['stats.csv', 'resolution.csv', 'metadata.json', 'densities.json'];
    expectSameFiles(at('stats'), join(built, 'stats/train'), tables);
  });

  it('features', () => {
    const drawn = ['masks', 'labels'].map((folder) => at('instances/train', folder));
    step('features', at('nifti/train/images'), ...drawn, at('features'));
    expectSameFiles(at('features'), join(built, 'stats/train'), ['lesions_features.csv']);
  });

  it('metadata', () => {
    const tables = ['series.json', 'patients.csv', 'windows_mapping.json'].map(metadata);
    const recist = join(raw, 'recist_measurements.csv');
    const images = [at('nifti/train/images'), at('nifti/test/images')];
    step('metadata', ...images, ...tables, at('final'), '--recist', recist);
    expectSame(at('final/metadata'), join(built, 'final/metadata'));
    expectSameFiles(at('final'), join(built, 'final'), ['recist_measurements.csv']);
  });

  it('release', () => {
    step('release', join(built, 'final'), at('release'));
    expectSameFiles(at('release'), built, ['final-formatted.zip']);
    expect(readdirSync(at('release'))).not.toContain('.partial');
    step('verify', at('release/final-formatted.zip'));
  });

  it.each([
    ['convert', ['nowhere', 'out', '--series', 'series.json', '--patients', 'patients.csv']],
    ['normalize', ['nowhere', 'out', 'lung']],
    ['instances', ['nowhere', 'nowhere', 'out']],
    ['statistics', ['nowhere', 'out']],
    ['features', ['nowhere', 'nowhere', 'nowhere', 'out']],
    ['release', ['nowhere', 'out']],
    ['verify', ['nowhere']],
    ['build', ['nowhere', 'out']],
    ['unzip', ['nowhere', 'out']],
    ['windows', ['nowhere']],
    ['target-rois', ['nowhere', 'out']],
    ['renderings', ['nowhere', 'out']],
  ])('%s says that a folder is not there, and writes nothing', (command, parameters) => {
    const paths = parameters.map((name) => {
      if (name.endsWith('.json') || name.endsWith('.csv')) return metadata(name);
      return name === 'nowhere' || name === 'out' ? at(name) : name;
    });
    const { status, stderr } = run(command, ...paths);
    expect(stderr).toContain(`STORE_MISSING: there is no file in ${at('nowhere')}`);
    expect(status).toBe(1);
    expect(existsSync(at('out'))).toBe(false);
  });

  it('an unknown window is wrong usage', () => {
    const { status, stderr } = run('normalize', at('nifti/train/images'), at('norm'), 'lungs');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error USAGE: no window lungs; there are lung, abdomen, bone, air, brain, mediastinum\n',
    });
  });

  it('a table with a wrong column says so once, not for every row', () => {
    const { status, stderr } = run('release', raw, at('wrong'));
    expect(status).toBe(1);
    expect(stderr.split('\n').length).toBeLessThan(10);
    expect(stderr).toContain('expected string');
  });
});
