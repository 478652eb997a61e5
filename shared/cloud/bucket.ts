import type { Store } from '../store/store.ts';

/** The stores of one deployment: the whole bucket, and the two folders a build works on. */
export interface Bucket {
  bucket: Store;
  raw: Store;
  out: Store;
}

/**
 * Where the bucket of a deployment is, around its `out/`.
 * @returns undefined for a folder, and for a whole bucket, which has nothing around it
 */
export function urlAround(outUrl: string): string | undefined {
  return outUrl.match(/^(s3:\/\/.+?)\/+[^/]+\/*$/)?.[1];
}
