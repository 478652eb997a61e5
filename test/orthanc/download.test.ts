import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convertSeries } from '../../shared/dicom/series.ts';
import type { DatasetError } from '../../shared/errors.ts';
import { writeNifti } from '../../shared/nifti/write.ts';
import { OrthancClient } from '../../shared/orthanc/client.ts';
import { type DownloadEvents, downloadSeries } from '../../shared/orthanc/download.ts';
import { findSeries } from '../../shared/orthanc/find-series.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { utf8 } from '../../shared/store/json.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { OrthancServer, orthancInstalled, PASSWORD, USER } from './orthanc-server.ts';

const signal = new AbortController().signal;
const DICOM = { format: 'dicom', resample: false } as const;
const NIFTI = { format: 'nifti', resample: false } as const;

function recorder() {
  const fetched: number[] = [];
  const failures: DatasetError[] = [];
  const events: DownloadEvents = {
    onInstance: () => {},
    onSeries: (_entry, count) => fetched.push(count),
    onFailure: (_series, error) => failures.push(error),
  };
  return { fetched, failures, events };
}

describe.skipIf(!orthancInstalled())('download from a real Orthanc', () => {
  let server: OrthancServer;
  let phantom: string;
  const client = (password = PASSWORD, url = server.url) =>
    new OrthancClient({ url, user: USER, password }, signal);

  beforeAll(async () => {
    server = await OrthancServer.start();
    phantom = await phantomFolder();
    await server.upload(join(phantom, 'images/dicom/1/1/Portal 3.0 phantom'));
    await server.upload(join(phantom, 'images/dicom/2/3/Torax 3.0 phantom'));
    const node = join(phantom, 'images/dicom/3/4/Torax 3.0 phantom node');
    execFileSync('storescu', ['127.0.0.1', String(server.dicomPort), '+sd', node]);
  });

  afterAll(async () => {
    await server?.stop();
  });

  test('finds series by modality, patient, date and description', async () => {
    const names = async (filter: Parameters<typeof findSeries>[1]) =>
      (await findSeries(client(), filter)).map(({ name }) => name);
    expect(await names({})).toEqual(['Portal 3.0 phantom', 'Torax 3.0 phantom', 'Torax 3.0 phantom node']);
    expect(await names({ modality: 'MR' })).toEqual([]);
    expect(await names({ patient: 'PHANTOM-2' })).toEqual(['Torax 3.0 phantom']);
    expect(await names({ description: 'Torax*' })).toEqual(['Torax 3.0 phantom', 'Torax 3.0 phantom node']);
    expect(await names({ studyDate: '20240201-20240229' })).toEqual(['Torax 3.0 phantom']);
  });

  test('what arrives is what was stored, by REST or by C-STORE, with every field of series.json', async () => {
    const raw = temporaryFolder();
    const { events, fetched } = recorder();
    const entries = await downloadSeries(
      client(),
      await findSeries(client(), {}),
      new FolderStore(raw),
      DICOM,
      events,
    );
    expect(fetched).toEqual([32, 32, 32]);
    expect(entries[0]).toEqual({
      ...JSON.parse(readFileSync(join(phantom, 'metadata/series.json'), 'utf8'))[0],
      orthanc_uuid: expect.stringMatching(/^[0-9a-f-]{44}$/),
      study_id: 1,
      study_time: '',
    });
    expect(JSON.parse(readFileSync(join(raw, 'metadata/series.json'), 'utf8'))).toEqual(entries);
    const [folder] = readdirSync(join(raw, 'images/dicom/1/1'));
    const got = readFileSync(join(raw, 'images/dicom/1/1', folder, 'CT000005.dcm'));
    expect(got.equals(readFileSync(join(phantom, 'images/dicom/1/1/Portal 3.0 phantom/CT000005.dcm')))).toBe(
      true,
    );
  });

  test('a second download fetches only what is missing or short, under the same numbers', async () => {
    const raw = temporaryFolder();
    const found = await findSeries(client(), { patient: 'PHANTOM-2' });
    await downloadSeries(client(), found, new FolderStore(raw), DICOM, recorder().events);
    const keys = await keysOf(new FolderStore(raw), 'images/');
    rmSync(join(raw, keys[3]));
    truncateSync(join(raw, keys[9]), 100);
    const { events, fetched } = recorder();
    const [entry] = await downloadSeries(
      client(),
      await findSeries(client(), {}),
      new FolderStore(raw),
      DICOM,
      events,
    );
    expect(fetched.toSorted()).toEqual([2, 32, 32].toSorted());
    expect(entry).toMatchObject({ id: 1, patient_id: 1, patient_code: 'PHANTOM-2', status: 'done' });
    expect(statSync(join(raw, keys[9])).size).toBeGreaterThan(30000);
  });

  test('as NIfTI, each series is the volume that convert makes of its files', async () => {
    const raw = new FolderStore(temporaryFolder());
    await raw.put('metadata/patients.csv', utf8('patient_id,patient_code,subset\n7,PHANTOM-2,test\n'));
    const found = await findSeries(client(), {});
    const { events, fetched, failures } = recorder();
    const entries = await downloadSeries(client(), found, raw, NIFTI, events);
    expect([fetched, failures]).toEqual([[32, 32, 32], []]);
    expect(entries.map(({ patient_id }) => patient_id)).toEqual([8, 7, 9]);
    expect(entries[1]).toMatchObject({ patient_code: 'PHANTOM-2', slices: 32, status: 'done' });
    const uuids = found.map(({ uuid }) => uuid);
    expect(await keysOf(raw, 'images/')).toEqual([
      `images/nifti/images/${uuids[0]}.nii.gz`,
      `images/nifti/images/${uuids[2]}.nii.gz`,
      `images/nifti/test/images/${uuids[1]}.nii.gz`,
    ]);
    const folder = 'images/dicom/2/3/Torax 3.0 phantom';
    const files = readdirSync(join(phantom, folder)).map((key) => ({
      key,
      read: async () => readFileSync(join(phantom, folder, key)),
    }));
    const { volume } = await convertSeries(files, { resample: false });
    const converted = await raw.get(`images/nifti/test/images/${uuids[1]}.nii.gz`);
    expect(gunzipSync(converted).equals(writeNifti(volume, 'ct'))).toBe(true);
    const report = JSON.parse(Buffer.from(await raw.get(`reports/series/${uuids[1]}.json`)).toString());
    expect(report.slices).toHaveLength(32);

    await raw.delete(`images/nifti/images/${uuids[2]}.nii.gz`);
    const again = recorder();
    await downloadSeries(client(), found, raw, NIFTI, again.events);
    expect(again.fetched).toEqual([0, 0, 32]);
  });

  test('a series that is no volume is reported, and the others are converted', async () => {
    const other = await OrthancServer.start();
    try {
      await other.upload(join(phantom, 'images/dicom/1/1/Portal 3.0 phantom'));
      const [single] = readdirSync(join(phantom, 'images/dicom/2/3/Torax 3.0 phantom'));
      await other.uploadFile(join(phantom, 'images/dicom/2/3/Torax 3.0 phantom', single));
      const raw = new FolderStore(temporaryFolder());
      const { events, fetched, failures } = recorder();
      const access = client(PASSWORD, other.url);
      const entries = await downloadSeries(access, await findSeries(access, {}), raw, NIFTI, events);
      expect(failures).toMatchObject([{ code: 'SINGLE_SLICE' }]);
      expect(fetched).toEqual([32]);
      expect(entries).toHaveLength(1);
    } finally {
      await other.stop();
    }
  });

  test('the command lists, downloads and tells a wrong password', async () => {
    const main = join(import.meta.dirname, '../../cli/main.ts');
    const run = (password: string, ...parameters: string[]) =>
      spawnSync(process.execPath, [main, 'orthanc', server.url, '--user', USER, ...parameters], {
        encoding: 'utf8',
        env: { ...process.env, ORTHANC_PASSWORD: password },
      });
    const listed = run(PASSWORD, '--list', '--description', 'Torax*');
    expect(listed.stdout).toContain('PHANTOM-2\n  20240202  2.25.');
    expect(listed.stdout).toContain('2 series in 2 studies of 2 patients match\n');
    expect(listed.status).toBe(0);
    const raw = temporaryFolder();
    const done = run(PASSWORD, raw, '--format', 'nifti', '--patient', 'PHANTOM-2');
    expect(done.stderr).toBe('Torax 3.0 phantom: 32 of 32 instances fetched, done\n');
    expect(done.status).toBe(0);
    expect(readdirSync(join(raw, 'images/nifti/images'))).toHaveLength(1);
    const denied = run('wrong', '--list');
    expect(denied.stderr).toContain('PACS_DENIED');
    expect(denied.status).toBe(1);
    expect(run(PASSWORD, '--list', '--modality', 'MR')).toMatchObject({ status: 1 });
  });

  test('a connection that is cut in the middle of a file is tried again', async () => {
    const proxy = await cuttingProxy(Number(new URL(server.url).port), 3);
    const raw = temporaryFolder();
    const through = client(PASSWORD, `http://127.0.0.1:${proxy.port}`);
    const found = await findSeries(through, { patient: 'PHANTOM-2' });
    const { events, fetched, failures } = recorder();
    await downloadSeries(through, found, new FolderStore(raw), DICOM, events);
    proxy.server.close();
    expect(proxy.cuts()).toBe(3);
    expect([fetched, failures]).toEqual([[32], []]);
    expect(await keysOf(new FolderStore(raw), 'images/')).toHaveLength(32);
  });

  test('a server that stops ends the download, and the next one goes on', async () => {
    const other = await OrthancServer.start();
    await other.upload(join(phantom, 'images/dicom/1/1/Portal 3.0 phantom'));
    const raw = new FolderStore(temporaryFolder());
    const access = client(PASSWORD, other.url);
    const found = await findSeries(access, {});
    const stopping: DownloadEvents = {
      ...recorder().events,
      onInstance: (_series, done) => void (done === 6 && other.stop()),
    };
    await expect(downloadSeries(access, found, raw, DICOM, stopping)).rejects.toMatchObject({
      code: 'PACS_UNREACHABLE',
    });
    const before = (await keysOf(raw, 'images/')).length;
    await other.resume();
    const { events, fetched } = recorder();
    await downloadSeries(access, found, raw, DICOM, events);
    await other.stop();
    expect(before).toBeGreaterThanOrEqual(6);
    expect(fetched).toEqual([32 - before]);
  });

  test('a wrong password and a stopped server have clear errors', async () => {
    await expect(findSeries(client('wrong'), {})).rejects.toMatchObject({ code: 'PACS_DENIED' });
    const nobody = client(PASSWORD, 'http://127.0.0.1:9');
    await expect(findSeries(nobody, {})).rejects.toMatchObject({ code: 'PACS_UNREACHABLE' });
  });

  test('a study that vanished is reported, and the others are downloaded', async () => {
    const found = await findSeries(client(), {});
    const [vanished] = found;
    const series = (await (await server.call(`/series/${vanished.orthancUuid}`)).json()) as {
      ParentStudy: string;
    };
    await server.call(`/studies/${series.ParentStudy}`, { method: 'DELETE' });
    const { events, fetched, failures } = recorder();
    const entries = await downloadSeries(client(), found, new FolderStore(temporaryFolder()), DICOM, events);
    expect(failures).toMatchObject([{ code: 'PACS_MISSING' }]);
    expect(fetched).toEqual([32, 32]);
    expect(entries.map(({ uuid }) => uuid)).not.toContain(vanished.uuid);
  });
});

/** Passes bytes on to a port, but cuts the first `times` connections after 4 kB. */
async function cuttingProxy(port: number, times: number) {
  let cut = 0;
  const server: Server = createServer((socket) => {
    const upstream = connect(port, '127.0.0.1');
    let passed = 0;
    socket
      .on('error', () => {})
      .pipe(upstream)
      .on('error', () => {});
    upstream.on('data', (chunk) => {
      passed += chunk.length;
      if (passed > 4_000 && cut < times) {
        cut += 1;
        socket.destroy();
        upstream.destroy();
      } else socket.write(chunk);
    });
    upstream.on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0, cuts: () => cut };
}
