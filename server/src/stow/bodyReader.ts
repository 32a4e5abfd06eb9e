import type { Readable } from 'node:stream';

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
  /** Whether the connection ended before the body did, asked at the end of the stream. */
  isCut: () => boolean;
  /** Bytes that must arrive within {@link idleMs} to count as something. */
  minBytes?: number;
}

/** Chunks kept before the sender is paused: enough that the socket is read while the last chunk is worked on. */
const READ_AHEAD = 4;
const MIN_BYTES = 16 * 1024;

/**
 * Pulls a body chunk by chunk, with back-pressure, and gives up on clients that hold the connection without sending.
 * Only time spent waiting for the client counts. Unlike an async iterator it never destroys the stream, so that the
 * request can be answered whatever became of its body.
 */
export class BodyReader {
  readonly #stream: Readable;
  readonly #idleMs: number;
  readonly #minBytes: number;
  readonly #isCut: () => boolean;
  readonly #queue: Buffer[] = [];
  #ended = false;
  #failed = false;
  #undecodable = false;
  #wake: (() => void) | null = null;
  /** Waiting time and bytes since the client was last found alive. */
  #waitedMs = 0;
  #bytes = 0;
  /** When the present wait began, or null. */
  #waitingSince: number | null = null;
  #givenUp = false;

  constructor(stream: Readable, { idleMs, isCut, minBytes = MIN_BYTES }: BodyReaderOptions) {
    this.#isCut = isCut;
    this.#stream = stream;
    this.#idleMs = idleMs;
    this.#minBytes = minBytes;
    stream
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onFailure);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#queue.push(chunk);
    this.#bytes += chunk.length;
    if (this.#queue.length >= READ_AHEAD) this.#stream.pause();
    this.#wake?.();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#wake?.();
  };

  readonly #onFailure = (): void => {
    this.#failed = true;
    this.#wake?.();
  };

  readonly #onError = (): void => {
    this.#undecodable = true;
    this.#onFailure();
  };

  /**
   * The next bytes; null at the end of the body.
   *
   * @throws BodyTimeout, BodyCut, BodyUndecodable
   */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) return chunk;
      if (this.#ended && !this.#isCut()) return null;
      if (this.#undecodable) throw new BodyUndecodable('the body is not in its encoding');
      if (this.#ended || this.#failed) throw new BodyCut('the body broke off');
      if (this.#givenUp) throw new BodyTimeout('the body came too slowly');
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    if (this.#bytes >= this.#minBytes) this.#alive();
    const started = performance.now();
    this.#waitingSince = started;
    this.#stream.resume();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, Math.max(1, this.#idleMs - this.#waitedMs));
    });
    clearTimeout(timer);
    this.#wake = null;
    this.#waitingSince = null;
    this.#waitedMs += performance.now() - started;
    const late = this.#waitedMs >= this.#idleMs && this.#bytes < this.#minBytes;
    if (late && !this.#ended && !this.#failed) throw new BodyTimeout('the body stopped arriving');
  }

  /** How long the client has been waited for since it last sent more than next to nothing, in milliseconds. */
  get waitingMs(): number {
    const present = this.#waitingSince === null ? 0 : performance.now() - this.#waitingSince;
    return this.#bytes >= this.#minBytes ? present : this.#waitedMs + present;
  }

  /** Waits no longer: what came is still read, then {@link next} rejects with BodyTimeout. */
  giveUp(): void {
    this.#givenUp = true;
    this.#wake?.();
  }

  #alive(): void {
    this.#waitedMs = 0;
    this.#bytes = 0;
  }

  /** Stops reading; what still arrives is dropped. */
  close(): void {
    this.#queue.length = 0;
    this.#stream.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onFailure);
    this.#stream.resume();
  }
}
