import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { asDatasetError, DatasetError } from '../errors.ts';
import { getJson, jsonText, utf8 } from '../store/json.ts';
import type { Store } from '../store/store.ts';

/** What a share opens: the whole release, one series of it, or a place to upload study archives to. */
export const ShareScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('series'), uuid: z.string().check(z.regex(/^[\w.-]+$/)) }),
  z.strictObject({ kind: z.literal('upload') }),
]);
export type ShareScope = z.output<typeof ShareScope>;

/** A share as the bucket keeps it: never the token itself, only a hash of its secret half. */
export const Share = z.object({
  id: z.string(),
  secretSha256: z.string(),
  scope: ShareScope,
  note: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.optional(z.string()),
});
export type Share = z.output<typeof Share>;

const TOKEN = /^([\w-]{16})\.([\w-]{43})$/;
const SHARES = 'shares/';

const keyOf = (id: string) => `${SHARES}${id}.json`;

/**
 * Makes a share and returns its token, which is shown this once and stored nowhere.
 * @example await createShare(bucket, { scope: { kind: 'release' }, days: 30, note: 'for the reviewers' })
 */
export async function createShare(
  bucket: Store,
  { scope, days, note }: { scope: ShareScope; days: number; note: string },
  now = new Date(),
): Promise<{ token: string; share: Share }> {
  const id = randomBytes(12).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const share: Share = {
    id,
    secretSha256: hash('sha256', secret),
    scope,
    note,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + days * 86_400_000).toISOString(),
  };
  await bucket.put(keyOf(id), utf8(jsonText(share)), { ifAbsent: true });
  return { token: `${id}.${secret}`, share };
}

/**
 * The share a token opens.
 * @throws SHARE_DENIED with one and the same message for unknown, tampered, expired and revoked tokens
 */
export async function openShare(bucket: Store, token: string, now = new Date()): Promise<Share> {
  const [, id, secret] = token.match(TOKEN) ?? [];
  if (!id) throw denied();
  const share = await readShare(bucket, id);
  const [expected, given] = [share?.secretSha256 ?? hash('sha256', ''), hash('sha256', secret)];
  const same = timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(given, 'hex'));
  if (!share || !same || share.revokedAt || now >= new Date(share.expiresAt)) throw denied();
  return share;
}

/** Ends a share at once; links handed out in its last minutes still run out by themselves. */
export async function revokeShare(bucket: Store, id: string, now = new Date()): Promise<Share> {
  const share = await readShare(bucket, id);
  if (!share) throw new DatasetError('STORE_MISSING', `there is no share ${id}`, { keys: [keyOf(id)] });
  const revoked = { ...share, revokedAt: share.revokedAt ?? now.toISOString() };
  await bucket.put(keyOf(id), utf8(jsonText(revoked)));
  return revoked;
}

export async function* listShares(bucket: Store): AsyncGenerator<Share> {
  for await (const { key } of bucket.list(SHARES)) yield getJson(bucket, key, Share);
}

async function readShare(bucket: Store, id: string): Promise<Share | undefined> {
  try {
    return await getJson(bucket, keyOf(id), Share);
  } catch (error) {
    if (asDatasetError(error).code === 'STORE_MISSING') return undefined;
    throw error;
  }
}

export function denied(): DatasetError {
  return new DatasetError(
    'SHARE_DENIED',
    'this link is not valid (any more); ask whoever sent it for a new one',
  );
}
