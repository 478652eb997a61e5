import type { Bucket } from '../shared/cloud/bucket.ts';
import { BuildOptions } from '../shared/pipeline/options.ts';
import { S3Store, s3Client } from '../shared/store/s3-store.ts';

/** What the stack tells its functions through their environment. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** One client for all invocations of an environment: its connections stay open. */
const client = s3Client();

export const stores: Bucket = {
  bucket: S3Store.fromUrl(`s3://${setting('BUCKET')}`, client),
  raw: S3Store.fromUrl(`s3://${setting('BUCKET')}/raw`, client),
  out: S3Store.fromUrl(`s3://${setting('BUCKET')}/out`, client),
};

export { client };

export function buildOptions(): BuildOptions {
  return BuildOptions.parse(JSON.parse(setting('BUILD_OPTIONS')));
}
