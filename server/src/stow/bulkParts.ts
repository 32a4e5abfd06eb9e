import type { ByteRange } from '@hutong/dicom';

/** A part of bulk data in the spool. */
export interface BulkPart {
  /** 1-based number of the part in the body. */
  part: number;
  /** Its media type, lower case, without parameters. */
  mediaType: string;
  /** UID of its `transfer-syntax` parameter, or null. */
  transferSyntaxUid: string | null;
  /** Where it lies in the spool. */
  range: ByteRange;
  /** The spool had no room for it. */
  lost: boolean;
}

interface Entry extends BulkPart {
  /** 1-based, where the location names a frame. */
  frame: number | null;
  used: boolean;
}

/** Longest Content-Location and BulkDataURI, in characters: what one request may make us remember is bounded. */
export const MAX_URI = 1024;

/**
 * The bulk data parts of one request by what they are called: a part belongs to the BulkDataURI that its Content-Location
 * equals, both resolved against the URL of the request (PS3.18 10.5.2, RFC 3986 §5), or to a `cid:` of its Content-ID. A
 * location that ends with `/frames/{n}` is one frame of the value before it.
 */
export class BulkParts {
  #repeatedBytes = 0;
  readonly #base: string;
  readonly #entries = new Map<string, Entry[]>();

  /** @param base URL of the request */
  constructor(base: string) {
    this.#base = base;
  }

  /** Adds a part under its location; a `cid:` URI for a Content-ID. */
  add(location: string, part: BulkPart): void {
    const whole = this.#resolve(location);
    const [, value, frame] = /^(.+)\/frames\/(\d{1,9})$/.exec(whole) ?? [];
    const key = value ?? whole;
    const entries = this.#entries.get(key) ?? [];
    if (entries.length === 0) this.#entries.set(key, entries);
    entries.push({ ...part, frame: frame === undefined ? null : Number(frame), used: false });
  }

  /**
   * The parts that make up the value of a BulkDataURI, in the order of its frames; `ambiguous` where they have no clear
   * order, `missingFrame` the number of the first that is missing before another. Several parts without frame numbers are
   * in the order of the body, which only frames may be.
   */
  find(uri: string): {
    parts: BulkPart[];
    numbered: boolean;
    ambiguous: boolean;
    missingFrame: number | null;
  } {
    const entries = this.#entries.get(this.#resolve(uri)) ?? [];
    for (const entry of entries) {
      if (entry.used) this.#repeatedBytes += entry.range.length;
      entry.used = true;
    }
    const parts = entries.toSorted((a, b) => (a.frame ?? 0) - (b.frame ?? 0));
    const numbers = parts.flatMap(({ frame }) => frame ?? []);
    const numbered = numbers.length > 0;
    const ambiguous = numbered && (numbers.length < parts.length || new Set(numbers).size < numbers.length);
    const gap = ambiguous ? -1 : numbers.findIndex((frame, i) => frame !== i + 1);
    return { parts, numbered, ambiguous, missingFrame: gap < 0 ? null : gap + 1 };
  }

  /** Bytes that values take beyond what was sent, for a part may be the value of several attributes. */
  get repeatedBytes(): number {
    return this.#repeatedBytes;
  }

  /** Numbers of the parts that no attribute asked for. */
  unused(): number[] {
    return [...this.#entries.values()].flat().flatMap(({ used, part }) => (used ? [] : [part]));
  }

  #resolve(uri: string): string {
    try {
      return new URL(uri, this.#base).href;
    } catch {
      return uri;
    }
  }
}
