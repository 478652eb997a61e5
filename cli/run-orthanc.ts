import { DatasetError } from '../shared/errors.ts';
import { OrthancClient } from '../shared/orthanc/client.ts';
import { downloadSeries } from '../shared/orthanc/download.ts';
import { findSeries, type OrthancSeries } from '../shared/orthanc/find-series.ts';
import { openStore } from '../shared/store/open-store.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';
import type { OrthancArguments } from './orthanc.ts';

/** Lists what matches; with a raw store, downloads it too. */
export async function runOrthanc(
  url: string,
  rawUrl: string | undefined,
  { user, list: _, ...options }: OrthancArguments,
): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () =>
    stop.abort(new DatasetError('PACS_UNREACHABLE', 'stopped; run again to go on')),
  );
  const client = new OrthancClient({ url, user, password: process.env.ORTHANC_PASSWORD }, stop.signal);
  const found = await findSeries(client, options);
  process.stdout.write(listing(found));
  if (rawUrl === undefined || found.length === 0) return found.length ? EXIT.done : EXIT.failed;

  const outcome = { done: 0, failed: 0 };
  const clear = () => process.stderr.isTTY && process.stderr.write('\r\x1b[2K');
  await downloadSeries(client, found, await openStore(rawUrl), options, {
    onInstance: (series, done, total) => {
      if (clear())
        process.stderr.write(`${series.name || series.uuid}  ${done}/${counted(total, 'instance')}`);
    },
    onSeries: ({ name, uuid, slices, status }, fetched) => {
      outcome.done += 1;
      clear();
      process.stderr.write(
        `${name || uuid}: ${fetched} of ${counted(slices, 'instance')} fetched, ${status}\n`,
      );
    },
    onFailure: (series, { code, message }) => {
      outcome.failed += 1;
      clear();
      process.stderr.write(`${series.name || series.uuid}: ${code}: ${message}\n`);
    },
  });
  process.stdout.write(`${outcome.done} of ${found.length} series are in ${rawUrl}\n`);
  if (outcome.done === 0) return EXIT.failed;
  return outcome.failed ? EXIT.quarantined : EXIT.done;
}

/** Patients, their studies and the series of each; the series come ordered so. */
function listing(found: OrthancSeries[]): string {
  const lines: string[] = [];
  const [patients, studies] = [new Set<string>(), new Set<string>()];
  for (const { patientCode, studyUuid, studyDate, uuid, modality, instances, name } of found) {
    if (!patients.has(patientCode)) lines.push(patientCode);
    patients.add(patientCode);
    if (!studies.has(studyUuid)) lines.push(`  ${studyDate}  ${studyUuid}`);
    studies.add(studyUuid);
    lines.push(`    ${modality.padEnd(4)}${String(instances).padStart(5)}  ${name}  ${uuid}`);
  }
  lines.push(
    `${found.length} series in ${counted(studies.size, 'study', 'studies')} of ${counted(patients.size, 'patient')} match`,
  );
  return `${lines.join('\n')}\n`;
}
