import type { S3Client } from '@aws-sdk/client-s3';
import { asDatasetError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { downloadPage, uploadPage } from './share-page.ts';
import { checkInScope, sharedObjects } from './shared-keys.ts';
import { denied, openShare } from './shares.ts';
import { downloadUrl, incomingKey, type UploadForm, uploadForm } from './signed-urls.ts';

export interface ShareAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

export interface ShareDoor {
  bucket: Store;
  out: Store;
  client: S3Client;
  bucketName: string;
  /** Names the next upload. */
  uploadName: () => string;
}

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

/**
 * Answers a request to the share URL: `/<token>` is a page (JSON when asked for), `/<token>/<key>` redirects to a fresh
 * presigned URL. Whatever is wrong with a token or a key, the answer is the same 403.
 */
export async function answerShare(path: string, accept: string, door: ShareDoor): Promise<ShareAnswer> {
  try {
    const [token, ...rest] = decoded(path).replace(/^\//, '').split('/');
    const key = rest.join('/');
    const share = await openShare(door.bucket, token);
    if (key) {
      checkInScope(share.scope, key);
      const location = await downloadUrl(door.client, door.bucketName, `out/${key}`);
      return { statusCode: 302, headers: { ...HEADERS, location }, body: '' };
    }
    if (share.scope.kind === 'upload') {
      const form = await uploadForm(door.client, door.bucketName, incomingKey(door.uploadName()));
      return accept.includes('json') ? json(form) : html(uploadPage(share, form), form);
    }
    const objects = await sharedObjects(door.out, share.scope);
    if (accept.includes('json')) return json({ objects });
    const linked = objects.map((object) => ({ ...object, url: `/${token}/${object.key}` }));
    return html(downloadPage(share, linked));
  } catch (error) {
    const { code, message } = asDatasetError(error);
    if (code !== 'SHARE_DENIED') throw error;
    return {
      statusCode: 403,
      headers: { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' },
      body: message,
    };
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw denied();
  }
}

function json(value: object): ShareAnswer {
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify(value) };
}

function html(body: string, form?: UploadForm): ShareAnswer {
  const headers = { ...HEADERS, 'content-type': 'text/html; charset=utf-8' };
  if (form) headers['content-security-policy'] += `; form-action ${new URL(form.url).origin}`;
  return { statusCode: 200, headers, body };
}
