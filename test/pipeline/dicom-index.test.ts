import { expect, test } from 'vitest';
import { CountingStore } from '../../bench/counting-store.ts';
import { ctSliceFile } from '../../shared/phantom/dicom-writer.ts';
import { indexDicom } from '../../shared/pipeline/dicom-index.ts';
import { outKeys } from '../../shared/pipeline/layout.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { utf8 } from '../../shared/store/json.ts';
import type { Body } from '../../shared/store/store.ts';
import { temporaryFolder } from './phantom-folder.ts';

const FOLDER = 'images/dicom/';

function slice(seriesUid: string): Uint8Array {
  return ctSliceFile({
    seriesUid,
    studyUid: '1.2',
    instanceUid: `${seriesUid}.1`,
    instanceNumber: 1,
    patientId: 'P',
    patientSex: 'F',
    studyDate: '20240101',
    seriesDescription: 'CT',
    kernel: 'B30f',
    rows: 1,
    columns: 1,
    pixelSpacingMm: 1,
    sliceThicknessMm: 1,
    positionMm: [0, 0, 0],
    intercept: 0,
    pixels: new Int16Array(1),
  });
}

function stores() {
  const [raw, out] = [new FolderStore(temporaryFolder()), new FolderStore(temporaryFolder())];
  return { raw: new CountingStore(raw), out };
}

test('a folder of one series goes with it whole, also the files that are no DICOM', async () => {
  const { raw, out } = stores();
  await raw.put(`${FOLDER}a/1.dcm`, slice('1.1'));
  await raw.put(`${FOLDER}b/1.dcm`, slice('1.1'));
  await raw.put(`${FOLDER}c/1.dcm`, slice('1.3'));
  const files = await (await indexDicom(raw, out)).filesOf('1.1');
  expect(files.map(({ key }) => key)).toEqual([`${FOLDER}a/1.dcm`, `${FOLDER}b/1.dcm`]);
});

test('series mixed in one folder are told apart, each with the files that cannot be told', async () => {
  const { raw, out } = stores();
  const uids = ['1.1', '1.2', '1.1', undefined, '1.2'];
  for (const [i, uid] of uids.entries()) await raw.put(`${FOLDER}${i}.dcm`, uid ? slice(uid) : utf8('text'));
  const index = await indexDicom(raw, out);
  const keys = async (uid: string) => (await index.filesOf(uid)).map(({ key }) => key.slice(FOLDER.length));
  expect(await keys('1.1')).toEqual(['0.dcm', '2.dcm', '3.dcm']);
  expect(await keys('1.2')).toEqual(['1.dcm', '3.dcm', '4.dcm']);
  expect(await keys('1.3')).toEqual([]);
});

test('a folder of many series is listed for all of them once', async () => {
  const { raw, out } = stores();
  const uids = Array.from({ length: 20 }, (_, i) => `1.${i}`);
  for (const uid of uids) await raw.put(`${FOLDER}${uid}.dcm`, slice(uid));
  const index = await indexDicom(raw, out);
  raw.lists = 0;
  for (const uid of uids) expect(await index.filesOf(uid)).toHaveLength(1);
  expect(raw.lists).toBe(1);
});

test('an index cut off goes on where it was last saved', async () => {
  const folder = temporaryFolder();
  const raw = new CountingStore(new FolderStore(folder));
  for (let i = 0; i < 3; i++) await raw.put(`${FOLDER}${i}/1.dcm`, slice(`1.${i}`));
  const out = new (class extends FolderStore {
    puts = 0;
    override put(key: string, body: Body) {
      this.puts++;
      return super.put(key, body);
    }
  })(temporaryFolder());
  raw.get = async (key, range) => {
    if (key.includes('/2/')) throw new Error('cut off');
    return new FolderStore(folder).get(key, range);
  };
  await indexDicom(raw, out, { savedAfterFiles: 1 });
  expect(out.puts).toBeGreaterThan(2);
  expect(await out.head(outKeys.dicomIndex)).toBeDefined();
});
