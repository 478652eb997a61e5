import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatasetError } from '../../shared/errors.ts';
import { OrthancClient } from '../../shared/orthanc/client.ts';
import { type DownloadEvents, downloadSeries } from '../../shared/orthanc/download.ts';
import { findSeries } from '../../shared/orthanc/find-series.ts';
import { FolderStore } from '../../shared/store/folder-store.ts';
import { keysOf, phantomFolder, temporaryFolder } from '../pipeline/phantom-folder.ts';
import { OrthancServer, orthancInstalled, PASSWORD, USER } from './orthanc-server.ts';

const signal = new AbortController().signal;

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
    await downloadSeries(client(), found, new FolderStore(raw), recorder().events);
    const keys = await keysOf(new FolderStore(raw), 'images/');
    rmSync(join(raw, keys[3]));
    truncateSync(join(raw, keys[9]), 100);
    const { events, fetched } = recorder();
    const [entry] = await downloadSeries(
      client(),
      await findSeries(client(), {}),
      new FolderStore(raw),
      events,
    );
    expect(fetched.toSorted()).toEqual([2, 32, 32].toSorted());
    expect(entry).toMatchObject({ id: 1, patient_id: 1, patient_code: 'PHANTOM-2', status: 'done' });
    expect(statSync(join(raw, keys[9])).size).toBeGreaterThan(30000);
  });

  test('a connection that is cut in the middle of a file is tried again', async () => {
    const proxy = await cuttingProxy(Number(new URL(server.url).port), 3);
    const raw = temporaryFolder();
    const through = client(PASSWORD, `http://127.0.0.1:${proxy.port}`);
    const found = await findSeries(through, { patient: 'PHANTOM-2' });
    const { events, fetched, failures } = recorder();
    await downloadSeries(through, found, new FolderStore(raw), events);
    proxy.server.close();
    expect(proxy.cuts()).toBe(3);
    expect([fetched, failures]).toEqual([[32], []]);
    expect(await keysOf(new FolderStore(raw), 'images/')).toHaveLength(32);
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
    const entries = await downloadSeries(client(), found, new FolderStore(temporaryFolder()), events);
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
