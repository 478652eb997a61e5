/** Maps with at most `limit` calls under way, keeping the order; the first failure rejects the whole. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for await (const result of prefetch(items, limit, map)) results.push(result);
  return results;
}

/** Results of `map` in order, with at most `ahead` of them under way or waiting: memory stays flat. */
export async function* prefetch<T, R>(
  items: Iterable<T>,
  ahead: number,
  map: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const waiting: Promise<R>[] = [];
  for (const item of items) {
    const result = map(item);
    result.catch(() => {}); // reported when its turn comes
    waiting.push(result);
    if (waiting.length >= ahead) yield await waiting.shift()!;
  }
  for (const result of waiting) yield await result;
}
