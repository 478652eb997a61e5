import type { Store } from '../store/store.ts';

/** How long one answer of the guard holds. */
const HOLDS_MS = 1000;

/** A store that is written to only while the guard lets it: it throws when it does not, also at the end of a long write. */
export function guardedStore(store: Store, guard: () => Promise<void>): Store {
  let asked = -HOLDS_MS;
  const ask = async () => {
    if (performance.now() - asked < HOLDS_MS) return;
    await guard();
    asked = performance.now();
  };
  async function* askedAfter(body: AsyncIterable<Uint8Array>) {
    yield* body;
    await ask();
  }
  return {
    url: store.url,
    head: (key) => store.head(key),
    get: (key, range) => store.get(key, range),
    stream: (key) => store.stream(key),
    list: (prefix) => store.list(prefix),
    put: async (key, body, condition) => {
      await ask();
      return store.put(key, body instanceof Uint8Array ? body : askedAfter(body), condition);
    },
    delete: async (key) => {
      await ask();
      await store.delete(key);
    },
    copy: async (from, to) => {
      await ask();
      return store.copy(from, to);
    },
  };
}
