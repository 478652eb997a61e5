import type { Store } from '../store/store.ts';

/** The stores of one deployment: the whole bucket, and the two folders a build works on. */
export interface Bucket {
  bucket: Store;
  raw: Store;
  out: Store;
}
