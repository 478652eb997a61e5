/**
 * One sequence for several readers, each element read from the source once. The readers go in step: the next element
 * is asked for when all of them want it, so that one element is held and no more.
 * @param signal ends all readers with its reason, also those that would wait for one that never reads on
 */
export function sideBySide<T>(
  source: AsyncIterator<T>,
  readers: number,
  signal: AbortSignal,
): AsyncIterable<T>[] {
  let turn = newTurn<T>();
  let reading = readers;
  let waiting = 0;
  const advance = () => {
    if (signal.aborted || reading === 0 || waiting < reading) return;
    waiting = 0;
    const { resolve, reject } = turn;
    turn = newTurn();
    source.next().then(resolve, reject);
  };
  signal.addEventListener('abort', () => turn.reject(signal.reason), { once: true });
  async function* reader() {
    try {
      for (;;) {
        const { promise } = turn;
        waiting++;
        advance();
        const result = await promise;
        if (result.done) return;
        yield result.value;
      }
    } finally {
      reading--;
      advance();
    }
  }
  return Array.from({ length: readers }, reader);
}

function newTurn<T>(): PromiseWithResolvers<IteratorResult<T>> {
  const turn = Promise.withResolvers<IteratorResult<T>>();
  turn.promise.catch(() => {}); // reported by whoever waits for it
  return turn;
}
