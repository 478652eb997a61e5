import * as z from 'zod/mini';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { Crew } from '../threads/shared-work.ts';
import type { SeriesTask } from './series-task.ts';
import type { VolumeCache } from './volume-cache.ts';

export type StepName = 'convert' | 'normalize' | 'statistics' | 'instances' | 'features';

/** An object a step wrote, with the checksums the release and the manifest need. */
export const Output = z.object({
  key: z.string(),
  bytes: z.number(),
  etag: z.string(),
  sha256: z.string(),
  md5: z.string(),
  crc32: z.number(),
});
export type Output = z.output<typeof Output>;

export const Failure = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as ErrorCode[]),
  message: z.string(),
  keys: z.array(z.string()),
});
export type Failure = z.output<typeof Failure>;

/** What a step leaves behind for later steps and later runs: the provenance of its outputs. */
export const StepRecord = z.object({
  /** Hash of everything the result depends on: inputs, parameters, version of the step. */
  fingerprint: z.string(),
  outputs: z.array(Output),
  /** What the step has to tell: table rows, chosen parameters, warnings. */
  report: z.record(z.string(), z.unknown()),
  failure: z.optional(Failure),
});
export type StepRecord = z.output<typeof StepRecord>;

export interface StepContext {
  raw: Store;
  out: Store;
  /** Volumes decoded by an earlier step in the same process, so that nothing is inflated twice. */
  volumes: VolumeCache;
  /** Threads that may help. */
  crew?: Crew;
  signal: AbortSignal;
}

/** Records of the steps before this one, all of them successful. */
export type Upstream = Partial<Record<StepName, StepRecord>>;

/**
 * One step of a series' way from DICOM to the release. The same raw and upstream content gives the same
 * bytes; a step knows nothing of Lambda, of folders or of progress bars.
 */
export interface SeriesStep {
  name: StepName;
  /** Raised when the same inputs give other bytes than before. */
  version: number;
  after: StepName[];
  /** Everything the result depends on besides `version`, as JSON. */
  dependsOn(task: SeriesTask, upstream: Upstream): unknown;
  run(task: SeriesTask, upstream: Upstream, context: StepContext): Promise<StepResult>;
}

export interface StepResult {
  outputs: Output[];
  report: Record<string, unknown>;
}
