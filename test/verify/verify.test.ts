import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { verifyArchive, verifyOut } from '../../shared/verify/verify.ts';
import { buildInline } from '../pipeline/inline-runner.ts';
import { edit, phantomFolder, phantomUids, temporaryFolder } from '../pipeline/phantom-folder.ts';

let built: string;
let uid: string;

beforeAll(async () => {
  const raw = await phantomFolder();
  [uid] = phantomUids(raw);
  built = temporaryFolder();
  await buildInline(new FolderStore(raw), new FolderStore(built));
});

/** Findings in a copy of the built dataset after some damage, as `kind key`. */
async function findingsAfter(damage: (out: string) => void): Promise<string[]> {
  const out = temporaryFolder();
  cpSync(built, out, { recursive: true });
  damage(out);
  return (await verifyOut(new FolderStore(out))).findings.map(({ kind, key }) => `${kind} ${key}`);
}

test('a finished build is right, and so is its archive alone', async () => {
  expect(await verifyOut(new FolderStore(built))).toEqual({
    series: 4,
    lesions: 8,
    members: 20,
    findings: [],
  });
  const zip = readFileSync(join(built, 'final-formatted.zip'));
  const read = async (offset: number, length: number) => zip.subarray(offset, offset + length);
  expect(await verifyArchive({ bytes: zip.length, read })).toEqual({
    series: 4,
    lesions: 8,
    members: 20,
    findings: [],
  });
});

test('a changed byte is found by its checksum', async () => {
  const key = `stats/train/norm/${uid}.nii.gz`;
  const flip = (bytes: Buffer) => {
    bytes[bytes.length - 20] ^= 1;
    return bytes;
  };
  expect(await findingsAfter((out) => edit(out, key, flip))).toEqual([`checksum ${key}`]);
});

test('a lost file, and one too many', async () => {
  const mask = `final/images/train/masks/${uid}.nii.gz`;
  const lost = await findingsAfter((out) => rmSync(join(out, mask)));
  expect(lost.filter((finding) => finding === `missing ${mask}`)).toHaveLength(2);
  const extra = `final/images/train/images/1.2.3.nii.gz`;
  const found = await findingsAfter((out) => writeFileSync(join(out, extra), 'x'));
  expect(found).toContain(`unlisted ${extra}`);
});

test('a mask of another place or with other lesions', async () => {
  const mask = `final/images/train/masks/${uid}.nii.gz`;
  const change = (at: (nifti: Buffer) => void) => (out: string) =>
    edit(out, mask, (bytes) => {
      const nifti = gunzipSync(bytes);
      at(nifti);
      return gzipSync(nifti);
    });
  expect(await findingsAfter(change((nifti) => nifti.writeFloatLE(5, 292)))).toContain(`geometry ${mask}`);
  const labels = `final/images/train/labels/${uid}.json`;
  expect(await findingsAfter(change((nifti) => nifti.writeUInt8(77, 352)))).toContain(`labels ${labels}`);
});

test('tables that speak of what is not there', async () => {
  const recist = 'final/recist_measurements.csv';
  const found = await findingsAfter((out) =>
    edit(out, recist, (bytes) => bytes.toString().replace(',1,A,30', ',9,A,30')),
  );
  expect(found).toContain(`table ${recist}`);
  const series = 'final/metadata/series.json';
  const without = await findingsAfter((out) =>
    edit(out, series, (bytes) => JSON.stringify(JSON.parse(bytes.toString()).slice(1))),
  );
  expect(without).toContain(`table ${series}`);
  expect(without).toContain('checksum final/metadata/series.json');
});

test('a build without a manifest did not finish', async () => {
  expect(await findingsAfter((out) => rmSync(join(out, 'manifest.json')))).toEqual(['missing manifest.json']);
});
