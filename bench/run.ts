// Measures against the tools people use today, paired and alternating in one run. usage: npm run bench
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 5);
const root = resolve(import.meta.dirname, '..');
const shared = resolve(root, '../shared');
const peers = join(root, '.peers/bin');
const work = mkdtempSync(join(tmpdir(), 'recist-bench-'));
const raw = join(shared, 'raw');

interface Row {
  job: string;
  peer: string;
  must: number;
  ours: () => number;
  theirs: () => number;
}

function main(): void {
  if (!existsSync(raw)) throw new Error('the bench needs the reference data beside the checkout');
  installPeers();
  checkSameResult();
  const lines = rows().map(measure);
  const table = [
    '| job | peer | ours (s) | peer (s) | ratio median | ratio min | must |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
  const machine = `${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`;
  const text = `${table}\n\n${sizes()}\n\n${memory()}\n\nMachine: ${machine}; ${REPETITIONS} paired repetitions.`;
  console.log(text);
  const readme = join(import.meta.dirname, 'README.md');
  const [head] = readFileSync(readme, 'utf8').split('<!-- table -->');
  writeFileSync(readme, `${head}<!-- table -->\n\n${text}\n`);
  rmSync(work, { recursive: true });
}

function installPeers(): void {
  if (existsSync(join(peers, 'dcm2niix'))) return;
  execFileSync('python3.11', ['-m', 'venv', join(root, '.peers')]);
  execFileSync(join(peers, 'pip'), ['install', '-q', '-r', join(shared, 'peers/requirements.txt')], {
    stdio: 'inherit',
  });
}

/** Both must have made the same thing before their times are compared. */
function checkSameResult(): void {
  const out = join(work, 'checked');
  run(process.execPath, [join(root, 'dist/cli.js'), 'build', raw, out]);
  run(process.execPath, [join(shared, 'tools/conform.mjs'), out, join(shared, 'golden')]);
}

function rows(): Row[] {
  const masks = ['train', 'test'].flatMap((subset) => {
    const folder = join(raw, 'images/nifti', subset, 'masks');
    return readdirSync(folder).map((name) => join(folder, name));
  });
  const [noise, blobs] = [join(work, 'noise'), join(work, 'blobs')];
  run(join(peers, 'python'), [join(import.meta.dirname, 'peers.py'), 'save', noise, blobs]);
  const lidc = join(
    work,
    'checked/nifti/train/images',
    '1.2.826.0.1.3680043.8.498.67407456190750456807825430059994380574.nii.gz',
  );
  const python =
    (job: string, ...files: string[]) =>
    () =>
      Number(run(join(peers, 'python'), [join(import.meta.dirname, 'peers.py'), job, ...files]));
  const ours =
    (job: string, ...files: string[]) =>
    () =>
      Number(run(process.execPath, [join(import.meta.dirname, 'ours.ts'), job, ...files]));
  const label = ours('label', ...masks);
  return [
    { job: 'build of the raw set', peer: 'Python chain', must: 7, ours: buildSeconds, theirs: chainSeconds },
    {
      job: 'convert, five series',
      peer: 'dcm2niix',
      must: 1.8,
      ours: () => convertSeconds(),
      theirs: () => dcm2niixSeconds(),
    },
    ...seriesFolders().map((folder, i) => ({
      job: `convert, series ${i + 1} alone`,
      peer: 'dcm2niix',
      must: 1.2,
      ours: () => convertSeconds(folder),
      theirs: () => dcm2niixSeconds([folder]),
    })),
    { job: 'label five masks', peer: 'cc3d', must: 1.2, ours: label, theirs: python('cc3d', ...masks) },
    { job: 'label five masks', peer: 'skimage', must: 4, ours: label, theirs: python('skimage', ...masks) },
    {
      job: 'label dense noise',
      peer: 'cc3d',
      must: 1 / 3.5,
      ours: ours('label-raw', noise),
      theirs: python('cc3d:noise'),
    },
    {
      job: 'label 30 % blobs',
      peer: 'cc3d',
      must: 1 / 5,
      ours: ours('label-raw', blobs),
      theirs: python('cc3d:blobs'),
    },
    {
      job: 'mean, std, quartiles',
      peer: 'numpy',
      must: 8,
      ours: ours('statistics', lidc),
      theirs: python('statistics', lidc),
    },
  ];
}

function measure({ job, peer, must, ours, theirs }: Row): string {
  const pairs = Array.from({ length: REPETITIONS }, () => [ours(), theirs()]);
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const ratios = pairs.map(([a, b]) => b / a);
  const cells = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))].map((s) => s.toFixed(3));
  const line = [
    job,
    peer,
    ...cells,
    median(ratios).toFixed(2),
    Math.min(...ratios).toFixed(2),
    must.toFixed(2),
  ];
  console.error(line.join('  '));
  return `| ${line.join(' | ')} |`;
}

