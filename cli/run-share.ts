import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { urlAround } from '../shared/cloud/bucket.ts';
import { DatasetError } from '../shared/errors.ts';
import { nothingToShare, type OutLocation, presignedLinks } from '../shared/sharing/presigned-links.ts';
import { downloadPage, minuteText, sizeText } from '../shared/sharing/share-page.ts';
import { sharedObjects } from '../shared/sharing/shared-keys.ts';
import { createShare, listShares, revokeShare, type Share, ShareScope } from '../shared/sharing/shares.ts';
import { incomingKey, SIGNATURE_LIMIT_SECONDS, uploadForm } from '../shared/sharing/signed-urls.ts';
import { jsonText } from '../shared/store/json.ts';
import { S3Store, s3Client } from '../shared/store/s3-store.ts';
import type { Store } from '../shared/store/store.ts';
import { counted } from './counted.ts';
import { EXIT } from './exit.ts';
import type { ShareArguments } from './share.ts';

const DAY_SECONDS = 86_400;
const SHARE_DAYS = 30;

interface Place extends OutLocation {
  /** The bucket of a deployment around its `out/`: where shares are kept and uploads go. */
  bucket: Store | undefined;
}

export async function runShare(outUrl: string, options: ShareArguments): Promise<number> {
  const place = placeOf(outUrl);
  const { list, revoke, json, upload, presigned, page } = options;
  if ([list, revoke !== undefined, upload, options.series !== undefined].filter(Boolean).length > 1)
    throw new DatasetError('USAGE', 'give one of --list, --revoke, --upload and --series');
  if (list) await showShares(bucketOf(place), json);
  else if (revoke !== undefined) await revokeOne(bucketOf(place), revoke, json);
  else if (!presigned && !json && page === undefined) await makeShare(place, options);
  else if (upload) await showUpload(place, options);
  else await showLinks(place, options);
  return EXIT.done;
}

function placeOf(outUrl: string): Place {
  if (!outUrl.startsWith('s3://'))
    throw new DatasetError(
      'USAGE',
      `'${outUrl}' is a folder; only what is in a bucket can be shared by links`,
    );
  const client = s3Client();
  const out = S3Store.fromUrl(outUrl, client);
  const [bucketName, ...path] = out.url.slice('s3://'.length).split('/');
  const around = urlAround(out.url);
  return {
    out,
    client,
    bucketName,
    prefix: path.map((part) => `${part}/`).join(''),
    bucket: around === undefined ? undefined : S3Store.fromUrl(around, client),
  };
}

function bucketOf({ bucket, out }: Place): Store {
  if (bucket) return bucket;
  throw new DatasetError(
    'USAGE',
    `${out.url} is a whole bucket; shares and uploads go beside OUT, as in s3://bucket/out`,
  );
}

function scopeOf({ series, upload }: ShareArguments): ShareScope {
  if (upload) return { kind: 'upload' };
  if (series === undefined) return { kind: 'release' };
  const scope = ShareScope.safeParse({ kind: 'series', uuid: series });
  if (!scope.success) throw new DatasetError('USAGE', `'${series}' is no Series Instance UID`);
  return scope.data;
}

/** A share of the deployment: its token is shown here, once, and kept nowhere. */
async function makeShare(place: Place, options: ShareArguments): Promise<void> {
  const { out, prefix } = place;
  const { shareUrl, days = SHARE_DAYS, note } = options;
  if (!shareUrl)
    throw new DatasetError(
      'USAGE',
      "a share needs --share-url, the stack's output ShareUrl; without a deployment use --presigned or --page",
    );
  if (prefix !== 'out/')
    throw new DatasetError('USAGE', 'the share URL opens s3://bucket/out only; use --presigned or --page');
  const scope = scopeOf(options);
  if (scope.kind !== 'upload' && (await sharedObjects(out, scope)).length === 0)
    throw nothingToShare(out, scope);
  const { token, share } = await createShare(bucketOf(place), { scope, days, note });
  process.stdout.write(`${shareUrl.replace(/\/+$/, '')}/${token}\n`);
  process.stderr.write(
    `works until ${minuteText(share.expiresAt)}; shown only now, the bucket keeps a hash of it\nend it with --revoke ${share.id}\n`,
  );
}

