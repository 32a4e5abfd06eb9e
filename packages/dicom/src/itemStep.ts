import { DicomError } from './dicomError.ts';
import { hasVr, readTag, UNDEFINED_LENGTH } from './elementHeader.ts';
import { beginsCodestream, CODESTREAM_MARK_LENGTH } from './fragments.ts';
import {
  pathOf,
  type DatasetFrame,
  type FragmentsFrame,
  type ParserState,
  type SequenceFrame,
} from './parserState.ts';

const ITEM = 0xfffee000;
const ITEM_DELIMITER = 0xfffee00d;
const SEQUENCE_DELIMITER = 0xfffee0dd;

/** What a fragment takes on the heap, with the frame it may become. */
const FRAGMENT_MEMORY = 160;

interface ItemHeader {
  tag: number;
  length: number;
}

function readItemHeader(state: ParserState, bigEndian: boolean): ItemHeader {
  const { bytes, at } = state.window;
  const length = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
  return { tag: readTag(bytes, at, bigEndian), length };
}

/** A delimiter or item tag where an element was expected: the end of an item, or a writer's mistake. */
export function stepDelimiter(state: ParserState, frame: DatasetFrame): true {
  const { tag } = readItemHeader(state, frame.bigEndian);
  if (frame !== state.root && frame.end === Infinity) {
    if (tag === ITEM_DELIMITER) state.window.at += 8;
    else state.warn('MISSING_DELIMITER', pathOf(frame));
    state.pop();
    return true;
  }
  state.warn('MALFORMED_SEQUENCE', pathOf(frame));
  state.window.at += 8;
  return true;
}

/** Reads an item's header, or the end of the sequence (PS3.5 §7.5). */
export function stepItem(state: ParserState, sequence: SequenceFrame): boolean {
  const { window } = state;
  const { tag, length } = readItemHeader(state, sequence.bigEndian);
  if (tag === SEQUENCE_DELIMITER && sequence.end === Infinity) {
    window.at += 8;
    state.pop();
    return true;
  }
  if (tag === SEQUENCE_DELIMITER || tag === ITEM_DELIMITER) {
    window.at += 8;
    state.warn('MALFORMED_SEQUENCE', sequence.path);
    return true;
  }
  if (tag === ITEM) return beginItem(state, sequence, length);
  if (sequence.end !== Infinity) {
    state.warn('MALFORMED_SEQUENCE', sequence.path);
    return state.passOver(sequence.end - window.offset, sequence.path);
  }
  state.warn('MISSING_DELIMITER', sequence.path);
  state.pop();
  return true;
}

function beginItem(state: ParserState, sequence: SequenceFrame, length: number): boolean {
  const { window } = state;
  let explicit = sequence.explicit;
  if (sequence.guessEncoding && length >= 8) {
    if (!state.has(16)) return false;
    explicit = hasVr(window.bytes, window.at + 8);
  }
  state.budget.hold(8, window.offset);
  window.at += 8;
  let end = length === UNDEFINED_LENGTH ? Infinity : window.offset + length;
  if (end !== Infinity && end > sequence.end) {
    state.warn('LENGTH_EXCEEDS_PARENT', sequence.path);
    end = sequence.end;
  }
  const item = {};
  state.stack.push({
    kind: 'dataset',
    dataset: item,
    prefix: `${sequence.path}/${sequence.items.length}/`,
    end,
    explicit,
    bigEndian: sequence.bigEndian,
    characterSet: sequence.parent.characterSet,
    signedPixels: sequence.parent.signedPixels,
    lastTag: -1,
    ascending: true,
  });
  sequence.items.push(item);
  return true;
}

/** Reads an item of encapsulated pixel data, or its end (PS3.5 §A.4). */
export function stepFragment(state: ParserState, frame: FragmentsFrame): boolean {
  const { tag, length } = readItemHeader(state, frame.bigEndian);
  if (tag === SEQUENCE_DELIMITER) {
    state.window.at += 8;
    endFragments(state, frame);
    return true;
  }
  if (tag !== ITEM || length === UNDEFINED_LENGTH) {
    if (frame.fragments !== null) frame.fragments.broken = true;
    endFragments(state, frame);
    return state.ignoreRest('MALFORMED_SEQUENCE', frame.path);
  }
  const read = frame.items === 0 ? readOffsetTable(state, frame, length) : readFragment(state, frame, length);
  if (!read) return false;
  frame.items++;
  state.window.at += 8;
  return state.passOver(length, frame.path);
}

function readOffsetTable(
  state: ParserState,
  { fragments, bigEndian }: FragmentsFrame,
  length: number,
): boolean {
  if (fragments === null) return true;
  const { window, budget } = state;
  const kept = length <= budget.limits.maxFragments * 4 ? length : 0;
  if (!state.has(8 + kept)) return false;
  budget.hold(kept, window.offset);
  fragments.origin = window.offset + 8 + length;
  for (let entry = window.at + 8; entry + 4 <= window.at + 8 + kept; entry += 4) {
    fragments.basicOffsets.push(
      bigEndian ? window.bytes.readUInt32BE(entry) : window.bytes.readUInt32LE(entry),
    );
  }
  return true;
}

function readFragment(state: ParserState, { fragments, path }: FragmentsFrame, length: number): boolean {
  if (fragments === null) return true;
  const { window, budget } = state;
  const mark = Math.min(CODESTREAM_MARK_LENGTH, length);
  if (!state.has(8 + mark)) return false;
  if (fragments.offsets.length >= budget.limits.maxFragments) {
    const message = `The pixel data has more than ${budget.limits.maxFragments} fragments.`;
    throw new DicomError('TOO_MANY_FRAGMENTS', message, window.offset, path);
  }
  budget.reserve(FRAGMENT_MEMORY, window.offset);
  fragments.offsets.push(window.offset + 8);
  fragments.lengths.push(length);
  fragments.starts.push(beginsCodestream(window.bytes, window.at + 8, mark));
  return true;
}

/** Closes encapsulated pixel data at the present offset and records where it lay. */
export function endFragments(state: ParserState, frame: FragmentsFrame): void {
  const value = { offset: frame.start, length: state.window.offset - frame.start };
  state.pop();
  if (!frame.kept) return;
  state.bulkData[frame.path] = value;
  if (frame.fragments !== null) state.pixelData ??= { tag: frame.path, value, fragments: frame.fragments };
}
