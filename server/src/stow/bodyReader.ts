import type { BodySource } from '../requestBody.ts';

/** The client sent too little for too long. */
export class BodyTimeout extends Error {
  override name = 'BodyTimeout';
}

/** The connection ended before the body's end. */
export class BodyCut extends Error {
  override name = 'BodyCut';
}

/** The body is not in the Content-Encoding that it names, or inflates to too much. */
export class BodyUndecodable extends Error {
  override name = 'BodyUndecodable';
}

export interface BodyReaderOptions {
  /** How long the client may send nothing, in milliseconds. */
  idleMs: number;
  /** Whether the connection ended before the body did, asked at the end of the body. */
  isCut: () => boolean;
  /** Bytes that must arrive within {@link idleMs} to count as something. */
  minBytes?: number;
}

const MIN_BYTES = 16 * 1024;

/**
 * Pulls a body chunk by chunk, with back-pressure, and gives up on clients that hold the connection without sending.
 * Only time spent waiting for the client counts. The connection is left alone, so that the request can be answered
 * whatever became of its body.
 */
export class BodyReader {
  readonly #source: BodySource;
  readonly #idleMs: number;
  readonly #minBytes: number;
  readonly #isCut: () => boolean;
  #wake: (() => void) | null = null;
  /** Waiting time since the client was last found alive, and what had arrived then. */
  #waitedMs = 0;
  #aliveAt = 0;
  /** When the present wait began, or null. */
  #waitingSince: number | null = null;
  /** Runs on from wait to wait: a body is waited for at nearly every chunk. */
  #timer: NodeJS.Timeout | null = null;
  #givenUp = false;

  constructor(source: BodySource, { idleMs, isCut, minBytes = MIN_BYTES }: BodyReaderOptions) {
    this.#isCut = isCut;
    this.#source = source;
    this.#idleMs = idleMs;
    this.#minBytes = minBytes;
    source.listen(() => this.#wake?.());
  }

  /**
   * The next bytes; null at the end of the body.
   *
   * @throws BodyTimeout, BodyCut, BodyUndecodable
   */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const chunk = this.#source.take();
      if (chunk !== undefined) return chunk;
      const { state } = this.#source;
      if (state === 'ended' && !this.#isCut()) return null;
      if (state === 'undecodable') throw new BodyUndecodable('the body is not in its encoding');
      if (state !== 'open') throw new BodyCut('the body broke off');
      if (this.#givenUp) throw new BodyTimeout('the body came too slowly');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (this.#recentBytes >= this.#minBytes) this.#alive();
    const started = performance.now();
    this.#waitingSince = started;
    this.#timer ??= setTimeout(this.#onTime, Math.max(1, this.#idleMs - this.#waitedMs));
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
    this.#waitingSince = null;
    this.#waitedMs += performance.now() - started;
    const late = this.#waitedMs >= this.#idleMs && this.#recentBytes < this.#minBytes;
    if (late && this.#source.state === 'open') throw new BodyTimeout('the body stopped arriving');
  }

  readonly #onTime = (): void => {
    this.#timer = null;
    if (this.#waitingSince === null) return;
    const left = this.#idleMs - this.#waitedMs - (performance.now() - this.#waitingSince);
    if (left > 0) this.#timer = setTimeout(this.#onTime, Math.ceil(left));
    else this.#wake?.();
  };

  get #recentBytes(): number {
    return this.#source.arrivedBytes - this.#aliveAt;
  }

  /** How long the client has been waited for since it last sent more than next to nothing, in milliseconds. */
  get waitingMs(): number {
    const present = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
    return this.#recentBytes >= this.#minBytes ? present : this.#waitedMs + present;
  }

  /** Waits no longer: what came is still read, then {@link next} rejects with BodyTimeout. */
  giveUp(): void {
    this.#givenUp = true;
    this.#wake?.();
  }

  #alive(): void {
    this.#waitedMs = 0;
    this.#aliveAt = this.#source.arrivedBytes;
  }

  /** Stops reading; what still arrives is dropped. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#source.listen(() => undefined);
    this.#source.drop();
  }
}
