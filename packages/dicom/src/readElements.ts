import type { Buffer } from 'node:buffer';
import { tagText } from './attributes.ts';
import { DicomError } from './dicomError.ts';
import {
  hasVr,
  readHeader,
  readTag,
  registeredVr,
  UNDEFINED_LENGTH,
  type ElementHeader,
} from './elementHeader.ts';
import { describePath } from './paths.ts';
import { isPlausible, privateVr } from './privateAttributes.ts';
import {
  isNoContent,
  paddingOff,
  saysSigned,
  type RawElement,
  type RawEncoding,
  type RawItem,
} from './rawElements.ts';
import { readerLimits } from './readerLimits.ts';
import type { DicomJson } from './types.ts';

const ITEM = 0xfffee000;
const ITEM_DELIMITER = 0xfffee00d;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;
const MAX_DEPTH = readerLimits({}).maxDepth;
/** Longer values of UN stay what they are, as the reader leaves them (`bulkThreshold`). */
const LONGEST_JUDGED = readerLimits({}).bulkThreshold;

/** How a dataset, or one inside it, is encoded. */
interface Frame {
  explicit: boolean;
  bigEndian: boolean;
  signedPixels: boolean;
  /** Offset after its last byte; Infinity where a delimiter or the end of input ends it. */
  end: number;
  root: boolean;
}

/**
 * The elements of an encoded dataset in memory in the order in which they lie there, read with the same leniency as
 * the streaming reader has (PS3.5 §7).
 *
 * @throws DicomError TRUNCATED, NESTING_TOO_DEEP.
 */
export function readElements(bytes: Buffer, at: number, encoding: RawEncoding): RawElement[] {
  return new Walk(bytes, at).dataset({ ...encoding, end: Infinity, root: true });
}

/** An element before it is known whether all of it was regular. */
type ReadElement = Omit<RawElement, 'regular'>;

