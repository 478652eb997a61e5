import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { ingestArchive } from '../../shared/cloud/ingest.ts';
import { zipArchive } from '../../shared/release/zip-writer.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { keysOf, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

let bucket: FolderStore;
let raw: FolderStore;
let phantom: FolderStore;

beforeEach(async () => {
  bucket = new FolderStore(temporaryFolder());
  raw = new FolderStore(`${bucket.url}/raw`);
  phantom = new FolderStore(await phantomFolder());
  await raw.put('metadata/patients.csv', await phantom.get('metadata/patients.csv'));
});

async function zip(members: Record<string, Uint8Array>): Promise<void> {
  const entries = Object.entries(members).map(([name, body]) => {
    return { name, bytes: body.length, crc32: crc32(body), open: () => [body] };
  });
  await bucket.put('incoming/study.zip', zipArchive(entries));
}

async function study(path: string): Promise<Record<string, Uint8Array>> {
  const members: Record<string, Uint8Array> = {};
  for (const key of await keysOf(phantom, `images/dicom/${path}`))
    members[key.split('/').at(-1)!] = await phantom.get(key);
  return members;
}

const ingest = () => ingestArchive(bucket, raw, 'incoming/study.zip');
const entries = async () => JSON.parse(Buffer.from(await raw.get('metadata/series.json')).toString());

describe('an archive of a study', () => {
  test('is sorted into raw/ by its instances, with an entry of series.json', async () => {
    await zip({ ...(await study('1/1/')), 'README.txt': Buffer.from('no DICOM') });
    const [uuid] = phantomUids(phantom.url);
    expect(await ingest()).toMatchObject({
      series: [{ uuid, patientId: 1, files: 32 }],
      ignored: ['README.txt'],
    });
    expect(await keysOf(raw, 'images/dicom/1/1/')).toHaveLength(32);
    const given = JSON.parse(Buffer.from(await phantom.get('metadata/series.json')).toString())[0];
    expect((await entries())[0]).toEqual({ ...given, orthanc_uuid: '', study_time: '' });
    expect(await keysOf(bucket, 'runs/unpacked/')).toEqual([]);
  });

  test('taken twice changes nothing', async () => {
    await zip(await study('1/1/'));
    await ingest();
    const before = await keysOf(raw, '');
    const versions = await Promise.all(before.map((key) => raw.get(key)));
    await ingest();
    expect(await keysOf(raw, '')).toEqual(before);
    expect(await Promise.all(before.map((key) => raw.get(key)))).toEqual(versions);
  });

  test('of a second study of a known patient gets a number of its own', async () => {
    for (const path of ['1/1/', '1/2/']) {
      await zip(await study(path));
      await ingest();
    }
    expect(
      (await entries()).map(({ patient_id, study_id }: Record<string, number>) => [patient_id, study_id]),
    ).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  test('with a damaged file goes in whole, and leaves the verdict to the conversion', async () => {
    const members = await study('1/1/');
    const name = Object.keys(members)[3];
    const [uuid] = phantomUids(phantom.url);
    // cut just behind the series UID: nothing tells the instance any more
    const end = Buffer.from(members[name]).lastIndexOf(uuid) + uuid.length + 4;
    members[name] = members[name].subarray(0, end);
    await zip(members);
    expect((await ingest()).series[0].files).toBe(32);
    expect(await keysOf(raw, 'images/dicom/1/1/')).toContain(`images/dicom/1/1/Portal_3.0_phantom/${name}`);
  });
});

describe('nothing reaches raw/ of an archive', () => {
  const untouched = async () => expect(await keysOf(raw, '')).toEqual(['metadata/patients.csv']);

  test('with names that leave the folder', async () => {
    await zip({ '../raw/metadata/patients.csv': Buffer.from('x'), ...(await study('1/1/')) });
    await expect(ingest()).rejects.toMatchObject({ code: 'ARCHIVE_UNSAFE' });
    await untouched();
  });

  test('that is empty, or has no DICOM file', async () => {
    await zip({});
    await expect(ingest()).rejects.toMatchObject({ code: 'NOTHING_USABLE' });
    await zip({ 'a.txt': Buffer.from('x') });
    await expect(ingest()).rejects.toMatchObject({ code: 'NOTHING_USABLE' });
    await untouched();
  });

  test('that is damaged', async () => {
    await zip(await study('1/1/'));
    const bytes = Buffer.from(await bucket.get('incoming/study.zip'));
    bytes[bytes.length >> 1] ^= 1;
    await bucket.put('incoming/study.zip', bytes);
    await expect(ingest()).rejects.toMatchObject({ code: 'ARCHIVE_CORRUPT' });
    await untouched();
  });

  test('of a patient that patients.csv does not have', async () => {
    await raw.put('metadata/patients.csv', Buffer.from('patient_id,patient_code,subset\n9,OTHER,train\n'));
    await zip(await study('1/1/'));
    await expect(ingest()).rejects.toMatchObject({ code: 'PATIENT_UNKNOWN' });
    await untouched();
  });
});
