import { setTimeout as sleep } from 'node:timers/promises';
import { numberChanges } from '@hutong/storage-config';
import type { Pool } from 'pg';

const POLL_MS = 500;

interface Waiter {
  beyond: number;
  wake: () => void;
}

/**
 * Tells those who wait that the feed has grown: one look at the index for all of them, every half second, and none while
 * nobody waits.
 */
export class ChangeWatcher {
  readonly #index: Pool;
  readonly #pollMs: number;
  readonly #waiters = new Set<Waiter>();
  #watching = false;

  constructor(index: Pool, pollMs = POLL_MS) {
    this.#index = index;
    this.#pollMs = pollMs;
  }

  /** Resolves when there is a change with a number above `number`, or when the signal says to wait no longer. */
  async beyond(number: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiter = { beyond: number, wake: () => resolve(undefined) };
    this.#waiters.add(waiter);
    signal.addEventListener('abort', waiter.wake, { once: true });
    if (!this.#watching) void this.#watch();
    await promise;
    this.#waiters.delete(waiter);
    signal.removeEventListener('abort', waiter.wake);
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    while (this.#waiters.size > 0) {
      await sleep(this.#pollMs);
      // An index that is away for a while keeps people waiting; it is looked at again.
      const last = await numberChanges(this.#index).then(
        (position) => position.last,
        () => -1,
      );
      for (const waiter of this.#waiters) if (waiter.beyond < last) waiter.wake();
    }
    this.#watching = false;
  }
}
