import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { expectSameAsFromScratch, membersBelow, upload, zipOf } from '../cloud/raw-content.ts';
import { temporaryFolder } from '../pipeline/phantom-folder.ts';
import { BUILD_OPTIONS } from './deploy.ts';
import { Deployment, until } from './deployment.ts';

const shared = (name: string) => fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url));
const DICOM = 'images/dicom/';

const cloud = new Deployment();

/** The folders of the studies that series.json names; the set has one more, which goes in as loose files. */
async function studiesOf(raw: FolderStore): Promise<string[]> {
  const entries = JSON.parse(Buffer.from(await raw.get('metadata/series.json')).toString());
  return entries.map((entry: Record<string, number>) => `${DICOM}${entry.patient_id}/${entry.study_id}/`);
}

test.skipIf(!existsSync(shared('raw')))(
  'the reference set, uploaded, builds itself as on one machine and conforms to its goldens',
  async () => {
    await cloud.clear();
    const raw = new FolderStore(shared('raw'));
    await upload(raw, cloud.raw, (key) => key.startsWith('metadata/'));
    const studies = await studiesOf(raw);
    const archiveOf = (study: string) => study.slice(DICOM.length, -1).replace('/', '-');
    for (const study of studies) {
      const zip = await zipOf(await membersBelow(raw, study));
      await cloud.bucket.put(`incoming/${archiveOf(study)}.zip`, zip);
    }
    for (const study of studies) {
      const report = `runs/ingested/${archiveOf(study)}.json`;
      await until(report, () => cloud.bucket.head(report));
      expect(await cloud.json(report)).toHaveProperty('series');
    }
    const inArchive = (key: string) => studies.some((study) => key.startsWith(study));
    await upload(raw, cloud.raw, (key) => !key.startsWith('metadata/') && !inArchive(key));
    const [last] = await cloud.nextRuns();
    expect(last).toMatchObject({ state: 'succeeded', accepted: 5 });
    await expectSameAsFromScratch(cloud, BUILD_OPTIONS);
    const download = new FolderStore(temporaryFolder());
    await upload(cloud.out, download);
    const conform = [shared('tools/conform.mjs'), download.url, shared('golden')];
    expect(execFileSync(process.execPath, conform, { encoding: 'utf8' })).toMatch(/\b0 failed\n$/);
  },
);
