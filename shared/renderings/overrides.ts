import * as z from 'zod/mini';
import { DatasetError } from '../errors.ts';
import type { CaseView } from './case-pictures.ts';

const Count = z.int().check(z.nonnegative());
const Ends = z._default(z.tuple([Count, Count]), [0, 0]);

/** How single cases are shown: a JSON list. */
export const Overrides = z.array(
  z.strictObject({
    /** The CT's file. */
    filename: z.string(),
    /** Voxels to leave out at the first and last columns, rows and slices. */
    crop: z._default(z.strictObject({ columns: Ends, rows: Ends, slices: Ends }), {
      columns: [0, 0],
      rows: [0, 0],
      slices: [0, 0],
    }),
    /** Axial slice to show, counted from 0 in the file. */
    slice_idx: z.optional(Count),
    /** Whether air inside belongs to the body; without it lungs and bowel gas have surfaces too. */
    fill: z._default(z.boolean(), true),
    /** Whether to close gaps in the skin, for scans where filling leaks out. */
    dilate: z._default(z.boolean(), false),
  }),
);

export type Overrides = z.output<typeof Overrides>;

/** @throws USAGE naming every override of a CT that is not there, or that is there twice */
export function checkOverrides(overrides: Overrides, filenames: string[]): void {
  const given = overrides.map(({ filename }) => filename);
  const wrong = given.filter(
    (filename, at) => !filenames.includes(filename) || given.indexOf(filename) !== at,
  );
  if (wrong.length)
    throw new DatasetError('USAGE', `overrides of no CT, or repeated: ${wrong.join(', ')}`, { keys: wrong });
}

export function viewOf(filename: string, overrides: Overrides): CaseView {
  const {
    crop,
    slice_idx: slice,
    fill,
    dilate,
  } = overrides.find((override) => override.filename === filename) ?? Overrides.parse([{ filename }])[0];
  return { crop, slice, fill, dilate };
}
