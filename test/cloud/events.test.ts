import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { beforeEach, describe, expect, test } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { keysOf, phantomFolder, phantomUids } from '../pipeline/phantom-folder.ts';
import { InProcessCloud, QUIET_SECONDS } from './in-process.ts';
import { expectSameAsFromScratch, membersBelow, upload, zipOf } from './raw-content.ts';

let cloud: InProcessCloud;
let phantom: FolderStore;
let uids: string[];

beforeEach(async () => {
  cloud = new InProcessCloud();
  phantom = new FolderStore(await phantomFolder());
  uids = phantomUids(phantom.url);
});

const MASK = () => `images/nifti/train/masks/${uids[0]}.nii.gz`;
const isTable = (key: string) => key.startsWith('metadata/') && key !== 'metadata/series.json';
const isAnnotation = (key: string) => key.startsWith('images/nifti/') || key === 'recist_measurements.csv';
const json = async (key: string) => JSON.parse(Buffer.from(await cloud.bucket.get(key)).toString());
const study = (path: string) => membersBelow(phantom, `images/dicom/${path}`);

/** The mask with its first lesion voxel wiped out. */
async function corrected(mask: string): Promise<Uint8Array> {
  const nifti = gunzipSync(await phantom.get(mask));
  nifti[nifti.findIndex((value, at) => at >= 352 && value > 0)] = 0;
  return gzipSync(nifti);
}

/** The whole phantom, uploaded and built. */
async function built(): Promise<void> {
  await upload(phantom, cloud.raw);
  await cloud.deliverAll();
  expect(await cloud.runAll()).toMatchObject([{ state: 'succeeded', accepted: 4, quarantined: 0 }]);
}

/** Delivers what is waiting, lets the runs end, and says how many there were. */
async function runs(): Promise<number> {
  await cloud.deliverAll();
  const ended = await cloud.runAll();
  for (const status of ended) expect(status).toMatchObject({ state: 'succeeded' });
  return ended.length;
}

