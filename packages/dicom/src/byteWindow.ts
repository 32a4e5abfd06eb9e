import { Buffer } from 'node:buffer';

const NO_BYTES = Buffer.alloc(0);

/**
 * The bytes that have arrived and are not read yet. A chunk is read in place; only what is left of it when the
 * next one comes is copied.
 */
export class ByteWindow {
  bytes: Buffer = NO_BYTES;
  /** Next byte to read, and the end of what has arrived, both as indices into `bytes`. */
  at = 0;
  end = 0;
  /** Offset in the whole stream of index 0. */
  base: number;
  /** Whether `bytes` is ours to write to. */
  #owned = false;

  constructor(base: number) {
    this.base = base;
  }

  /** Offset in the whole stream of the next byte. */
  get offset(): number {
    return this.base + this.at;
  }

  get length(): number {
    return this.end - this.at;
  }

  /** Adds a chunk. It must stay unchanged until {@link settle} is called. */
  push(chunk: Uint8Array): void {
    const left = this.end - this.at;
    if (left === 0) {
      this.base += this.at;
      this.bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      this.at = 0;
      this.end = chunk.length;
      this.#owned = false;
      return;
    }
    if (!this.#owned || this.end + chunk.length > this.bytes.length) this.#relocate(left + chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Takes a copy of what is unread, so that the caller may use its chunk again. */
  settle(): void {
    if (this.#owned) return;
    if (this.at === this.end) {
      this.base += this.at;
      this.bytes = NO_BYTES;
      this.at = 0;
      this.end = 0;
      return;
    }
    this.#relocate(this.end - this.at);
  }

  #relocate(capacity: number): void {
    const left = this.end - this.at;
    const grown = Buffer.allocUnsafe(Math.max(256, capacity * 2));
    this.bytes.copy(grown, 0, this.at, this.end);
    this.base += this.at;
    this.bytes = grown;
    this.at = 0;
    this.end = left;
    this.#owned = true;
  }
}
