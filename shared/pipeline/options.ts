import * as z from 'zod/mini';

/** What a build can be told; everything here changes the result, so all of it enters the fingerprints. */
export const BuildOptions = z.strictObject({
  /** Components smaller than this are rejected. */
  minSize: z._default(z.number().check(z.nonnegative()), 50),
  minSizeUnits: z._default(z.enum(['voxels', 'ml']), 'voxels'),
  /** Components spanning fewer slices than this are rejected. */
  minSlices: z._default(z.int().check(z.nonnegative()), 2),
  method: z._default(z.enum(['obb', 'ellipse']), 'obb'),
  unconnectedStrategy: z._default(
    z.enum(['largest-area', 'largest-measurement', 'sum', 'join']),
    'largest-area',
  ),
  scale: z._default(z.enum(['volume', 'window']), 'volume'),
  /** Interpolate series with uneven slice spacing instead of quarantining them. */
  resample: z._default(z.boolean(), false),
  saveNonAccepted: z._default(z.boolean(), false),
  saveAxes: z._default(z.boolean(), false),
});

export type BuildOptions = z.output<typeof BuildOptions>;
