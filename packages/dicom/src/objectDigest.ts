import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';

const SHA256_BYTES = 32;
const OFFSET_BYTES = 8;

/**
 * The digest of an object, made without hashing any byte twice though the dataset has a digest of its own: the SHA-256 of
 * the bytes before the dataset followed by the dataset's SHA-256, and behind these 32 bytes the offset of the dataset
 * (8 bytes, big-endian). Whoever could change a byte and keep it would have found a collision of SHA-256.
 */
export class ObjectDigest {
  readonly #head = createHash('sha256');
  readonly #dataset = createHash('sha256');
  #headLength = 0;
  /** Bytes of which it is not known yet whether they stand before the dataset; copies, so that chunks may be reused. */
  #undecided: Buffer[] = [];
  #undecidedLength = 0;

  /**
   * Takes bytes that come before the dataset, or may.
   *
   * @param unread how many of the last bytes, earlier ones included, may belong to the dataset
   */
  takeHead(bytes: Uint8Array, unread: number): void {
    const certain = this.#takeCertain(bytes, unread);
    if (certain === bytes.length) return;
    this.#undecided.push(Buffer.from(bytes.subarray(certain)));
    this.#undecidedLength += bytes.length - certain;
  }

  /** As {@link takeHead}, where it is known that the last `unread` bytes are the dataset's: they are given again. */
  endHead(bytes: Uint8Array, unread: number): void {
    this.#takeCertain(bytes, unread);
  }

  /** Hashes what stands before the dataset for certain. How many of `bytes` that are. */
  #takeCertain(bytes: Uint8Array, unread: number): number {
    let certain = this.#undecidedLength + bytes.length - unread;
    for (let [first] = this.#undecided; first !== undefined && certain > 0; [first] = this.#undecided) {
      const taken = first.subarray(0, certain);
      this.#hashHead(taken);
      certain -= taken.length;
      this.#undecidedLength -= taken.length;
      if (taken.length === first.length) this.#undecided.shift();
      else this.#undecided[0] = first.subarray(taken.length);
    }
    this.#hashHead(bytes.subarray(0, certain));
    return certain;
  }

  /** Takes bytes of the dataset; what was undecided is given again, for it was the dataset's beginning. */
  takeDataset(bytes: Uint8Array): void {
    this.#undecided = [];
    this.#undecidedLength = 0;
    this.#dataset.update(bytes);
  }

  /** Both digests, once all bytes were taken. */
  finish(): { object: Buffer; dataset: Buffer } {
    const dataset = this.#dataset.digest();
    return { object: join(this.#head, dataset, this.#headLength), dataset };
  }

  #hashHead(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#head.update(bytes);
    this.#headLength += bytes.length;
  }
}

function join(head: Hash, datasetSha256: Uint8Array, datasetOffset: number): Buffer {
  const offset = Buffer.alloc(OFFSET_BYTES);
  offset.writeBigUInt64BE(BigInt(datasetOffset));
  return Buffer.concat([head.update(datasetSha256).digest(), offset]);
}

/** Compares an object that is read again with the digest that was made when it was stored. */
export class ObjectDigestCheck {
  readonly #expected: Buffer;
  readonly #head = createHash('sha256');
  readonly #dataset = createHash('sha256');
  /** Bytes before the dataset that were not seen yet. */
  #headLeft: number;

  /** @param expected as {@link ObjectDigest} made it, or the plain SHA-256 of all bytes of older versions */
  constructor(expected: Uint8Array) {
    this.#expected = Buffer.from(expected);
    this.#headLeft =
      this.#expected.length === SHA256_BYTES + OFFSET_BYTES
        ? Number(this.#expected.readBigUInt64BE(SHA256_BYTES))
        : Infinity;
  }

  /** Takes the bytes of the object, from the first to the last. */
  update(bytes: Uint8Array): this {
    const head = bytes.subarray(0, Math.min(bytes.length, this.#headLeft));
    if (head.length > 0) this.#head.update(head);
    if (head.length < bytes.length) this.#dataset.update(bytes.subarray(head.length));
    this.#headLeft -= head.length;
    return this;
  }

  /** Whether the bytes, all of them, are those that the digest was made of. To be asked once, at their end. */
  matches(): boolean {
    if (this.#headLeft === Infinity) return this.#head.digest().equals(this.#expected);
    if (this.#headLeft > 0) return false;
    const offset = Number(this.#expected.readBigUInt64BE(SHA256_BYTES));
    return join(this.#head, this.#dataset.digest(), offset).equals(this.#expected);
  }
}
