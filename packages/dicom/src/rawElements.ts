import type { Buffer } from 'node:buffer';
import { tagText, type Vr } from './attributes.ts';
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
import { readerLimits } from './readerLimits.ts';
import type { DicomJson } from './types.ts';

/** An element as it lies in an encoded dataset. Offsets count from the first of the bytes read. */
export interface RawElement {
  tag: number;
  /** The VR its value is read by: of a known attribute that is UN or has none, that of the registry. */
  vr: Vr;
  bigEndian: boolean;
  start: number;
  valueStart: number;
  /** After the value; of undefined length, before the delimiter. */
  valueEnd: number;
  end: number;
  /** Ended by a delimiter. */
  delimited: boolean;
  /** The items of a sequence; null of other elements. */
  items: RawItem[] | null;
}

export interface RawItem {
  delimited: boolean;
  elements: RawElement[];
}

/** How a dataset, or one inside it, is encoded. */
interface Frame {
  explicit: boolean;
  bigEndian: boolean;
  signedPixels: boolean;
  /** Offset after its last byte; Infinity where a delimiter or the end of input ends it. */
  end: number;
  root: boolean;
}

const ITEM = 0xfffee000;
const ITEM_DELIMITER = 0xfffee00d;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;
const PIXEL_REPRESENTATION = 0x00280103;
const MAX_DEPTH = readerLimits({}).maxDepth;
/** Longer values of UN stay what they are, as the reader leaves them (`bulkThreshold`). */
const LONGEST_JUDGED = readerLimits({}).bulkThreshold;

/** What {@link readElements} is told of the bytes before it. */
export interface RawEncoding {
  explicit: boolean;
  bigEndian: boolean;
  /** Whether PixelRepresentation said that pixels are signed. */
  signedPixels: boolean;
}

/**
 * The elements of an encoded dataset in memory in the order in which they lie there, read with the same leniency as
 * the streaming reader has (PS3.5 §7).
 *
 * @throws DicomError TRUNCATED, NESTING_TOO_DEEP, or MALFORMED for fragments that are none.
 */
export function readElements(bytes: Buffer, at: number, encoding: RawEncoding): RawElement[] {
  return new Walk(bytes, at).dataset({ ...encoding, end: Infinity, root: true });
}

/** The encoding of a dataset by its first element: some writers declare another transfer syntax than they use. */
export function actualEncoding(
  bytes: Buffer,
  at: number,
  declared: { explicit: boolean; bigEndian: boolean },
): { explicit: boolean; bigEndian: boolean } {
  let { explicit, bigEndian } = declared;
  if (bytes.length - at < 8) return { explicit, bigEndian };
  const [little, big] = [bytes.readUInt16LE(at), bytes.readUInt16BE(at)];
  const isSmall = (group: number): boolean => group > 0 && group <= 0xff;
  if (isSmall(bigEndian ? little : big) && !isSmall(bigEndian ? big : little)) bigEndian = !bigEndian;
  if (!explicit && hasVr(bytes, at)) explicit = true;
  return { explicit, bigEndian };
}

/** Whether the value says that pixels are signed (0028,0103). */
export function saysSigned(
  bytes: Buffer,
  { tag, vr, bigEndian, valueStart, valueEnd }: RawElement,
): boolean | null {
  if (tag !== PIXEL_REPRESENTATION || vr !== 'US' || valueEnd - valueStart < 2) return null;
  return (bigEndian ? bytes.readUInt16BE(valueStart) : bytes.readUInt16LE(valueStart)) === 1;
}

class Walk {
  readonly #bytes: Buffer;
  readonly #header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit: false };
  #at: number;
  #depth = 0;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  dataset(frame: Frame): RawElement[] {
    const elements: RawElement[] = [];
    const creators: DicomJson = {};
    for (;;) {
      const left = frame.end - this.#at;
      if (left <= 0) return elements;
      if (left < 8) {
        this.#at += left;
        return elements;
      }
      if (frame.root && this.#isEnd()) return elements;
      this.#need(8);
      if (readTag(this.#bytes, this.#at, frame.bigEndian) >>> 16 === 0xfffe) {
        if (this.#delimiter(frame)) return elements;
        continue;
      }
      elements.push(this.#element(frame, creators));
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
      return true;
    }
    this.#at += 8;
    return false;
  }

  #element(frame: Frame, creators: DicomJson): RawElement {
    const header = this.#header;
    const start = this.#at;
    const available = this.#bytes.length - start;
    if (!readHeader(this.#bytes, start, available, frame, header)) this.#truncated(header.tag);
    const { tag, headerLength } = header;
    const valueStart = start + headerLength;
    const { bigEndian } = frame;
    this.#at = valueStart;
    if (header.length === UNDEFINED_LENGTH) return this.#undefinedLength(frame, header, start);
    const length = Math.min(header.length, Math.max(0, frame.end - valueStart));
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
    const element: RawElement = {
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

  #undefinedLength(frame: Frame, header: ElementHeader, start: number): RawElement {
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
        throw new DicomError('MALFORMED', `Fragments end at byte ${this.#at} in something else.`, this.#at);
      }
      this.#at += 8;
      this.#need(length);
      this.#at += length;
    }
    const valueEnd = this.#at;
    this.#at += 8;
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
  #sequence(parent: Frame, header: ElementHeader, start: number, end: number): RawElement {
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
      if (left < 8) {
        if (left > 0) this.#at = end;
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
        this.#at += 8;
      } else {
        if (end !== Infinity) this.#at = end;
        valueEnd = this.#at;
        break;
      }
    }
    if (end !== Infinity && end > this.#bytes.length) this.#truncated(header.tag);
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
    if (end !== Infinity && end > this.#bytes.length) this.#truncated(ITEM);
    return { delimited, elements: this.dataset({ ...sequence, explicit, end }) };
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

/** A value without the spaces and NULs that pad it. */
export function paddingOff(value: string): string {
  const nul = value.indexOf('\0');
  return (nul < 0 ? value : value.slice(0, nul)).trim();
}
