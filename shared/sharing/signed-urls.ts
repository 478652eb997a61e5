import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A link to one object is fresh for this long; whoever holds the share gets a new one at each click. */
export const LINK_SECONDS = 300;
export const UPLOAD_SECONDS = 3600;
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

/** A presigned POST of one zip archive into `incoming/`, of limited size and of no other type. */
export function uploadForm(
  client: S3Client,
  bucket: string,
  { name, limitBytes = UPLOAD_LIMIT_BYTES }: { name: string; limitBytes?: number },
): Promise<UploadForm> {
  const type = 'application/zip';
  return createPresignedPost(client, {
    Bucket: bucket,
    Key: `incoming/${name}.zip`,
    Expires: UPLOAD_SECONDS,
    Fields: { 'Content-Type': type },
    Conditions: [
      ['content-length-range', 1, limitBytes],
      ['eq', '$Content-Type', type],
    ],
  });
}
