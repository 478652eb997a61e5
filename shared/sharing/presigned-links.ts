import type { S3Client } from '@aws-sdk/client-s3';
import { DatasetError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { LinkedObject } from './share-page.ts';
import { sharedObjects } from './shared-keys.ts';
import type { ShareScope } from './shares.ts';
import { downloadUrl } from './signed-urls.ts';

/** OUT in a bucket: its store, and where S3 has it. */
export interface OutLocation {
  out: Store;
  client: S3Client;
  bucketName: string;
  /** Empty, or ending in `/`. */
  prefix: string;
}

/**
 * A presigned URL for each object of a scope: links of S3 itself, for whoever has no share URL. They cannot be revoked,
 * last at most 7 days, and end earlier with the credentials that signed them.
 * @throws STORE_MISSING when OUT has nothing of the scope
 */
export async function presignedLinks(
  { out, client, bucketName, prefix }: OutLocation,
  scope: ShareScope,
  seconds: number,
): Promise<LinkedObject[]> {
  const objects = await sharedObjects(out, scope);
  if (objects.length === 0) throw nothingToShare(out, scope);
  return Promise.all(
    objects.map(async (object) => ({
      ...object,
      url: await downloadUrl(client, bucketName, prefix + object.key, seconds),
    })),
  );
}

export function nothingToShare({ url }: Store, scope: ShareScope): DatasetError {
  const what = scope.kind === 'series' ? `the series ${scope.uuid}` : 'a release';
  return new DatasetError('STORE_MISSING', `${url} has nothing of ${what}; has it been built?`);
}
