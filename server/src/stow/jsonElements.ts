const QUOTE = 0x22;
const COMMA = 0x2c;
const ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const ARRAY_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Where one element begins and ends, in bytes from the first of the text. */
export interface JsonElement {
  offset: number;
  length: number;
}

/** The text is neither an object nor an array of objects. */
export class JsonElementsError extends Error {
  override name = 'JsonElementsError';
}

type State = 'start' | 'element' | 'afterElement' | 'inside' | 'end';

/**
 * Finds the objects of a JSON text that is one object, or an array of objects, while its bytes pass by, so that a text of
 * any length can be parsed object by object. Looks at brackets and strings alone: what stands inside an object is for
 * its parser.
 */
export class JsonElements {
  #state: State = 'start';
  #inArray = false;
  #at = 0;
  #elementStart = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #needsElement = false;

  /**
   * Reads on. Returns the elements that ended.
   * @throws JsonElementsError
   */
  push(bytes: Buffer): JsonElement[] {
    const found: JsonElement[] = [];
    for (const byte of bytes) {
      if (this.#state === 'inside') {
        if (this.#passes(byte)) {
          found.push({ offset: this.#elementStart, length: this.#at + 1 - this.#elementStart });
          this.#state = this.#inArray ? 'afterElement' : 'end';
        }
      } else this.#between(byte);
      this.#at++;
    }
    return found;
  }

  /** @throws JsonElementsError where the text is not complete */
  end(): void {
    if (this.#state !== 'end') throw new JsonElementsError('the text is not complete');
  }

  /** Bytes of the element that is being passed. */
  get elementLength(): number {
    return this.#state === 'inside' ? this.#at - this.#elementStart : 0;
  }

  /** Takes a byte of an object; true for its last one. */
  #passes(byte: number): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    } else if (byte === QUOTE) this.#inString = true;
    else if (byte === OBJECT || byte === ARRAY) this.#depth++;
    else if (byte === OBJECT_END || byte === ARRAY_END) return --this.#depth === 0;
    return false;
  }

  /** Takes a byte outside of the objects. */
  #between(byte: number): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    if (this.#state === 'start' && byte === BYTE_ORDER_MARK[this.#at]) return;
    const mayBegin = this.#state === 'start' || this.#state === 'element';
    if (byte === OBJECT && mayBegin) {
      this.#state = 'inside';
      this.#elementStart = this.#at;
      this.#depth = 1;
      this.#needsElement = false;
    } else if (byte === ARRAY && this.#state === 'start') {
      this.#state = 'element';
      this.#inArray = true;
    } else if (byte === COMMA && this.#state === 'afterElement') {
      this.#state = 'element';
      this.#needsElement = true;
    } else if (
      byte === ARRAY_END &&
      (this.#state === 'afterElement' || (this.#state === 'element' && !this.#needsElement))
    ) {
      this.#state = 'end';
    } else throw new JsonElementsError('the text is no object and no array of objects');
  }
}
