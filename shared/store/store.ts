/** What a listing or a write tells of one object. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** Opaque version of the content: it changes when the object is written again. */
  etag: string;
}

/** A half-open byte range. */
export interface ByteRange {
  offset: number;
  length: number;
}

/** When a write may happen; a write whose condition fails throws STORE_CONFLICT and changes nothing. */
export type PutCondition = { ifAbsent: true } | { ifMatch: string };

/** The bytes of an object to write: whole, or as a stream of unknown length. */
export type Body = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Objects under keys with `/`, in a folder or in a bucket. A write is atomic: readers see the old object
 * or the whole new one. Failures are DatasetErrors: STORE_MISSING, STORE_DENIED, STORE_FULL,
 * STORE_CONFLICT, STORE_UNREADABLE.
 */
export interface Store {
  /** Where the store is, for messages: a folder path or `s3://bucket/prefix`. */
  readonly url: string;
  head(key: string): Promise<StoredObject | undefined>;
  get(key: string, range?: ByteRange): Promise<Uint8Array>;
  stream(key: string): AsyncIterable<Uint8Array>;
  put(key: string, body: Body, condition?: PutCondition): Promise<StoredObject>;
  /** Objects whose key starts with `prefix`, in code-unit order of their keys. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes an object; a missing one is no error. */
  delete(key: string): Promise<void>;
  /** Makes `to` the same content as `from` without moving its bytes through this process. */
  copy(from: string, to: string): Promise<StoredObject>;
}
