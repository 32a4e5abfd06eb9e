import { endedShares } from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { loggableError } from '../problem.ts';

/** How often it is asked whether shares whose answers are under way are over, in milliseconds. */
const ASK_EVERY_MS = 300;

/** Cuts off answers of a share that ends while they are sent. */
export class ShareWatch {
  readonly #index: Pool;
  readonly #log: Logger;
  readonly #open = new Map<string, Set<Response>>();
  #asking = false;

  constructor(index: Pool, log: Logger) {
    this.#index = index;
    this.#log = log;
  }

  /** Watches over an answer until it is closed. */
  add(share: string, res: Response): void {
    const open = this.#open.get(share) ?? new Set();
    this.#open.set(share, open.add(res));
    res.once('close', () => {
      open.delete(res);
      if (open.size === 0 && this.#open.get(share) === open) this.#open.delete(share);
    });
    this.#ask();
  }

  #ask(): void {
    if (this.#asking || this.#open.size === 0) return;
    this.#asking = true;
    setTimeout(() => {
      void this.#cutEnded().finally(() => {
        this.#asking = false;
        this.#ask();
      });
    }, ASK_EVERY_MS).unref();
  }

  async #cutEnded(): Promise<void> {
    if (this.#open.size === 0) return;
    try {
      for (const share of await endedShares(this.#index, [...this.#open.keys()]))
        for (const res of this.#open.get(share) ?? []) res.destroy();
    } catch (error) {
      // What cannot be asked is not known to go on.
      this.#log.warn(
        { error: loggableError(error) },
        'shares cannot be asked for; their answers are cut off',
      );
      for (const open of this.#open.values()) for (const res of open) res.destroy();
    }
  }
}
