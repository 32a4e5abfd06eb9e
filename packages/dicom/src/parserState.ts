import type { Buffer } from 'node:buffer';
import { tagText } from './attributes.ts';
import type { ByteWindow } from './byteWindow.ts';
import type { CharacterSet } from './characterSets.ts';
import type { Fragments } from './fragments.ts';
import type { ReaderBudget } from './readerLimits.ts';
import type { ByteRange, DicomJson, DicomJsonAttribute, DicomWarningCode } from './types.ts';

export interface Encoding {
  explicit: boolean;
  bigEndian: boolean;
}

/** A dataset being read: the root or an item. */
export interface DatasetFrame extends Encoding {
  kind: 'dataset';
  dataset: DicomJson;
  /** Put before a tag to give its path: empty, or `00081140/0/`. */
  prefix: string;
  /** Offset after its last byte; Infinity where a delimiter or the end of input ends it. */
  end: number;
  characterSet: CharacterSet;
  signedPixels: boolean;
  /** The greatest tag so far. */
  lastTag: number;
  ascending: boolean;
}

export interface SequenceFrame extends Encoding {
  kind: 'sequence';
  attribute: DicomJsonAttribute;
  items: DicomJson[];
  path: string;
  end: number;
  parent: DatasetFrame;
  /** Items hold what was UN: implicit by the standard (PS3.5 §6.2.2), explicit from some writers. */
  guessEncoding: boolean;
}

export interface FragmentsFrame extends Encoding {
  kind: 'fragments';
  path: string;
  end: number;
  /** Offset of the first item. */
  start: number;
  items: number;
  /** Whether the attribute was kept; of a duplicate nothing is recorded. */
  kept: boolean;
  /** Those of the pixel data itself; of pixel data inside a sequence none are kept. */
  fragments: Fragments | null;
}

export type Frame = DatasetFrame | SequenceFrame | FragmentsFrame;

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

/** What reading a dataset has come to: the stack of open sequences, what is awaited, what was found. */
export class ParserState {
  readonly part: 'fileMeta' | 'dataset';
  readonly window: ByteWindow;
  readonly budget: ReaderBudget;
  readonly bulkData: Record<string, ByteRange>;
  readonly root: DatasetFrame;
  readonly stack: Frame[];
  readonly doubtful: DoubtfulText[] = [];
  /** Value of the Extended Offset Table (7FE0,0001), 64-bit offsets (PS3.3 §C.7.6.3.1.8). */
  extendedOffsets: Buffer | null = null;
  pixelData: PixelDataElement | null = null;
  /** Bytes to pass over, and the attribute they belong to. */
  skip = 0;
  skipPath = '';
  /** Bytes the next step waits for, and the attribute whose value they are, if they are one. */
  needed = 8;
  neededBy = '';
  /** True once the rest of the input is no longer read as elements. */
  opaque = false;
  /** Sequences open. */
  depth = 0;

  constructor(
    part: 'fileMeta' | 'dataset',
    window: ByteWindow,
    budget: ReaderBudget,
    bulkData: Record<string, ByteRange>,
    root: DatasetFrame,
  ) {
    this.part = part;
    this.window = window;
    this.budget = budget;
    this.bulkData = bulkData;
    this.root = root;
    this.stack = [root];
  }

  get top(): Frame {
    return this.stack[this.stack.length - 1] ?? this.root;
  }

  /** Waits for this many bytes in all, of this attribute; true where they are there. */
  has(bytes: number, path = ''): boolean {
    this.needed = bytes;
    this.neededBy = path;
    return this.window.length >= bytes;
  }

  /** Passes over bytes, arrived or not. */
  passOver(bytes: number, path: string): true {
    this.skip = bytes;
    this.skipPath = path;
    this.skipArrived();
    return true;
  }

  /** Passes over what has arrived of the bytes to skip. */
  skipArrived(): void {
    const arrived = Math.min(this.skip, this.window.length);
    this.window.at += arrived;
    this.skip -= arrived;
  }

  warn(code: DicomWarningCode, path = ''): void {
    this.budget.warn(code, path === '' ? undefined : path);
  }

  /** Closes the innermost dataset, sequence or run of fragments. */
  pop(): void {
    const frame = this.stack.pop();
    if (frame?.kind === 'dataset') sortAttributes(frame);
    if (frame?.kind !== 'sequence') return;
    this.depth--;
    if (frame.items.length > 0) frame.attribute.Value = frame.items;
  }

  /** Takes the rest of the input as bytes that mean nothing. */
  ignoreRest(code: DicomWarningCode, path = ''): false {
    this.warn(code, path);
    this.opaque = true;
    while (this.stack.length > 1) this.pop();
    sortAttributes(this.root);
    return false;
  }

  /** Puts an attribute into its dataset; the first of two with one tag stays. */
  keep(frame: DatasetFrame, tag: number, path: string, attribute: DicomJsonAttribute): boolean {
    const key = frame.prefix === '' ? path : tagText(tag);
    if (tag <= frame.lastTag) {
      if (Object.hasOwn(frame.dataset, key)) {
        this.warn('DUPLICATE_ATTRIBUTE', path);
        return false;
      }
      frame.ascending = false;
    } else {
      frame.lastTag = tag;
    }
    frame.dataset[key] = attribute;
    return true;
  }

  /** Keeps an attribute by reference to its value. */
  keepReference(frame: DatasetFrame, tag: number, path: string, vr: string, value: ByteRange): boolean {
    const kept = this.keep(frame, tag, path, { vr, BulkDataURI: path });
    if (kept) this.bulkData[path] = value;
    return kept;
  }
}

/** Path of the attribute a frame belongs to: the sequence's, of an item too; empty for the root. */
export function pathOf(frame: Frame): string {
  return frame.kind === 'dataset' ? frame.prefix.replace(/\/\d+\/$/, '') : frame.path;
}

/** Puts the attributes into ascending order where the writer did not. */
export function sortAttributes(frame: DatasetFrame): void {
  if (frame.ascending) return;
  frame.ascending = true;
  const { dataset } = frame;
  for (const [tag, attribute] of Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1))) {
    Reflect.deleteProperty(dataset, tag);
    dataset[tag] = attribute;
  }
}
