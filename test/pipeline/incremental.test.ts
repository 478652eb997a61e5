import { readFileSync, rmSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runProgress } from '../../shared/cloud/run-progress.ts';
import { build } from '../../shared/pipeline/build.ts';
import { BuildOptions } from '../../shared/pipeline/options.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { buildInline, inlineRunner } from './inline-runner.ts';
import { edit, keysOf, phantomFolder, phantomUids, temporaryFolder } from './phantom-folder.ts';

const manifest = (out: string) => readFileSync(join(out, 'manifest.json'), 'utf8');

/** Builds the phantom, changes something, builds again: what was done again, and is it as if from scratch? */
async function rebuiltAfter(change: (raw: string, out: string, uids: string[]) => void, options = {}) {
  const [raw, out, scratch] = [await phantomFolder(), temporaryFolder(), temporaryFolder()];
  await buildInline(new FolderStore(raw), new FolderStore(out));
  change(raw, out, phantomUids(raw));
  const again = await buildInline(new FolderStore(raw), new FolderStore(out), options);
  await buildInline(new FolderStore(raw), new FolderStore(scratch), options);
  expect(manifest(out)).toBe(manifest(scratch));
  return again;
}

test('an unchanged second build does no work', async () => {
  const { stepsRun } = await rebuiltAfter(() => {});
  expect(stepsRun).toEqual({});
});

test('a corrected mask redoes the instances and features of its series, and the tables', async () => {
  const { stepsRun } = await rebuiltAfter((raw, _out, [uid]) => {
    edit(raw, `images/nifti/train/masks/${uid}.nii.gz`, (bytes) => {
      const nifti = gunzipSync(bytes);
      nifti.fill(0, 352 + nifti.indexOf(1, 352) - 352, 352 + nifti.indexOf(1, 352) - 352 + 1);
      return gzipSync(nifti);
    });
  });
  expect(stepsRun).toEqual({ instances: 1, features: 1, collect: 1, finalise: 1 });
});

test('a changed labels file redoes what a changed mask does', async () => {
  const { stepsRun } = await rebuiltAfter((raw, _out, [uid]) => {
    edit(raw, `images/nifti/train/labels/${uid}.json`, () => '{"1": "m,bazo"}');
  });
  expect(stepsRun).toEqual({ instances: 1, features: 1, collect: 1, finalise: 1 });
});

test('a changed patient row redoes the tables alone', async () => {
  const { stepsRun } = await rebuiltAfter((raw) => {
    edit(raw, 'metadata/patients.csv', (bytes) => bytes.toString().replace('colon cancer', 'melanoma'));
  });
  expect(stepsRun).toEqual({ finalise: 1 });
});

test('a changed DICOM file redoes its series', async () => {
  const { stepsRun } = await rebuiltAfter((raw) => {
    edit(raw, 'images/dicom/2/3/Torax 3.0 phantom/CT000004.dcm', (bytes) => {
      bytes.writeInt16LE(1000, bytes.length - 2);
      return bytes;
    });
  });
  expect(stepsRun).toEqual({
    convert: 1,
    normalize: 1,
    statistics: 1,
    instances: 1,
    features: 1,
    collect: 1,
    finalise: 1,
  });
});

test('a DICOM file touched but not changed is converted again, and nothing follows from it', async () => {
  const { stepsRun } = await rebuiltAfter((raw) => {
    utimesSync(join(raw, 'images/dicom/2/3/Torax 3.0 phantom/CT000004.dcm'), 1, 1);
  });
  expect(stepsRun).toEqual({ convert: 1, collect: 1, finalise: 1 });
});

test('a changed option redoes the steps it concerns', async () => {
  const { stepsRun } = await rebuiltAfter(() => {}, { scale: 'window' });
  expect(stepsRun).toEqual({ normalize: 4, collect: 4, finalise: 1 });
});

test('an output that was lost is made again', async () => {
  const { stepsRun } = await rebuiltAfter((_raw, out, [uid]) => {
    unlinkSync(join(out, `stats/train/norm/${uid}.nii.gz`));
  });
  expect(stepsRun).toMatchObject({ normalize: 1 });
});

test('--force does everything again, to the same bytes', async () => {
  const { stepsRun } = await rebuiltAfter(() => {}, { force: true });
  expect(stepsRun).toMatchObject({ convert: 4, finalise: 1 });
});

test('a withdrawn series leaves nothing behind', async () => {
  const [raw, out] = [await phantomFolder(), temporaryFolder()];
  await buildInline(new FolderStore(raw), new FolderStore(out));
  const [, , , last] = phantomUids(raw);
  edit(raw, 'metadata/series.json', (bytes) =>
    JSON.stringify(JSON.parse(bytes.toString()).filter(({ uuid }: { uuid: string }) => uuid !== last)),
  );
  edit(raw, 'recist_measurements.csv', (bytes) =>
    bytes
      .toString()
      .split('\n')
      .filter((line) => !line.includes(`${last},`))
      .join('\n'),
  );
  await buildInline(new FolderStore(raw), new FolderStore(out));
  const left = (await keysOf(new FolderStore(out), '')).filter(
    (key) => key.includes(`${last}.`) || key.endsWith(last),
  );
  expect(left).toEqual([]);
});

test('a table of measurements that is withdrawn is published no more', async () => {
  await rebuiltAfter((raw, _out) => unlinkSync(join(raw, 'recist_measurements.csv')));
});

test.each(['tables', 'release'])(
  'a build stopped at the %s makes no release, and the next one does',
  async (phase) => {
    const [raw, out] = [new FolderStore(await phantomFolder()), new FolderStore(temporaryFolder())];
    await buildInline(raw, out);
    const whole = manifest(out.url);
    const stop = new AbortController();
    const stopped = build({
      raw,
      out,
      options: BuildOptions.parse({}),
      strict: false,
      force: true,
      runner: inlineRunner(raw, out),
      signal: stop.signal,
      onEvent: (event) => {
        if (event.event === 'finalising' && event.phase === phase) stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow();
    expect(await keysOf(out, 'manifest.json')).toEqual([]);
    expect(await runProgress({ out })).toMatchObject({ state: 'unfinished' });
    await buildInline(raw, out);
    expect(manifest(out.url)).toBe(whole);
  },
);

test('the records of earlier runs may be lost at any time', async () => {
  const { stepsRun } = await rebuiltAfter((_raw, out) => rmSync(join(out, '.state'), { recursive: true }));
  expect(stepsRun).toMatchObject({ convert: 4, features: 4, finalise: 1 });
});
