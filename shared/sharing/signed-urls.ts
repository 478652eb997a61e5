import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A link to one object is fresh for this long; whoever holds the share gets a new one at each click. */
export const LINK_SECONDS = 300;
export const UPLOAD_SECONDS = 3600;
/** S3 takes no signature for longer: 7 days. */
export const SIGNATURE_LIMIT_SECONDS = 604_800;
/** A single POST takes up to 5 GB. */
export const UPLOAD_LIMIT_BYTES = 5e9;

/** A presigned GET of one object, saved under its own name. */
export function downloadUrl(
  client: S3Client,
  bucket: string,
  key: string,
  seconds = LINK_SECONDS,
): Promise<string> {
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/[^\w.-]/g, '_');
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    ResponseContentDisposition: `attachment; filename="${name}"`,
  });
  return getSignedUrl(client, command, { expiresIn: seconds });
}

export interface UploadForm {
  url: string;
  fields: Record<string, string>;
}

/** A presigned POST of one zip archive to `key`, of limited size and of no other type. */
export function uploadForm(
  client: S3Client,
  bucket: string,
  key: string,
  { seconds = UPLOAD_SECONDS, limitBytes = UPLOAD_LIMIT_BYTES } = {},
): Promise<UploadForm> {
  const type = 'application/zip';
  return createPresignedPost(client, {
    Bucket: bucket,
    Key: key,
    Expires: seconds,
    Fields: { 'Content-Type': type },
    Conditions: [
      ['content-length-range', 1, limitBytes],
      ['eq', '$Content-Type', type],
    ],
  });
}

/** Where an uploaded archive goes in a deployment's bucket. */
export const incomingKey = (name: string) => `incoming/${name}.zip`;
