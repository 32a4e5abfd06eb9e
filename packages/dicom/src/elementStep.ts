import { Buffer } from 'node:buffer';
import { TAG, tagText, type Vr } from './attributes.ts';
import { characterSet, type CharacterSet } from './characterSets.ts';
import { DicomError } from './dicomError.ts';
import { registeredVr, UNDEFINED_LENGTH, type ElementHeader } from './elementHeader.ts';
import { noFragments } from './fragments.ts';
import type { DatasetFrame, ParserState } from './parserState.ts';
import { isPlausible, privateVr } from './privateAttributes.ts';
import type { DicomJsonAttribute, DicomWarningCode } from './types.ts';
import { isBinary, toJsonAttribute, valueMemory, type ValueEncoding } from './values.ts';

const CHARACTER_SET = 0x00080005;
const PIXEL_REPRESENTATION = 0x00280103;
const EXTENDED_OFFSET_TABLE = 0x7fe00001;
const FLOAT_PIXEL_DATA = 0x7fe00008;
const DOUBLE_PIXEL_DATA = 0x7fe00009;
const PIXEL_DATA = 0x7fe00010;
const TRAILING_PADDING = 0xfffcfffc;

/** Reads the element whose header has been read; false where more of its value is needed. */
export function stepElement(state: ParserState, frame: DatasetFrame, header: ElementHeader): boolean {
  const { window } = state;
  const path = frame.prefix + tagText(header.tag);
  if (frame.explicit && !header.explicit) state.warn('TRANSFER_SYNTAX_MISMATCH');
  if (header.length === UNDEFINED_LENGTH) return stepUndefinedLength(state, frame, header, path);
  const left = frame.end - window.offset - header.headerLength;
  if (header.length > left) {
    state.warn('LENGTH_EXCEEDS_PARENT', path);
    header.length = Math.max(0, left);
  }
  if (isDropped(state, header, path)) {
    window.at += header.headerLength;
    return state.passOver(header.length, path);
  }
  const vr = valueVr(frame, header);
  if (vr !== 'SQ') return stepValue(state, frame, header, vr, path);
  window.at += header.headerLength;
  return beginSequence(state, frame, header, path, window.offset + header.length);
}

/** Group lengths and padding say nothing of the instance; groups 0000 and 0002 do not belong in a dataset. */
function isDropped(state: ParserState, { tag }: ElementHeader, path: string): boolean {
  const group = tag >>> 16;
  if (state.part === 'dataset' && (group === 0 || group === 2)) {
    state.warn('MISPLACED_ATTRIBUTE', path);
    return true;
  }
  return (tag & 0xffff) === 0 || tag === TRAILING_PADDING;
}

/** The VR to read by; public attributes that went through a system that did not know them are UN in the stream. */
function valueVr(frame: DatasetFrame, header: ElementHeader): Vr {
  if (header.vr !== null && (header.vr !== 'UN' || frame.bigEndian)) return header.vr;
  return registeredVr(header.tag, frame.signedPixels);
}

/** Private attributes without VR, or of VR UN, by their creator; their bytes have the last word. */
function refineVr(frame: DatasetFrame, tag: number, vr: Vr, bytes: Buffer): Vr {
  if (vr !== 'UN' || frame.bigEndian || bytes.length === 0) return vr;
  const known = privateVr(frame.dataset, tagText(tag));
  return known !== undefined && isPlausible(known, bytes) ? known : vr;
}

/** Sequences, and encapsulated pixel data, of undefined length (PS3.5 §7.5, §A.4). */
function stepUndefinedLength(
  state: ParserState,
  frame: DatasetFrame,
  header: ElementHeader,
  path: string,
): true {
  const { tag, vr } = header;
  const { window } = state;
  window.at += header.headerLength;
  const dropped = isDropped(state, header, path);
  const fragmented = tag === PIXEL_DATA || vr === 'OB' || vr === 'OW' || vr === 'OF' || vr === 'OD';
  if (!fragmented) return beginSequence(state, frame, header, path, Infinity, dropped);
  state.budget.hold(header.headerLength, window.offset);
  const isPixelData = state.stack.length === 1 && tag === PIXEL_DATA;
  const attribute = { vr: vr === null || vr === 'UN' ? 'OB' : vr, BulkDataURI: path };
  const kept = !dropped && state.keep(frame, tag, path, attribute);
  state.stack.push({
    kind: 'fragments',
    path,
    end: Infinity,
    start: window.offset,
    items: 0,
    kept,
    fragments: isPixelData && kept ? noFragments() : null,
    explicit: frame.explicit,
    bigEndian: frame.bigEndian,
  });
  return true;
}

