import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DataBucket } from './data-bucket.ts';
import { type Access, DatasetFunction, type DatasetFunctionProps } from './dataset-function.ts';
import type { Settings } from './settings.ts';

const STATE = 'out/.state/';
/** What every step of a series reads and writes besides its own: the task, the records, results of the steps before. */
const STEP: Access = { read: ['runs/', STATE], write: [STATE] };

/** What steps write besides their records: whether it still stands is looked up by those who decide what to redo. */
const RESULTS = ['out/nifti/', 'out/final/images/', 'out/stats/', 'out/reports/'];

/** Everything a step needs of the bucket, beyond what all of them need. */
const step = (read: string[], write: string[] = []): Access => ({
  read: [...STEP.read!, ...read],
  write: [...STEP.write!, ...write],
});

/** What a share can open (shared/sharing/shared-keys.ts). */
const SHARED = [
  'out/final-formatted.zip',
  'out/manifest.json',
  'out/release/',
  'out/report/',
  'out/final/images/',
  'out/stats/',
  'out/reports/series/',
];

/** The functions, with the memory that measuring them asked for (docs/aws.md) and the least access that does. */
export function datasetFunctions(scope: Construct, data: DataBucket, settings: Settings) {
  const build = { BUILD_OPTIONS: settings.buildOptions };
  const make = (name: string, props: Omit<DatasetFunctionProps, 'data'>) =>
    new DatasetFunction(scope, name, { data, ...props });
  const minutes = (count: number) => Duration.minutes(count);
  return {
    settle: make('settle', {
      access: { read: ['runs/queue.json'], write: ['runs/queue.json'] },
      memoryMiB: 256,
      timeout: minutes(1),
      environment: { QUIET_SECONDS: String(settings.quietSeconds) },
    }),
    plan: make('plan', {
      access: { read: ['raw/', 'runs/', STATE, ...RESULTS], write: ['runs/', STATE] },
      memoryMiB: 1769,
      timeout: minutes(15),
      environment: build,
    }),
    convert: make('convert', {
      access: step(['raw/images/dicom/', 'out/nifti/'], ['out/nifti/']),
      memoryMiB: 3008,
      timeout: minutes(10),
      codecs: [
        '@cornerstonejs/codec-charls',
        '@cornerstonejs/codec-openjpeg',
        '@cornerstonejs/codec-openjph',
      ],
    }),
    normalize: make('normalize', {
      access: step(['out/nifti/', 'out/stats/'], ['out/stats/']),
      memoryMiB: 3008,
      timeout: minutes(5),
    }),
    statistics: make('statistics', {
      access: step(['out/nifti/']),
      memoryMiB: 3008,
      timeout: minutes(5),
    }),
    instances: make('instances', {
      access: step(['raw/images/nifti/', 'out/nifti/', 'out/final/images/'], ['out/final/images/']),
      memoryMiB: 3008,
      timeout: minutes(5),
    }),
    features: make('features', {
      access: step(['out/nifti/', 'out/final/images/']),
      memoryMiB: 3008,
      timeout: minutes(5),
    }),
    collect: make('collect', {
      access: step(RESULTS, ['out/reports/', 'out/final/images/', 'runs/ended/']),
      memoryMiB: 512,
      timeout: minutes(2),
    }),
    finalise: make('finalise', {
      access: { read: ['raw/', 'out/', 'runs/'], write: ['out/', 'runs/'], delete: ['out/'] },
      memoryMiB: 1769,
      timeout: minutes(15),
      environment: { ...build, TOLERATED_FAILURE_PERCENT: String(settings.toleratedFailurePercent) },
    }),
    ended: make('ended', {
      access: { read: ['runs/'], write: ['runs/'] },
      memoryMiB: 256,
      timeout: minutes(1),
    }),
    ingest: make('ingest', {
      access: {
        read: ['incoming/', 'raw/', 'runs/'],
        write: ['raw/images/dicom/', 'raw/metadata/series.json', 'runs/unpacked/', 'runs/ingested/'],
        delete: ['runs/unpacked/'],
      },
      memoryMiB: 1769,
      timeout: minutes(15),
    }),
    changed: make('changed', {
      access: { read: ['runs/queue.json'], write: ['runs/queue.json'] },
      memoryMiB: 256,
      timeout: minutes(1),
    }),
    redrive: make('redrive', { access: {}, memoryMiB: 256, timeout: minutes(1) }),
    share: make('share', {
      access: { read: ['shares/', ...SHARED], write: ['incoming/'] },
      memoryMiB: 512,
      timeout: Duration.seconds(20),
    }),
  };
}
