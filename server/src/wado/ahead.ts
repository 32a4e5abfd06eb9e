/**
 * Results of `work` for each item, in order, with up to `ahead` of them under way at once: enough to keep the threads
 * busy, few enough that a slow client does not fill the memory.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  ahead: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  const iterator = items[Symbol.iterator]();
  const start = (): void => {
    const next = iterator.next();
    if (next.done === true) return;
    const result = work(next.value);
    // It is awaited below, or dropped where an earlier one failed.
    result.catch(() => undefined);
    pending.push(result);
  };
  for (let i = 0; i < ahead; i += 1) start();
  for (let first = pending.shift(); first !== undefined; first = pending.shift()) {
    const result = await first;
    start();
    yield result;
  }
}

/** What a generator makes, the next of it under way while the one before is worked on. */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  const begin = (): Promise<IteratorResult<T>> => {
    const next = source.next();
    // It is awaited below, or dropped where the reader has left.
    next.catch(() => undefined);
    return next;
  };
  try {
    for (let next = begin(); ;) {
      const result = await next;
      if (result.done === true) return;
      next = begin();
      yield result.value;
    }
  } finally {
    await source.return(undefined);
  }
}
