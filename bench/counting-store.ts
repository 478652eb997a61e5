import type { Body, ByteRange, PutCondition, Store, StoredObject } from '../shared/store/store.ts';

/** Keys that one page of an S3 listing holds. */
const PAGE = 1000;

/** A store that counts what an S3 bucket would be asked: requests, and pages of listings. */
export class CountingStore implements Store {
  readonly url: string;
  requests = 0;
  lists = 0;
  listPages = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.url = store.url;
    this.#store = store;
  }

  head(key: string): Promise<StoredObject | undefined> {
    this.requests++;
    return this.#store.head(key);
  }

  get(key: string, range?: ByteRange): Promise<Uint8Array> {
    this.requests++;
    return this.#store.get(key, range);
  }

  stream(key: string): AsyncIterable<Uint8Array> {
    this.requests++;
    return this.#store.stream(key);
  }

  put(key: string, body: Body, condition?: PutCondition): Promise<StoredObject> {
    this.requests++;
    return this.#store.put(key, body, condition);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    this.lists++;
    let keys = 0;
    for await (const object of this.#store.list(prefix)) {
      keys++;
      yield object;
    }
    this.listPages += Math.max(1, Math.ceil(keys / PAGE));
  }

  delete(key: string): Promise<void> {
    this.requests++;
    return this.#store.delete(key);
  }

  copy(from: string, to: string): Promise<StoredObject> {
    this.requests++;
    return this.#store.copy(from, to);
  }
}
