// Times one of our library functions on files, in this process, and prints the seconds. usage: ours.ts JOB FILE...
import { readFileSync } from 'node:fs';
import { connectedComponents } from '../shared/lesions/labelling.ts';
import { runsOf } from '../shared/lesions/runs.ts';
import { readNifti } from '../shared/nifti/read.ts';
import { statisticsOf } from '../shared/volume/statistics.ts';
import type { Volume } from '../shared/volume/volume.ts';

const [job, ...files] = process.argv.slice(2);

const PASSES = 5;

function timed<T>(run: (item: T) => void, items: T[]): number {
  const once = () => items.forEach(run);
  once(); // warm, as the peers
  const start = performance.now();
  for (let pass = 0; pass < PASSES; pass++) once();
  return (performance.now() - start) / 1000 / PASSES;
}

type Mask = Pick<Volume, 'voxels' | 'shape'>;
const identity = Int32Array.from({ length: 65536 }, (_, value) => value);
const label = (mask: Mask) => {
  connectedComponents(runsOf(mask, identity));
};

if (job === 'label')
  console.log(
    timed(
      label,
      files.map((file) => readNifti(readFileSync(file), file)),
    ),
  );
if (job === 'label-raw') {
  const voxels = new Uint8Array(readFileSync(files[0]));
  console.log(timed(label, [{ voxels, shape: [512, 512, 200] as Volume['shape'] }]));
}
if (job === 'statistics') {
  // a new object each time, as the histogram of one is kept
  const volume = readNifti(readFileSync(files[0]), files[0]);
  console.log(timed((v: Volume) => statisticsOf({ ...v }), [volume]));
}
