import { Buffer } from 'node:buffer';
import { describeTag, tagText, type Vr } from './attributes.ts';
import { ByteWindow } from './byteWindow.ts';
import { characterSet, DEFAULT_CHARACTER_SET, type CharacterSet } from './characterSets.ts';
import { DicomError } from './dicomError.ts';
import {
  hasVr,
  readHeader,
  readTag,
  registeredVr,
  UNDEFINED_LENGTH,
  type ElementHeader,
} from './elementHeader.ts';
import { beginsCodestream, CODESTREAM_MARK_LENGTH, noFragments, type Fragments } from './fragments.ts';
import type { ReaderBudget } from './readerLimits.ts';
import type { ByteRange, DicomJson, DicomJsonAttribute } from './types.ts';
import { isBinary, toJsonAttribute } from './values.ts';

const ITEM = 0xfffee000;
const ITEM_DELIMITER = 0xfffee00d;
const SEQUENCE_DELIMITER = 0xfffee0dd;
const CHARACTER_SET = 0x00080005;
const PIXEL_REPRESENTATION = 0x00280103;
const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const EXTENDED_OFFSET_TABLE_LENGTHS = 0x7fe00002;
const FLOAT_PIXEL_DATA = 0x7fe00008;
const DOUBLE_PIXEL_DATA = 0x7fe00009;
const PIXEL_DATA = 0x7fe00010;
const TRAILING_PADDING = 0xfffcfffc;

interface Encoding {
  explicit: boolean;
  bigEndian: boolean;
}

/** A dataset being read: the root or an item. */
interface DatasetFrame extends Encoding {
  kind: 'dataset';
  dataset: DicomJson;
  /** Put before a tag to give its path: empty, or `00081140/0/`. */
  prefix: string;
  /** Offset after its last byte; Infinity where a delimiter or the end of input ends it. */
  end: number;
  characterSet: CharacterSet;
  signedPixels: boolean;
  lastTag: number;
  ascending: boolean;
}

interface SequenceFrame extends Encoding {
  kind: 'sequence';
  attribute: DicomJsonAttribute;
  items: DicomJson[];
  path: string;
  end: number;
  parent: DatasetFrame;
  /** Items hold what was UN: implicit by the standard (PS3.5 §6.2.2), explicit from some writers. */
  guessEncoding: boolean;
}

interface FragmentsFrame extends Encoding {
  kind: 'fragments';
  path: string;
  end: number;
  /** Offset of the first item. */
  start: number;
  items: number;
  /** Those of the pixel data itself; of pixel data inside a sequence none are kept. */
  fragments: Fragments | null;
}

type Frame = DatasetFrame | SequenceFrame | FragmentsFrame;

/** Pixel data as met in the stream. */
export interface PixelDataElement {
  tag: string;
  value: ByteRange;
  /** Null where the value is native. */
  fragments: Fragments | null;
}

/** Text whose declared repertoire is in doubt, to be judged when all has been seen. */
export interface DoubtfulText {
  attribute: DicomJsonAttribute;
  bytes: Uint8Array;
  trust: CharacterSet['trust'];
}

/** Offsets and lengths of frames in 64 bits (PS3.3 §C.7.6.3.1.8). */
export interface ExtendedOffsets {
  offsets: Buffer | null;
  lengths: Buffer | null;
}

export interface DatasetParserSetup extends Encoding {
  /** `fileMeta` stops before the first element that is not of group 0002. */
  part: 'fileMeta' | 'dataset';
  /** Offset of the first byte that will be written. */
  base: number;
  budget: ReaderBudget;
  bulkData: Record<string, ByteRange>;
}

/**
 * Reads elements as bytes arrive (PS3.5 §7). Sequences are kept on a stack, values that stay by reference are
 * passed over, so what is held is the dataset's JSON and at most one value under `valueThreshold`.
 */