describe('events', () => {
  test('of a whole dataset within the quiet period are one run', async () => {
    await built();
    await expectSameAsFromScratch(cloud);
  });

  test('of single DICOM files are one run, which begins a quiet period after the last of them', async () => {
    await upload(phantom, cloud.raw);
    for (const key of cloud.events) {
      await cloud.deliver(key);
      cloud.letPass(QUIET_SECONDS - 1);
    }
    const last = Date.now();
    expect(cloud.executions).toHaveLength(1);
    await cloud.runAll();
    expect(Date.now()).toBe(last + 1000);
    await expectSameAsFromScratch(cloud);
  });

  test('that come twice, at once or after the build, do nothing again', async () => {
    await upload(phantom, cloud.raw);
    const again = [...cloud.events];
    for (const key of again) await cloud.deliver(key);
    expect(await runs()).toBe(1);
    const release = await cloud.out.head('final-formatted.zip');
    cloud.events.push(...again);
    expect(await runs()).toBe(1);
    expect(cloud.executions).toHaveLength(2);
    expect(await json('out/reports/run.json')).toMatchObject({ ran: false });
    expect(await cloud.out.head('final-formatted.zip')).toEqual(release);
    await expectSameAsFromScratch(cloud);
  });

  test('of a deletion and a new upload, swapped, tell the same', async () => {
    await built();
    await cloud.raw.delete(MASK());
    await cloud.raw.put(MASK(), await corrected(MASK()));
    cloud.events.reverse();
    expect(await runs()).toBe(1);
    await expectSameAsFromScratch(cloud);
  });

  test('of an older version, late, bring nothing old back', async () => {
    await built();
    await cloud.raw.put(MASK(), await corrected(MASK()));
    const late = cloud.events.pop()!;
    await cloud.raw.put(MASK(), await phantom.get(MASK()));
    expect(await runs()).toBe(1);
    cloud.events.push(late);
    expect(await runs()).toBe(1);
    await expectSameAsFromScratch(cloud);
    expect(await json('out/reports/run.json')).toMatchObject({ ran: false });
  });

  test('during a build start a run of their own', async () => {
    await built();
    await cloud.raw.put(MASK(), await corrected(MASK()));
    await cloud.deliverAll();
    cloud.beforeStep = async (step) => {
      if (step !== 'features') return;
      await cloud.raw.put(MASK(), await phantom.get(MASK()));
      await cloud.deliverAll();
    };
    const [first] = await cloud.runAll();
    expect(cloud.executions.at(-1)!.run).not.toBe(first!.run);
    cloud.beforeStep = () => {};
    expect(await runs()).toBe(1);
    await expectSameAsFromScratch(cloud);
  });

  test('in any order, as often as they like, with runs in between, end in the bytes of one build', async () => {
    const script = fc.record({
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
      twice: fc.array(fc.nat(7), { maxLength: 4 }),
      runAfter: fc.array(fc.nat(7), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(script, async ({ order, twice, runAfter }) => {
        cloud = new InProcessCloud();
        const archives = ['1/1/', '1/2/', '2/3/', '3/4/'].map((path, i) => async () => {
          await cloud.bucket.put(`incoming/study-${i}.zip`, await zipOf(await study(path)));
        });
        const annotations = uids.map((uid) => () => upload(phantom, cloud.raw, (key) => key.includes(uid)));
        await upload(phantom, cloud.raw, (key) => isTable(key) || key === 'recist_measurements.csv');
        const uploads = [...archives, ...annotations];
        for (const [place, which] of order.entries()) {
          await uploads[which]();
          if (twice.includes(which)) cloud.events.push(...cloud.events.toReversed());
          await cloud.deliverAll();
          if (runAfter.includes(place)) await cloud.runAll();
        }
        await cloud.runAll();
        expect(await cloud.statusOf(cloud.executions.at(-1)!.run)).toMatchObject({ accepted: 4 });
        await expectSameAsFromScratch(cloud);
      }),
      { numRuns: 4, seed: 1 },
    );
  });
});

describe('a dataset follows', () => {
  beforeEach(built);

  test('a corrected mask, by redoing its series alone', async () => {
    await cloud.raw.put(MASK(), await corrected(MASK()));
    await cloud.deliverAll();
    expect(await cloud.runAll()).toMatchObject([{ series: 4, toBuild: 1, accepted: 4 }]);
    await expectSameAsFromScratch(cloud);
  });

  test('a deleted mask, by withdrawing its series', async () => {
    await cloud.raw.delete(MASK());
    expect(await runs()).toBe(1);
    expect(await json('out/reports/quarantine.json')).toMatchObject([
      { uuid: uids[0], code: 'MASK_MISSING' },
    ]);
    await expectSameAsFromScratch(cloud);
  });
});

describe('an archive', () => {
  beforeEach(async () => {
    await upload(phantom, cloud.raw, (key) => isTable(key) || isAnnotation(key));
    await cloud.bucket.put('incoming/first.zip', await zipOf(await study('1/1/')));
    expect(await runs()).toBe(1);
    expect((await json('out/reports/run.json')).summary).toMatchObject({ accepted: 1 });
  });

  const released = async () => {
    await expectSameAsFromScratch(cloud);
    return (await json('out/reports/run.json')).summary.accepted;
  };

  test('of a second study of a known patient is released beside the first', async () => {
    await cloud.bucket.put('incoming/second.zip', await zipOf(await study('1/2/')));
    expect(await runs()).toBe(1);
    expect(await released()).toBe(2);
  });

  test('with a bad series in it brings the others, and names the bad one', async () => {
    const bad = await study('2/3/');
    const [slice] = Object.keys(bad);
    bad[slice] = bad[slice].subarray(0, bad[slice].length - 1000);
    await cloud.bucket.put('incoming/mixed.zip', await zipOf({ ...bad, ...(await study('3/4/')) }));
    expect(await runs()).toBe(1);
    expect(await released()).toBe(2);
    expect(await json('out/reports/quarantine.json')).toContainEqual(
      expect.objectContaining({ uuid: uids[2], code: 'TRUNCATED_PIXEL_DATA' }),
    );
  });

  test.each([
    ['that is a bomb', 'ARCHIVE_UNSAFE', async () => bomb()],
    [
      'with names that leave the folder',
      'ARCHIVE_UNSAFE',
      async () => zipOf({ '../raw/metadata/series.json': Buffer.from('[]'), ...(await study('1/2/')) }),
    ],
    ['that is empty', 'NOTHING_USABLE', () => zipOf({})],
    [
      'that is cut off',
      'ARCHIVE_CORRUPT',
      async () => (await zipOf(await study('1/2/'))).subarray(0, 50_000),
    ],
  ])('%s is refused once, starts no run and changes nothing', async (_, code, make) => {
    const before = await keysOf(cloud.bucket, '');
    await cloud.bucket.put('incoming/bad.zip', await make());
    expect(await runs()).toBe(0);
    expect(await json('runs/ingested/bad.json')).toMatchObject({ refused: { code } });
    const left = ['incoming/bad.zip', 'runs/ingested/bad.json'];
    expect(await keysOf(cloud.bucket, '')).toEqual([...before, ...left].sort());
  });
});

/** 64 MiB of nothing in some 64 KiB. */
function bomb(): Uint8Array {
  return zipSync({ 'slice.dcm': new Uint8Array(64 << 20) });
}
