import type { Response } from 'express';

/** How often it is asked whether what answers under way rest on is over, in milliseconds. */
const ASK_EVERY_MS = 300;

/** Cuts off answers that rest on something, such as a share, that ends while they are sent. */
export class AnswerWatch {
  readonly #ended: (ids: readonly string[]) => Promise<Set<string>>;
  readonly #onUnknown: (error: unknown) => void;
  readonly #open = new Map<string, Set<Response>>();
  #asking = false;

  /**
   * @param ended which of these are over
   * @param onUnknown told when that cannot be asked, and all answers are cut off
   */
  constructor(
    ended: (ids: readonly string[]) => Promise<Set<string>>,
    onUnknown: (error: unknown) => void = () => undefined,
  ) {
    this.#ended = ended;
    this.#onUnknown = onUnknown;
  }

  /** Watches over an answer until it is closed. */
  add(id: string, res: Response): void {
    // Whoever left while it was looked up who it is gets no answer.
    if (res.closed) return;
    const open = this.#open.get(id) ?? new Set();
    this.#open.set(id, open.add(res));
    res.once('close', () => {
      open.delete(res);
      if (open.size === 0 && this.#open.get(id) === open) this.#open.delete(id);
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
      for (const id of await this.#ended([...this.#open.keys()]))
        for (const res of this.#open.get(id) ?? []) res.destroy();
    } catch (error) {
      // What cannot be asked is not known to go on.
      this.#onUnknown(error);
      for (const open of this.#open.values()) for (const res of open) res.destroy();
    }
  }
}