class Walk {
  readonly #bytes: Buffer;
  readonly #header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit: false };
  #at: number;
  #depth = 0;
  /** Whether something of the element being read had to be read around. */
  #irregular = false;
  /** True once the rest cannot be read as elements; what was read so far is the dataset. */
  #stopped = false;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  dataset(frame: Frame): RawElement[] {
    const elements: RawElement[] = [];
    const creators: DicomJson = {};
    for (;;) {
      const left = frame.end - this.#at;
      if (left <= 0 || this.#stopped) return elements;
      if (left < 8) {
        this.#passTo(frame.end);
        return elements;
      }
      if (frame.root && this.#isEnd()) return elements;
      this.#need(8);
      if (readTag(this.#bytes, this.#at, frame.bigEndian) >>> 16 === 0xfffe) {
        if (this.#delimiter(frame)) return elements;
        continue;
      }
      const outer = this.#irregular;
      this.#irregular = false;
      const element = this.#element(frame, creators);
      elements.push({ ...element, regular: !this.#irregular });
      this.#irregular ||= outer;
    }
  }

  /** True at the end of the input, and at zeros that are padding. */
  #isEnd(): boolean {
    const rest = this.#bytes.subarray(this.#at, this.#at + 8);
    return rest.every((byte) => byte === 0);
  }

  /** A delimiter or item tag where an element was expected; true where it ends the item. */
  #delimiter(frame: Frame): boolean {
    const tag = readTag(this.#bytes, this.#at, frame.bigEndian);
    if (!frame.root && frame.end === Infinity) {
      if (tag === ITEM_DELIMITER) this.#at += 8;
      else this.#irregular = true;
      return true;
    }
    this.#irregular = true;
    this.#at += 8;
    return false;
  }

  #element(frame: Frame, creators: DicomJson): ReadElement {
    const header = this.#header;
    const start = this.#at;
    const available = this.#bytes.length - start;
    if (!readHeader(this.#bytes, start, available, frame, header)) this.#truncated(header.tag);
    const { tag, headerLength } = header;
    const valueStart = start + headerLength;
    const { bigEndian } = frame;
    if (frame.explicit && !header.explicit) this.#irregular = true;
    this.#at = valueStart;
    if (header.length === UNDEFINED_LENGTH) return this.#undefinedLength(frame, header, start);
    const length = Math.min(header.length, Math.max(0, frame.end - valueStart));
    if (length !== header.length) this.#irregular = true;
    // What is dropped anyway is not looked into.
    if (isNoContent(tag)) header.vr = 'OB';
    const declaredVr = header.vr !== null && (header.vr !== 'UN' || bigEndian) ? header.vr : null;
    let vr = declaredVr ?? registeredVr(tag, frame.signedPixels);
    const valueEnd = valueStart + length;
    if (vr === 'SQ') return this.#sequence(frame, { ...header }, start, valueEnd);
    if (valueEnd > this.#bytes.length) this.#truncated(tag);
    this.#at = valueEnd;
    const value = this.#bytes.subarray(valueStart, valueEnd);
    if (vr === 'UN' && !bigEndian && length > 0 && length <= LONGEST_JUDGED) {
      const known = privateVr(creators, tagText(tag));
      if (known !== undefined && known !== 'SQ' && isPlausible(known, value)) vr = known;
    }
    const element: ReadElement = {
      tag,
      vr,
      bigEndian,
      start,
      valueStart,
      valueEnd,
      end: valueEnd,
      delimited: false,
      items: null,
    };
    if (isCreator(tag)) creators[tagText(tag)] = { vr: 'LO', Value: [paddingOff(value.toString('latin1'))] };
    frame.signedPixels = saysSigned(this.#bytes, element) ?? frame.signedPixels;
    return element;
  }

  #undefinedLength(frame: Frame, header: ElementHeader, start: number): ReadElement {
    const { tag, vr } = header;
    const fragmented = tag === PIXEL_DATA || vr === 'OB' || vr === 'OW' || vr === 'OF' || vr === 'OD';
    if (!fragmented) return this.#sequence(frame, { ...header }, start, Infinity);
    const valueStart = this.#at;
    for (;;) {
      this.#need(8);
      const marker = readTag(this.#bytes, this.#at, frame.bigEndian);
      const length = this.#markerLength(frame.bigEndian);
      if (marker === SEQUENCE_DELIMITER) break;
      if (marker !== ITEM || length === UNDEFINED_LENGTH) {
        this.#stopped = true;
        this.#irregular = true;
        break;
      }
      this.#at += 8;
      this.#need(length);
      this.#at += length;
    }
    const valueEnd = this.#at;
    if (!this.#stopped) this.#at += 8;
    return {
      tag,
      vr: vr === null || vr === 'UN' ? 'OB' : vr,
      bigEndian: frame.bigEndian,
      start,
      valueStart,
      valueEnd,
      end: this.#at,
      delimited: true,
      items: null,
    };
  }

  /** @param end Offset after the sequence, or Infinity. */
  #sequence(parent: Frame, header: ElementHeader, start: number, end: number): ReadElement {
    if (++this.#depth > MAX_DEPTH) {
      const message = `Sequences are nested deeper than ${MAX_DEPTH} at byte ${start}.`;
      throw new DicomError('NESTING_TOO_DEEP', message, start, tagText(header.tag));
    }
    const wasUnknown = header.vr === 'UN';
    // What was UN is implicit by the standard (PS3.5 §6.2.2), explicit from some writers.
    const guess = wasUnknown || (parent.explicit && !header.explicit);
    const frame: Frame = {
      explicit: !wasUnknown && parent.explicit,
      bigEndian: !wasUnknown && parent.bigEndian,
      signedPixels: parent.signedPixels,
      end,
      root: false,
    };
    const valueStart = this.#at;
    const items: RawItem[] = [];
    let valueEnd = end;
    for (;;) {
      const left = end - this.#at;
      if (this.#stopped) break;
      if (left < 8) {
        if (left !== 0) this.#passTo(Math.max(end, this.#at));
        break;
      }
      this.#need(8);
      const tag = readTag(this.#bytes, this.#at, frame.bigEndian);
      if (tag === ITEM) {
        items.push(this.#item(frame, guess));
      } else if (tag === SEQUENCE_DELIMITER && end === Infinity) {
        valueEnd = this.#at;
        this.#at += 8;
        break;
      } else if (tag === SEQUENCE_DELIMITER || tag === ITEM_DELIMITER) {
        this.#irregular = true;
        this.#at += 8;
      } else {
        this.#irregular = true;
        if (end !== Infinity) this.#passTo(end);
        valueEnd = this.#at;
        break;
      }
    }
    this.#depth--;
    return {
      tag: header.tag,
      vr: 'SQ',
      bigEndian: frame.bigEndian,
      start,
      valueStart,
      valueEnd,
      end: this.#at,
      delimited: end === Infinity,
      items,
    };
  }

  #item(sequence: Frame, guess: boolean): RawItem {
    const length = this.#markerLength(sequence.bigEndian);
    let { explicit } = sequence;
    this.#at += 8;
    if (guess && length >= 8) explicit = hasVr(this.#bytes, this.#at);
    const delimited = length === UNDEFINED_LENGTH;
    const end = delimited ? Infinity : Math.min(this.#at + length, sequence.end);
    if (!delimited && end !== this.#at + length) this.#irregular = true;
    return { delimited, elements: this.dataset({ ...sequence, explicit, end }) };
  }

  /** Passes over bytes that mean nothing. */
  #passTo(offset: number): void {
    this.#irregular = true;
    if (offset > this.#bytes.length) this.#truncated(null);
    this.#at = offset;
  }

  #markerLength(bigEndian: boolean): number {
    return bigEndian ? this.#bytes.readUInt32BE(this.#at + 4) : this.#bytes.readUInt32LE(this.#at + 4);
  }

  #need(bytes: number): void {
    if (this.#bytes.length - this.#at < bytes) this.#truncated(null);
  }

  #truncated(tag: number | null): never {
    const where = tag === null ? 'an element' : describePath(tagText(tag));
    const offset = this.#bytes.length;
    throw new DicomError('TRUNCATED', `The input ends in ${where} at byte ${offset}.`, offset);
  }
}

/** Private creators (PS3.5 §7.8.1). */
function isCreator(tag: number): boolean {
  const element = tag & 0xffff;
  return ((tag >>> 16) & 1) === 1 && element >= 0x10 && element <= 0xff;
}
