// Build time and memory against the number of series and of slices. usage: npm run build && node bench/growth.ts
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { growthExponent } from './fit.ts';
import { lambdaRaw } from './lambda-raw.ts';

const RAW = resolve(import.meta.dirname, '../../shared/raw');
const COPIES = [1, 4, 16];
const STACKS = [1, 2, 4, 8];
/** Series built at a time, for the second of `COPIES`. */
const JOBS = [1, 2, 4];
const SLICES_A_STACK = 50;

interface Measured {
  size: number;
  seconds: number;
  peakMiB: number;
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'recist-growth-'));
  try {
    const series = COPIES.map((copies) => {
      writeCopies(join(folder, `copies-${copies}`), copies);
      return built(join(folder, `copies-${copies}`), 5 * copies);
    });
    print('series (the raw set under new UIDs)', series);
    console.log(`\n| series at a time, of ${5 * COPIES[1]} | build (s) | peak (MiB) |\n|---|---|---|`);
    for (const jobs of JOBS) {
      writeCopies(join(folder, `jobs-${jobs}`), COPIES[1]);
      const { seconds, peakMiB } = built(join(folder, `jobs-${jobs}`), 5 * COPIES[1], jobs);
      console.log(`| ${jobs} | ${seconds.toFixed(2)} | ${peakMiB.toFixed(0)} |`);
    }
    const slices = STACKS.map((times) => {
      writeStack(join(folder, `stack-${times}`), times);
      return built(join(folder, `stack-${times}`), times * SLICES_A_STACK);
    });
    print('slices of one series', slices);
    console.log(`\nMachine: ${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The whole process, and its peak resident memory as GNU time tells it. */
function built(raw: string, size: number, jobs = 2): Measured {
  const cli = join(import.meta.dirname, '../dist/cli.js');
  const out = `${raw}-out`;
  const started = performance.now();
  const command = [process.execPath, cli, 'build', raw, out, '--jobs', String(jobs)];
  const { status, stderr } = spawnSync('/usr/bin/time', ['-v', ...command], { encoding: 'utf8' });
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(stderr);
  const peakMiB = Number(stderr.match(/Maximum resident set size \(kbytes\): (\d+)/)![1]) / 1024;
  rmSync(raw, { recursive: true });
  rmSync(out, { recursive: true });
  return { size, seconds, peakMiB };
}

function print(what: string, rows: Measured[]): void {
  console.log(`\n| ${what} | build (s) | ms each | peak (MiB) |\n|---|---|---|---|`);
  for (const { size, seconds, peakMiB } of rows)
    console.log(
      `| ${size} | ${seconds.toFixed(2)} | ${((1000 * seconds) / size).toFixed(0)} | ${peakMiB.toFixed(0)} |`,
    );
  console.log(`\nexponent ${growthExponent(rows).toFixed(2)}`);
}

function writeCopies(raw: string, copies: number): void {
  for (let copy = 0; copy < copies; copy++) writeCopy(raw, copy);
  joinTables(raw, copies);
}

const uids = (): string[] =>
  JSON.parse(readFileSync(join(RAW, 'metadata/series.json'), 'utf8')).map(
    ({ uuid }: { uuid: string }) => uuid,
  );

/** The series' UID in a copy, as long as the original. */
const uidOf = (uid: string, copy: number) => (copy ? `${uid.slice(0, -3)}${100 + copy}` : uid);

/** Writes the files of each series under its new UID. */
function writeCopy(raw: string, copy: number): void {
  const files = readdirSync(RAW, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.startsWith('images/') && statSync(join(RAW, name)).isFile(),
  );
  for (const name of files) {
    const bytes = readFileSync(join(RAW, name));
    let to = name.replace('images/dicom/', `images/dicom/${copy}-`);
    for (const uid of uids()) {
      to = to.replace(uid, uidOf(uid, copy));
      const renamed = Buffer.from(uidOf(uid, copy));
      for (let at = bytes.indexOf(uid); at >= 0; at = bytes.indexOf(uid, at + 1)) renamed.copy(bytes, at);
    }
    write(join(raw, to), bytes);
  }
}

/** Metadata of all copies; RECIST rows and patients stay those of the first. */
function joinTables(raw: string, copies: number): void {
  const read = (name: string) => readFileSync(join(RAW, 'metadata', name), 'utf8');
  const all = Array.from({ length: copies }, (_, copy) => copy);
  const entries: { id: number; uuid: string }[] = JSON.parse(read('series.json'));
  const series = all.flatMap((copy) =>
    entries.map((entry) => ({ ...entry, id: 100 * copy + entry.id, uuid: uidOf(entry.uuid, copy) })),
  );
  const windows = Object.entries(JSON.parse(read('windows_mapping.json'))).flatMap(([name, window]) =>
    all.map((copy) => [`${uidOf(name.replace('.nii.gz', ''), copy)}.nii.gz`, window]),
  );
  write(join(raw, 'metadata/series.json'), JSON.stringify(series));
  write(join(raw, 'metadata/windows_mapping.json'), JSON.stringify(Object.fromEntries(windows)));
  write(join(raw, 'metadata/patients.csv'), read('patients.csv'));
  write(join(raw, 'recist_measurements.csv'), readFileSync(join(RAW, 'recist_measurements.csv')));
}

/** One series of the same slices so many times over. */
function writeStack(raw: string, times: number): void {
  const { short, objects } = lambdaRaw(RAW, times);
  for (const [key, bytes] of objects) {
    if (!key.includes(short) && !key.includes('/dicom/short/'))
      write(join(raw, key.slice('raw/'.length)), bytes);
  }
  const header = readFileSync(join(RAW, 'recist_measurements.csv'), 'utf8').split('\n')[0];
  const series = JSON.parse(readFileSync(join(raw, 'metadata/series.json'), 'utf8'));
  write(join(raw, 'metadata/series.json'), JSON.stringify(series.slice(1)));
  write(join(raw, 'recist_measurements.csv'), `${header}\n`);
}

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

main();