function buildSeconds(): number {
  const out = join(work, 'build');
  rmSync(out, { recursive: true, force: true });
  return seconds(() => run(process.execPath, [join(root, 'dist/cli.js'), 'build', raw, out]));
}

function chainSeconds(): number {
  const out = join(work, 'chain');
  rmSync(out, { recursive: true, force: true });
  const path = `${peers}:${process.env.PATH}`;
  return seconds(() => run('bash', [join(shared, 'peers/chain.sh'), raw, out], { PATH: path }));
}

/** Folders of the five series that series.json names. */
function seriesFolders(): string[] {
  const dicom = join(raw, 'images/dicom');
  const folders = readdirSync(dicom, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.parentPath);
  return [...new Set(folders)].filter((folder) => !folder.endsWith('Scout')).sort();
}

function convertSeconds(folder = join(raw, 'images/dicom')): number {
  const out = join(work, 'nifti');
  rmSync(out, { recursive: true, force: true });
  const tables = [
    '--series',
    join(raw, 'metadata/series.json'),
    '--patients',
    join(raw, 'metadata/patients.csv'),
  ];
  return seconds(() =>
    spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'convert', folder, out, ...tables]),
  );
}

function dcm2niixSeconds(folders = seriesFolders()): number {
  const out = join(work, 'dcm2niix');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  return seconds(() => {
    for (const folder of folders)
      run(join(peers, 'dcm2niix'), ['-z', 'y', '-b', 'n', '-f', '%j', '-o', out, folder]);
  });
}

/** Bytes of our converted CTs against dcm2niix's. */
function sizes(): string {
  convertSeconds();
  dcm2niixSeconds();
  const theirs = join(work, 'dcm2niix');
  const lines = readdirSync(theirs).map((name) => {
    const subset = ['train', 'test'].find((one) => existsSync(join(work, 'nifti', one, 'images', name)));
    if (!subset) return undefined;
    const [a, b] = [join(work, 'nifti', subset, 'images', name), join(theirs, name)].map(
      (file) => statSync(file).size,
    );
    return `${name.slice(-20)} ${(a / b).toFixed(3)}`;
  });
  return `Sizes of converted CTs against dcm2niix's: ${lines.filter(Boolean).join(', ')}.`;
}

function memory(): string {
  const out = join(work, 'memory');
  const args = ['-v', process.execPath, join(root, 'dist/cli.js'), 'build', raw, out, '--jobs', '2'];
  const { stderr, error } = spawnSync('/usr/bin/time', args, { encoding: 'utf8' });
  const kilobytes = error ? undefined : stderr.match(/Maximum resident set size \(kbytes\): (\d+)/)?.[1];
  return `Peak resident memory of the build, two jobs: ${kilobytes ? `${(Number(kilobytes) / 1024 / 1024).toFixed(2)} GiB` : 'not measured (GNU time is missing)'} (must: 1.5).`;
}

function seconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

function run(command: string, options: string[], environment: Record<string, string> = {}): string {
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(command, options, {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${command} ${options.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

main();
