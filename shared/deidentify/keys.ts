import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';

/**
 * What leads from a release back to the patients, and so must never be part of it: the secret that all
 * replacements are computed from, and tables of those made so far.
 */
export const Keys = z.object({
  version: z.literal(1),
  /** 32 bytes in hexadecimal. */
  secret: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** By the original patient id. A pseudonym may be chosen by hand before the first run. */
  patients: z.record(z.string(), z.object({ pseudonym: z.string(), shiftDays: z.int() })),
  /** New UID by original UID. */
  uids: z.record(z.string(), z.string()),
  /** Further originals met on the way, to look for in a finished release. */
  originals: z.object({
    names: z.array(z.string()),
    dates: z.array(z.string()),
    ids: z.array(z.string()),
  }),
});
export type Keys = z.output<typeof Keys>;

export function newKeys(): Keys {
  return {
    version: 1,
    secret: randomBytes(32).toString('hex'),
    patients: {},
    uids: {},
    originals: { names: [], dates: [], ids: [] },
  };
}