export class DatasetParser {
  readonly dataset: DicomJson = {};
  readonly doubtful: DoubtfulText[] = [];
  readonly extendedOffsets: ExtendedOffsets = { offsets: null, lengths: null };
  pixelData: PixelDataElement | null = null;
  /** True after the last element of group 0002 (part `fileMeta` only). */
  done = false;

  readonly #part: 'fileMeta' | 'dataset';
  readonly #budget: ReaderBudget;
  readonly #bulkData: Record<string, ByteRange>;
  readonly #window: ByteWindow;
  readonly #stack: Frame[];
  readonly #header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit: false };
  /** Bytes to pass over, and the attribute they belong to. */
  #skip = 0;
  #skipPath = '';
  /** True once the rest of the input is no longer read as elements. */
  #opaque = false;
  /** Bytes the next step waits for. */
  #needed = 8;
  #depth = 0;
  #started = false;

  constructor(setup: DatasetParserSetup) {
    this.#part = setup.part;
    this.#budget = setup.budget;
    this.#bulkData = setup.bulkData;
    this.#window = new ByteWindow(setup.base);
    this.#stack = [
      {
        kind: 'dataset',
        dataset: this.dataset,
        prefix: '',
        end: Infinity,
        explicit: setup.explicit,
        bigEndian: setup.bigEndian,
        characterSet: DEFAULT_CHARACTER_SET,
        signedPixels: false,
        lastTag: -1,
        ascending: true,
      },
    ];
  }

  /** Offset of the next byte to be read. */
  get offset(): number {
    return this.#window.offset;
  }

  /** Bytes that have arrived and are not read; of part `fileMeta`, once done, the beginning of the dataset. */
  get rest(): Uint8Array {
    return this.#window.bytes.subarray(this.#window.at, this.#window.end);
  }

  /** Reads on. The chunk may be used again afterwards. */
  write(chunk: Uint8Array): void {
    const window = this.#window;
    if (this.#opaque) return;
    if (this.#skip >= chunk.length && window.length === 0) {
      this.#skip -= chunk.length;
      window.push(chunk);
      window.at = window.end;
    } else {
      window.push(chunk);
      while (!this.done && this.#step());
    }
    window.settle();
  }

  /**
   * Tells that the input has ended.
   * @throws DicomError TRUNCATED where an element, item or sequence has not.
   */
  finish(): void {
    if (this.#opaque) return;
    if (this.#skip > 0) this.#truncated(this.#skipPath, this.#skip);
    const rest = this.rest;
    const top = this.#top;
    if (rest.length > 0 && (this.#stack.length > 1 || rest.length >= 8 || rest.some((byte) => byte !== 0))) {
      this.#truncated(this.#pathOf(top), this.#needed - rest.length);
    }
    if (rest.length > 0) this.#budget.warn('TRAILING_BYTES');
    if (this.#stack.length > 1) this.#truncated(this.#pathOf(top), 8);
    this.#sort(this.#stack[0] as DatasetFrame);
  }

  get #top(): Frame {
    return this.#stack[this.#stack.length - 1] as Frame;
  }

  #truncated(path: string, missing: number): never {
    const where = path === '' ? 'in an element header' : `in ${describePath(path)}`;
    const message = `The input ends ${where} at byte ${this.#window.base + this.#window.end}; at least ${missing} more bytes were expected.`;
    throw new DicomError(
      'TRUNCATED',
      message,
      this.#window.base + this.#window.end,
      path === '' ? undefined : path,
    );
  }

  #pathOf(frame: Frame): string {
    return frame.kind === 'dataset' ? frame.prefix.replace(/\/\d+\/$/, '') : frame.path;
  }

  /** Waits for this many bytes in all; true where they are there. */
  #has(bytes: number): boolean {
    this.#needed = bytes;
    return this.#window.length >= bytes;
  }

  #passOver(bytes: number, path: string): true {
    this.#skip = bytes;
    this.#skipPath = path;
    return true;
  }

  /** Reads one element, item header or fragment; false where more bytes are needed. */
  #step(): boolean {
    const window = this.#window;
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, window.length);
      window.at += skipped;
      this.#skip -= skipped;
      if (this.#skip > 0) return false;
    }
    const top = this.#top;
    const left = top.end - window.offset;
    if (left <= 0) {
      this.#pop();
      return true;
    }
    if (left < 8) {
      this.#budget.warn('MALFORMED_SEQUENCE', this.#pathOf(top));
      return this.#passOver(left, this.#pathOf(top));
    }
    if (window.length < this.#needed) return false;
    const read = this.#stepIn(top);
    if (read) this.#needed = 8;
    return read;
  }

  #stepIn(frame: Frame): boolean {
    if (frame.kind === 'dataset') return this.#stepElement(frame);
    return frame.kind === 'sequence' ? this.#stepItem(frame) : this.#stepFragment(frame);
  }

  #pop(): void {
    const frame = this.#stack.pop();
    if (frame?.kind === 'dataset') this.#sort(frame);
    if (frame?.kind !== 'sequence') return;
    this.#depth--;
    if (frame.items.length > 0) frame.attribute.Value = frame.items;
  }

  #sort(frame: DatasetFrame): void {
    if (frame.ascending) return;
    const { dataset } = frame;
    for (const [tag, attribute] of Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1))) {
      Reflect.deleteProperty(dataset, tag);
      dataset[tag] = attribute;
    }
  }

  #stepElement(frame: DatasetFrame): boolean {
    const window = this.#window;
    const { bytes, at } = window;
    const isRoot = this.#stack.length === 1;
    if (isRoot && !this.#started) this.#start(frame);
    const tag = readTag(bytes, at, frame.bigEndian);
    if (tag >>> 16 === 0xfffe) return this.#stepDelimiter(frame, tag);
    if (this.#part === 'fileMeta' && isRoot && tag >>> 16 !== 2) {
      this.done = true;
      return false;
    }
    if (isRoot && tag === 0 && bytes.readUInt32LE(at + 4) === 0) return this.#ignoreRest('TRAILING_BYTES');

    const header = this.#header;
    if (!readHeader(bytes, at, window.length, frame, header)) return this.#has(12);
    const path = frame.prefix + tagText(tag);
    if (frame.explicit && !header.explicit) this.#budget.warn('TRANSFER_SYNTAX_MISMATCH', path);
    if (header.length === UNDEFINED_LENGTH) return this.#beginUndefined(frame, header, path);

    const left = frame.end - window.offset - header.headerLength;
    if (header.length > left) {
      this.#budget.warn('LENGTH_EXCEEDS_PARENT', path);
      header.length = Math.max(0, left);
    }
    return this.#stepDefined(frame, header, path);
  }

  /** Looks at the first element: some writers declare another transfer syntax than they use. */
  #start(frame: DatasetFrame): void {
    const { bytes, at } = this.#window;
    this.#started = true;
    if (this.#part === 'fileMeta') return;
    const group = bytes.readUInt16LE(at);
    const swapped = bytes.readUInt16BE(at);
    const bigEndian = frame.bigEndian
      ? !(group <= 0xff && swapped > 0xff)
      : group > 0xff && swapped <= 0xff && swapped !== 0;
    const explicit = frame.explicit || hasVr(bytes, at);
    if (bigEndian === frame.bigEndian && explicit === frame.explicit) return;
    this.#budget.warn('TRANSFER_SYNTAX_MISMATCH');
    frame.bigEndian = bigEndian;
    frame.explicit = explicit;
  }

  #ignoreRest(code: 'TRAILING_BYTES' | 'MALFORMED_SEQUENCE', path?: string): false {
    this.#budget.warn(code, path);
    this.#opaque = true;
    while (this.#stack.length > 1) this.#pop();
    this.#sort(this.#stack[0] as DatasetFrame);
    return false;
  }

  /** A delimiter or item tag where an element was expected. */
  #stepDelimiter(frame: DatasetFrame, tag: number): boolean {
    const isRoot = this.#stack.length === 1;
    if (!isRoot && frame.end === Infinity) {
      if (tag === ITEM_DELIMITER) this.#window.at += 8;
      else this.#budget.warn('MISSING_DELIMITER', this.#pathOf(frame));
      this.#pop();
      return true;
    }
    this.#budget.warn('MALFORMED_SEQUENCE', this.#pathOf(frame) || undefined);
    this.#window.at += 8;
    return true;
  }

  #beginUndefined(frame: DatasetFrame, header: ElementHeader, path: string): true {
    const { tag, vr } = header;
    const isRoot = this.#stack.length === 1;
    this.#window.at += header.headerLength;
    const start = this.#window.offset;
    const fragmented = tag === PIXEL_DATA || vr === 'OB' || vr === 'OW' || vr === 'OF' || vr === 'OD';
    if (!fragmented) {
      this.#beginSequence(frame, header, path, Infinity, vr === 'UN');
      return true;
    }
    this.#budget.hold(header.headerLength, start);
    const isPixelData = isRoot && tag === PIXEL_DATA;
    const attribute: DicomJsonAttribute = { vr: vr === null || vr === 'UN' ? 'OB' : vr, BulkDataURI: path };
    const kept = this.#keep(frame, tag, path, attribute);
    this.#stack.push({
      kind: 'fragments',
      path: kept ? path : '',
      end: Infinity,
      start,
      items: 0,
      fragments: isPixelData && kept ? noFragments() : null,
      explicit: frame.explicit,
      bigEndian: frame.bigEndian,
    });
    return true;
  }

  #beginSequence(
    frame: DatasetFrame,
    header: ElementHeader,
    path: string,
    end: number,
    wasUnknown: boolean,
  ): void {
    const { limits } = this.#budget;
    if (++this.#depth > limits.maxDepth) {
      const message = `Sequences are nested deeper than ${limits.maxDepth} at byte ${this.#window.offset}.`;
      throw new DicomError('NESTING_TOO_DEEP', message, this.#window.offset, path);
    }
    this.#budget.hold(header.headerLength, this.#window.offset);
    const attribute: DicomJsonAttribute = { vr: 'SQ' };
    this.#keep(frame, header.tag, path, attribute);
    this.#stack.push({
      kind: 'sequence',
      attribute,
      items: [],
      path,
      end,
      parent: frame,
      explicit: !wasUnknown && frame.explicit,
      bigEndian: !wasUnknown && frame.bigEndian,
      guessEncoding: wasUnknown || (frame.explicit && !header.explicit),
    });
  }

  #stepDefined(frame: DatasetFrame, header: ElementHeader, path: string): boolean {
    const window = this.#window;
    const { tag, length, headerLength } = header;
    const group = tag >>> 16;
    const misplaced = this.#part === 'dataset' && (group === 0 || group === 2);
    if (misplaced) this.#budget.warn('MISPLACED_ATTRIBUTE', path);
    if (misplaced || (tag & 0xffff) === 0 || tag === TRAILING_PADDING) {
      window.at += headerLength;
      return this.#passOver(length, path);
    }
    const vr = this.#valueVr(frame, header);
    if (vr === 'SQ') {
      window.at += headerLength;
      this.#beginSequence(frame, header, path, window.offset + length, header.vr === 'UN');
      return true;
    }
    const isRoot = this.#stack.length === 1;
    const isPixelData =
      isRoot && (tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA || tag === DOUBLE_PIXEL_DATA);
    const isOffsetTable = isRoot && (tag === EXTENDED_OFFSET_TABLE || tag === EXTENDED_OFFSET_TABLE_LENGTHS);
    const limit = isBinary(vr) ? this.#budget.limits.bulkThreshold : this.#budget.limits.valueThreshold;
    const wanted = isOffsetTable && length <= this.#budget.limits.maxFragments * 8;
    if (isPixelData || (length > limit && !wanted)) {
      this.#budget.hold(headerLength, window.offset);
      const value = { offset: window.offset + headerLength, length };
      if (this.#keep(frame, tag, path, { vr, BulkDataURI: path })) {
        this.#bulkData[path] = value;
        if (isPixelData) this.#meetPixelData(path, value, null);
      }
      window.at += headerLength;
      return this.#passOver(length, path);
    }
    if (!this.#has(headerLength + length)) return false;
    this.#budget.hold(headerLength + length, window.offset);
    window.at += headerLength;
    const bytes = window.bytes.subarray(window.at, window.at + length);
    if (wanted) this.#meetOffsetTable(tag, bytes);
    if (length > limit) {
      if (this.#keep(frame, tag, path, { vr, BulkDataURI: path }))
        this.#bulkData[path] = { offset: window.offset, length };
    } else {
      this.#readValue(frame, tag, vr, bytes, path);
    }
    window.at += length;
    return true;
  }

  /** The VR to read by; public attributes that went through a system that did not know them are UN in the stream. */
  #valueVr(frame: DatasetFrame, header: ElementHeader): Vr {
    if (header.vr !== null && (header.vr !== 'UN' || frame.bigEndian)) return header.vr;
    return registeredVr(header.tag, frame.signedPixels);
  }

  #readValue(frame: DatasetFrame, tag: number, vr: Vr, bytes: Buffer, path: string): void {
    const attribute = toJsonAttribute(vr, bytes, {
      bigEndian: frame.bigEndian,
      characterSet: frame.characterSet,
      onDoubtfulText: (doubted, text) => {
        this.#budget.hold(text.length, this.#window.offset);
        this.doubtful.push({
          attribute: doubted,
          bytes: Uint8Array.from(text),
          trust: frame.characterSet.trust,
        });
      },
    });
    if (!this.#keep(frame, tag, path, attribute)) return;
    if (tag === CHARACTER_SET) {
      const terms = (attribute.Value ?? []).map((term) => (typeof term === 'string' ? term : ''));
      frame.characterSet = characterSet(terms);
      if (frame.characterSet.unknown) this.#budget.warn('UNKNOWN_CHARACTER_SET', path);
    } else if (tag === PIXEL_REPRESENTATION) {
      frame.signedPixels = attribute.Value?.[0] === 1;
    }
  }

  /** Puts an attribute into its dataset; the first of two with one tag stays. */
  #keep(frame: DatasetFrame, tag: number, path: string, attribute: DicomJsonAttribute): boolean {
    const key = tagText(tag);
    if (tag <= frame.lastTag) {
      if (key in frame.dataset) {
        this.#budget.warn('DUPLICATE_ATTRIBUTE', path);
        return false;
      }
      frame.ascending = false;
    } else {
      frame.lastTag = tag;
    }
    frame.dataset[key] = attribute;
    return true;
  }

  #meetPixelData(tag: string, value: ByteRange, fragments: Fragments | null): void {
    this.pixelData ??= { tag, value, fragments };
  }

  #meetOffsetTable(tag: number, bytes: Buffer): void {
    const table = Buffer.from(bytes);
    if (tag === EXTENDED_OFFSET_TABLE) this.extendedOffsets.offsets ??= table;
    else this.extendedOffsets.lengths ??= table;
  }

  #stepItem(sequence: SequenceFrame): boolean {
    const window = this.#window;
    const { bytes, at } = window;
    const tag = readTag(bytes, at, sequence.bigEndian);
    const length = sequence.bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    if (tag === SEQUENCE_DELIMITER) {
      window.at += 8;
      if (sequence.end === Infinity) this.#pop();
      else this.#budget.warn('MALFORMED_SEQUENCE', sequence.path);
      return true;
    }
    if (tag === ITEM_DELIMITER) {
      window.at += 8;
      this.#budget.warn('MALFORMED_SEQUENCE', sequence.path);
      return true;
    }
    if (tag !== ITEM) {
      if (sequence.end !== Infinity) {
        this.#budget.warn('MALFORMED_SEQUENCE', sequence.path);
        return this.#passOver(sequence.end - window.offset, sequence.path);
      }
      this.#budget.warn('MISSING_DELIMITER', sequence.path);
      this.#pop();
      return true;
    }
    let explicit = sequence.explicit;
    if (sequence.guessEncoding && length >= 8) {
      if (!this.#has(16)) return false;
      explicit = hasVr(bytes, at + 8);
    }
    this.#budget.hold(8, window.offset);
    window.at += 8;
    let end = length === UNDEFINED_LENGTH ? Infinity : window.offset + length;
    if (end !== Infinity && end > sequence.end) {
      this.#budget.warn('LENGTH_EXCEEDS_PARENT', sequence.path);
      end = sequence.end;
    }
    const dataset: DicomJson = {};
    this.#stack.push({
      kind: 'dataset',
      dataset,
      prefix: `${sequence.path}/${sequence.items.length}/`,
      end,
      explicit,
      bigEndian: sequence.bigEndian,
      characterSet: sequence.parent.characterSet,
      signedPixels: sequence.parent.signedPixels,
      lastTag: -1,
      ascending: true,
    });
    sequence.items.push(dataset);
    return true;
  }

  #stepFragment(frame: FragmentsFrame): boolean {
    const window = this.#window;
    const { bytes, at } = window;
    const { fragments } = frame;
    const tag = readTag(bytes, at, frame.bigEndian);
    const length = frame.bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    if (tag === SEQUENCE_DELIMITER || tag !== ITEM || length === UNDEFINED_LENGTH) {
      const whole = tag === SEQUENCE_DELIMITER;
      if (whole) window.at += 8;
      else if (fragments !== null) fragments.broken = true;
      this.#endFragments(frame);
      return whole || this.#ignoreRest('MALFORMED_SEQUENCE', frame.path === '' ? undefined : frame.path);
    }
    const isTable = frame.items === 0;
    if (isTable) {
      const kept = fragments !== null && length <= this.#budget.limits.maxFragments * 4;
      if (!this.#has(kept ? 8 + length : 8)) return false;
      if (fragments !== null) {
        fragments.origin = window.offset + 8 + length;
        if (kept) this.#budget.hold(length, window.offset);
        for (let entry = 0; kept && entry + 4 <= length; entry += 4) {
          const from = at + 8 + entry;
          fragments.basicOffsets.push(frame.bigEndian ? bytes.readUInt32BE(from) : bytes.readUInt32LE(from));
        }
      }
    } else if (fragments !== null) {
      const peek = Math.min(CODESTREAM_MARK_LENGTH, length);
      if (!this.#has(8 + peek)) return false;
      if (fragments.offsets.length >= this.#budget.limits.maxFragments) {
        const message = `The pixel data has more than ${this.#budget.limits.maxFragments} fragments.`;
        throw new DicomError('TOO_MANY_FRAGMENTS', message, window.offset, frame.path);
      }
      fragments.offsets.push(window.offset + 8);
      fragments.lengths.push(length);
      fragments.starts.push(beginsCodestream(bytes, at + 8, peek));
    }
    frame.items++;
    window.at += 8;
    return this.#passOver(length, frame.path);
  }

  #endFragments(frame: FragmentsFrame): void {
    const value = { offset: frame.start, length: this.#window.offset - frame.start };
    this.#pop();
    if (frame.path !== '') this.#bulkData[frame.path] = value;
    if (frame.fragments !== null) this.#meetPixelData(frame.path, value, frame.fragments);
  }
}

function describePath(path: string): string {
  const parts = path.split('/');
  return parts.map((part) => (part.length === 8 ? describeTag(part) : `item ${part}`)).join(', ');
}
