import { TAG } from './attributes.ts';
import { ByteWindow } from './byteWindow.ts';
import { DEFAULT_CHARACTER_SET } from './characterSets.ts';
import { DicomError } from './dicomError.ts';
import { number } from './dicomJson.ts';
import { hasVr, readHeader, readTag, type ElementHeader } from './elementHeader.ts';
import { stepElement } from './elementStep.ts';
import { endFragments, stepDelimiter, stepFragment, stepItem } from './itemStep.ts';
import {
  ParserState,
  pathOf,
  sortAttributes,
  type DatasetFrame,
  type DoubtfulText,
  type Encoding,
  type Frame,
  type FragmentsFrame,
  type PixelDataElement,
} from './parserState.ts';
import { describePath } from './paths.ts';
import type { ReaderBudget } from './readerLimits.ts';
import type { ByteRange, DicomJson } from './types.ts';

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
  /** True after the last element of group 0002 (part `fileMeta` only). */
  done = false;

  readonly #state: ParserState;
  readonly #header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit: false };
  /** The last three bytes that arrived, as one number. */
  #lastBytes = 0;
  #started = false;

  constructor({ part, explicit, bigEndian, base, budget, bulkData }: DatasetParserSetup) {
    this.#state = new ParserState(part, new ByteWindow(base), budget, bulkData, {
      kind: 'dataset',
      dataset: {},
      prefix: '',
      end: Infinity,
      explicit,
      bigEndian,
      characterSet: DEFAULT_CHARACTER_SET,
      signedPixels: false,
      lastTag: -1,
      ascending: true,
    });
  }

  get dataset(): DicomJson {
    return this.#state.root.dataset;
  }

  get pixelData(): PixelDataElement | null {
    return this.#state.pixelData;
  }

  get extendedOffsets(): Uint8Array | null {
    return this.#state.extendedOffsets;
  }

  get doubtful(): readonly DoubtfulText[] {
    return this.#state.doubtful;
  }

  /** Offset of the next byte to be read. */
  get offset(): number {
    return this.#state.window.offset;
  }

  /**
   * Bytes that have arrived and are not read: of part `fileMeta`, once done, the beginning of the dataset. Holds
   * until the chunk that brought them is used again.
   */
  get rest(): Uint8Array {
    const { bytes, at, end } = this.#state.window;
    return bytes.subarray(at, end);
  }

  /** Reads on. The chunk may be used again afterwards, except for what is then the `rest` of the file meta. */
  write(chunk: Uint8Array): void {
    const state = this.#state;
    const { window } = state;
    if (state.opaque) return;
    for (let at = Math.max(0, chunk.length - 3); at < chunk.length; at++)
      this.#lastBytes = ((this.#lastBytes << 8) | (chunk[at] ?? 0)) & 0xffffff;
    window.push(chunk);
    while (this.#step());
    if (!this.done) window.settle();
  }

  /**
   * Tells that the input has ended.
   * @throws DicomError TRUNCATED where an element, item or sequence has not.
   */
  finish(): void {
    const state = this.#state;
    const { top, root } = state;
    if (state.opaque) {
      sortAttributes(root);
      return;
    }
    if (state.skip > 0) this.#truncated(state.skipPath, state.skip);
    const { rest } = this;
    const isPadding = top === root && rest.length < 8 && rest.every((byte) => byte === 0);
    if (rest.length > 0 && !isPadding)
      this.#truncated(state.neededBy || pathOf(top), state.needed - rest.length);
    if (rest.length > 0) state.warn('TRAILING_BYTES');
    if (top.kind === 'fragments' && this.#areComplete(top)) {
      state.warn('MISSING_DELIMITER', top.path);
      endFragments(state, top);
    }
    if (state.stack.length > 1) this.#truncated(pathOf(top), 8);
    sortAttributes(root);
  }

  #truncated(path: string, missing: number): never {
    const { window } = this.#state;
    const offset = window.base + window.end;
    const where = path === '' ? 'in an element' : `in ${describePath(path)}`;
    const message = `The input ends ${where} at byte ${offset}; at least ${missing} more bytes were expected.`;
    throw new DicomError('TRUNCATED', message, offset, path === '' ? undefined : path);
  }

  /**
   * Some writers forget the delimiter after the last fragment. The pixel data is whole if there is a fragment for
   * every frame and the last one ends as a codestream does (EOI, EOC; one byte of padding may follow).
   */
  #areComplete({ fragments }: FragmentsFrame): boolean {
    const frames = number(this.dataset, TAG.NumberOfFrames) ?? 1;
    const isPadded = (this.#lastBytes & 0xff) === 0;
    const tail = isPadded ? this.#lastBytes >>> 8 : this.#lastBytes & 0xffff;
    return fragments !== null && fragments.offsets.length >= frames && tail === 0xffd9;
  }

  /** Reads one element, item header or fragment; false where more bytes are needed. */
  #step(): boolean {
    const state = this.#state;
    const { window, top } = state;
    if (state.opaque || this.done) return false;
    if (state.skip > 0) {
      state.skipArrived();
      return state.skip === 0;
    }
    const left = top.end - window.offset;
    if (left <= 0) {
      state.pop();
      return true;
    }
    if (left < 8) {
      state.warn('MALFORMED_SEQUENCE', pathOf(top));
      return state.passOver(left, pathOf(top));
    }
    if (window.length < state.needed) return false;
    const read = this.#stepIn(top);
    if (read) state.has(8);
    return read;
  }

  #stepIn(frame: Frame): boolean {
    if (frame.kind === 'sequence') return stepItem(this.#state, frame);
    if (frame.kind === 'fragments') return stepFragment(this.#state, frame);
    return this.#stepDataset(frame);
  }

  #stepDataset(frame: DatasetFrame): boolean {
    const state = this.#state;
    const { window } = state;
    const isRoot = frame === state.root;
    if (isRoot && !this.#started) this.#start(frame);
    const tag = readTag(window.bytes, window.at, frame.bigEndian);
    if (tag >>> 16 === 0xfffe) return stepDelimiter(state, frame);
    if (state.part === 'fileMeta' && isRoot && tag >>> 16 !== 2) {
      this.done = true;
      return false;
    }
    // A run of zeros is padding; nothing can be read from it.
    if (isRoot && tag === 0 && window.bytes.readUInt32LE(window.at + 4) === 0)
      return state.ignoreRest('TRAILING_BYTES');
    if (!readHeader(window.bytes, window.at, window.length, frame, this.#header)) return state.has(12);
    return stepElement(state, frame, this.#header);
  }

  /** Looks at the first element: some writers declare another transfer syntax than they use. */
  #start(frame: DatasetFrame): void {
    const { bytes, at } = this.#state.window;
    this.#started = true;
    if (this.#state.part === 'fileMeta') return;
    const [little, big] = [bytes.readUInt16LE(at), bytes.readUInt16BE(at)];
    const isSmall = (group: number): boolean => group > 0 && group <= 0xff;
    if (isSmall(frame.bigEndian ? little : big) && !isSmall(frame.bigEndian ? big : little)) {
      frame.bigEndian = !frame.bigEndian;
      this.#state.warn('TRANSFER_SYNTAX_MISMATCH');
    }
    if (!frame.explicit && hasVr(bytes, at)) {
      frame.explicit = true;
      this.#state.warn('TRANSFER_SYNTAX_MISMATCH');
    }
  }
}
