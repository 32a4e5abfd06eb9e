import { problem } from '../problem.ts';

interface Waiting {
  weight: number;
  enter: () => void;
}

/**
 * Bounds the bytes of frames that are read and worked on at once in the whole process. The size of a frame is what its
 * attributes say, and a few bytes of upload can say a lot.
 */
export class PixelRoom {
  readonly #limit: number;
  readonly #waitingLimit: number;
  readonly #waiting: Waiting[] = [];
  #inside = 0;

  /**
   * @param limit bytes of frames inside at once; what is larger goes in alone
   * @param waitingLimit pieces of work that may wait; more are answered 503
   */
  constructor(limit: number, waitingLimit: number) {
    this.#limit = limit;
    this.#waitingLimit = waitingLimit;
  }

  /**
   * Runs `work` when there is room for its bytes, in the order of asking.
   *
   * @param signal drops the work while it waits
   * @throws HttpProblem 503 `busy` where too much waits; the signal's reason; what the work throws
   */
  async run<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#waiting.length > 0 || !this.#hasRoom(bytes)) await this.#wait(bytes, signal);
    else this.#inside += bytes;
    try {
      return await work();
    } finally {
      this.#inside -= bytes;
      this.#admit();
    }
  }

  async #wait(weight: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#waitingLimit)
      throw problem('busy', { headers: { 'Retry-After': '1' } });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const waiting = { weight, enter: () => resolve(undefined) };
    const leave = (): void => {
      const place = this.#waiting.indexOf(waiting);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      reject(signal?.reason as Error);
      this.#admit();
    };
    this.#waiting.push(waiting);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  #hasRoom(weight: number): boolean {
    return this.#inside === 0 || this.#inside + weight <= this.#limit;
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#hasRoom(next.weight);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#inside += next.weight;
      next.enter();
    }
  }
}