async function showLinks(place: Place, options: ShareArguments): Promise<void> {
  const { json, page } = options;
  const { seconds, expiresAt } = signatureLife(options);
  const scope = scopeOf(options);
  const objects = await presignedLinks(place, scope, seconds);
  if (page !== undefined) await writeFile(page, downloadPage({ scope, expiresAt }, objects));
  if (json) process.stdout.write(jsonText({ expiresAt, objects }));
  else if (page === undefined)
    process.stdout.write(
      objects.map(({ key, bytes, url }) => `${key}  ${sizeText(bytes)}\n${url}\n`).join(''),
    );
  const where = page === undefined ? '' : `${counted(objects.length, 'link is', 'links are')} in ${page}; `;
  if (!json) process.stderr.write(`${where}they work until ${minuteText(expiresAt)}, for whoever has them\n`);
}

async function showUpload(place: Place, options: ShareArguments): Promise<void> {
  const { client, bucketName } = place;
  const { json, page } = options;
  if (page !== undefined)
    throw new DatasetError('USAGE', '--page is for downloads; a presigned upload takes one archive only');
  const { seconds, expiresAt } = signatureLife(options);
  const above = bucketOf(place).url.slice(`s3://${bucketName}`.length + 1);
  const key = `${above && `${above}/`}${incomingKey(randomUUID())}`;
  const form = await uploadForm(client, bucketName, key, { seconds });
  if (json) process.stdout.write(jsonText({ expiresAt, ...form }));
  else {
    const fields = Object.entries(form.fields).map(([name, value]) => `-F '${name}=${value}'`);
    process.stdout.write(`curl ${fields.join(' ')} -F file=@study.zip '${form.url}'\n`);
    process.stderr.write(`takes one zip archive, until ${minuteText(expiresAt)}\n`);
  }
}

function signatureLife({ days }: ShareArguments): { seconds: number; expiresAt: string } {
  const seconds = Math.round((days ?? SIGNATURE_LIMIT_SECONDS / DAY_SECONDS) * DAY_SECONDS);
  if (seconds > SIGNATURE_LIMIT_SECONDS)
    throw new DatasetError('USAGE', 'presigned links last at most 7 days; a share lasts as long as you say');
  return { seconds, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() };
}

async function showShares(bucket: Store, json: boolean): Promise<void> {
  const shares: Share[] = [];
  for await (const share of listShares(bucket)) shares.push(share);
  shares.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  if (json) process.stdout.write(jsonText(shares.map(shown)));
  else if (shares.length === 0) process.stdout.write('no shares\n');
  else process.stdout.write(shares.map((share) => `${shareText(share)}\n`).join(''));
}

async function revokeOne(bucket: Store, id: string, json: boolean): Promise<void> {
  const share = await revokeShare(bucket, id);
  process.stdout.write(json ? jsonText(shown(share)) : `${shareText(share)}\n`);
}

function shown({ secretSha256: _, ...share }: Share): object {
  return { ...share, state: stateOf(share) };
}

function shareText(share: Share): string {
  const what = share.scope.kind === 'series' ? `series ${share.scope.uuid}` : share.scope.kind;
  const state = stateOf(share).padEnd(8);
  return `${share.id}  ${state} until ${minuteText(share.expiresAt)}  ${what}${share.note && `  ${share.note}`}`;
}

function stateOf({ revokedAt, expiresAt }: Pick<Share, 'revokedAt' | 'expiresAt'>): string {
  if (revokedAt) return 'revoked';
  return new Date(expiresAt) <= new Date() ? 'expired' : 'open';
}
