import { DatasetError } from '../shared/errors.ts';
import { OrthancClient } from '../shared/orthanc/client.ts';
import { downloadSeries } from '../shared/orthanc/download.ts';
import { findSeries, type OrthancSeries, type SeriesFilter } from '../shared/orthanc/find-series.ts';
import { openStore } from '../shared/store/open-store.ts';
import { EXIT } from './exit.ts';

/** Lists what matches; with a raw store, downloads it too. */
export async function runOrthanc(
  url: string,
  rawUrl: string | undefined,
  { user, ...filter }: SeriesFilter & { user?: string },
): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () =>
    stop.abort(new DatasetError('PACS_UNREACHABLE', 'stopped; run again to go on')),
  );
  const client = new OrthancClient({ url, user, password: process.env.ORTHANC_PASSWORD }, stop.signal);
  const found = await findSeries(client, filter);
  process.stdout.write(listing(found));
  if (rawUrl === undefined || found.length === 0) return found.length ? EXIT.done : EXIT.failed;

  let failed = 0;
  const entries = await downloadSeries(client, found, await openStore(rawUrl), {
    onInstance: (series, done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${series.name}  ${done}/${total} instances`);
    },
    onSeries: ({ name, slices, status }, fetched) => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
      process.stderr.write(`${name}: ${fetched} of ${slices} instances fetched, ${status}\n`);
    },
    onFailure: (series, { code, message }) => {
      failed += 1;
      process.stderr.write(`${series.name}: ${code}: ${message}\n`);
    },
  });
  process.stdout.write(`${entries.length} series in ${rawUrl}/metadata/series.json\n`);
  return failed ? EXIT.quarantined : EXIT.done;
}

function listing(found: OrthancSeries[]): string {
  const lines = found.map(
    ({ patientCode, studyDate, modality, instances, name }) =>
      `${patientCode.padEnd(16)} ${studyDate.padEnd(8)} ${modality.padEnd(4)} ${String(instances).padStart(5)}  ${name}`,
  );
  return `${lines.join('\n')}${lines.length ? '\n' : ''}${found.length} series match\n`;
}
