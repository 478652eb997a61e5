import * as z from 'zod/mini';
import { LesionVocabulary } from '../lesions/vocabulary.ts';
import { BuildOptions } from './options.ts';

/** An object of the raw folder as the plan saw it. */
export const Source = z.object({ key: z.string(), bytes: z.number(), etag: z.string() });
export type Source = z.output<typeof Source>;

/** Everything the steps of one series need to know; the plan makes one for each series it wants built. */
export const SeriesTask = z.object({
  uuid: z.string(),
  subset: z.enum(['train', 'test']),
  patientId: z.number(),
  /** Every DICOM file of the series, and the files beside them whose series is unknown. */
  dicom: z.array(Source),
  mask: z.optional(Source),
  labels: z.optional(Source),
  window: z.enum(['lung', 'abdomen', 'bone', 'air', 'brain', 'mediastinum']),
  /** Slices that series.json promises. */
  slices: z.optional(z.number()),
  /** Ids of the final lesion instances that recist_measurements.csv names. */
  recistLesions: z.array(z.number()),
  /** Further translations of lesion descriptions, as the user's vocabulary file has them. */
  vocabulary: LesionVocabulary,
  options: BuildOptions,
});
export type SeriesTask = z.output<typeof SeriesTask>;