function beginSequence(
  state: ParserState,
  frame: DatasetFrame,
  header: ElementHeader,
  path: string,
  end: number,
  dropped = false,
): true {
  const { limits } = state.budget;
  const { offset } = state.window;
  if (++state.depth > limits.maxDepth) {
    const message = `Sequences are nested deeper than ${limits.maxDepth} at byte ${offset}.`;
    throw new DicomError('NESTING_TOO_DEEP', message, offset, path);
  }
  state.budget.hold(header.headerLength, offset);
  const attribute = { vr: 'SQ' };
  if (!dropped) state.keep(frame, header.tag, path, attribute);
  const wasUnknown = header.vr === 'UN';
  state.stack.push({
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
  return true;
}

function stepValue(
  state: ParserState,
  frame: DatasetFrame,
  header: ElementHeader,
  vr: Vr,
  path: string,
): boolean {
  const { window, budget } = state;
  const { tag, length, headerLength } = header;
  const isRoot = state.stack.length === 1;
  const isPixelData = isRoot && (tag === PIXEL_DATA || tag === FLOAT_PIXEL_DATA || tag === DOUBLE_PIXEL_DATA);
  const isOffsetTable = isRoot && tag === EXTENDED_OFFSET_TABLE && length <= budget.limits.maxFragments * 8;
  const limit = isBinary(vr) ? budget.limits.bulkThreshold : budget.limits.valueThreshold;
  const byReference = isPixelData || length > limit;

  const inMemory = isOffsetTable || !byReference ? length : 0;
  if (!state.has(headerLength + inMemory, path)) return false;
  // The path of a reference is kept as well.
  const memory = valueMemory(vr, inMemory) + (byReference ? path.length : 0);
  budget.hold(headerLength + inMemory, window.offset, memory);
  window.at += headerLength;
  const bytes = window.bytes.subarray(window.at, window.at + inMemory);
  if (isOffsetTable) state.extendedOffsets ??= Buffer.from(bytes);
  if (!byReference) {
    readValue(state, frame, tag, refineVr(frame, tag, vr, bytes), bytes, path);
  } else {
    const value = { offset: window.offset, length };
    const kept = state.keepReference(frame, tag, path, vr, value);
    if (kept && isPixelData) state.pixelData ??= { tag: path, value, fragments: null };
  }
  return state.passOver(length, path);
}

function readValue(
  state: ParserState,
  frame: DatasetFrame,
  tag: number,
  vr: Vr,
  bytes: Buffer,
  path: string,
): void {
  const attribute = toJsonAttribute(vr, bytes, new ElementEncoding(state, frame, path));
  if (!state.keep(frame, tag, path, attribute)) return;
  if (tag === CHARACTER_SET) {
    const terms = (attribute.Value ?? []).map((term) => (typeof term === 'string' ? term : ''));
    frame.characterSet = characterSet(terms);
    if (frame.characterSet.unknown) state.warn('UNKNOWN_CHARACTER_SET', path);
  } else if (tag === PIXEL_REPRESENTATION) {
    frame.signedPixels = attribute.Value?.[0] === 1;
  }
}

/** How the value of an element is encoded, as its dataset says. */
class ElementEncoding implements ValueEncoding {
  readonly bigEndian: boolean;
  readonly decimalsAsWritten: boolean;
  readonly characterSet: CharacterSet;
  readonly #state: ParserState;
  readonly #path: string;

  constructor(state: ParserState, frame: DatasetFrame, path: string) {
    this.bigEndian = frame.bigEndian;
    this.decimalsAsWritten = state.budget.limits.decimalsAsWritten;
    this.characterSet = frame.characterSet;
    this.#state = state;
    this.#path = path;
  }

  onDoubtfulText(attribute: DicomJsonAttribute, bytes: Uint8Array): void {
    const { budget, window, doubtful } = this.#state;
    budget.hold(bytes.length, window.offset);
    doubtful.push({ attribute, bytes: new Uint8Array(bytes), trust: this.characterSet.trust });
  }

  warn(code: DicomWarningCode): void {
    this.#state.warn(code, code === 'WRONG_CHARACTER_SET' ? TAG.SpecificCharacterSet : this.#path);
  }
}
