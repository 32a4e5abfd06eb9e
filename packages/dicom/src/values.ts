import { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';
import type { CharacterSet } from './characterSets.ts';
import { isUtf8Chinese } from './misdeclaredChinese.ts';
import type { DicomJsonAttribute, DicomWarningCode, PersonName } from './types.ts';

/** How a value field is encoded. */
export interface ValueEncoding {
  bigEndian: boolean;
  /** Whether DS stays text. */
  decimalsAsWritten?: boolean;
  characterSet: CharacterSet;
  /** Called for text whose declared repertoire is doubtful; the attribute may be filled again later. */
  onDoubtfulText(attribute: DicomJsonAttribute, bytes: Uint8Array): void;
  /** Called for what is wrong with the value. */
  warn(code: DicomWarningCode): void;
}

type Values = unknown[];

/** VRs whose values go into JSON as base64 (PS3.18 §F.2.7). */
export function isBinary(vr: Vr): boolean {
  return (
    vr === 'OB' || vr === 'OW' || vr === 'UN' || vr === 'OF' || vr === 'OD' || vr === 'OL' || vr === 'OV'
  );
}

/** Heap bytes for a byte of a value field, at the worst: many short values. As measured. */
const memoryFactors: Partial<Record<Vr, number>> = { AT: 10, FD: 2, FL: 4, PN: 36, SV: 4, UV: 4 };

/** What the values of a value field take on the heap, at the worst. */
export function valueMemory(vr: Vr, bytes: number): number {
  return bytes * (isBinary(vr) ? 2 : (memoryFactors[vr] ?? 12));
}

/** One value field as an attribute of the DICOM JSON Model (PS3.18 Annex F.2). SQ is not handled here. */
export function toJsonAttribute(vr: Vr, bytes: Buffer, encoding: ValueEncoding): DicomJsonAttribute {
  if (bytes.length === 0) return { vr };
  if (isBinary(vr))
    return { vr, InlineBinary: littleEndian(vr, bytes, encoding.bigEndian).toString('base64') };
  const number = numberReaders[vr];
  if (number !== undefined) return withValues({ vr }, readNumbers(number, bytes, encoding.bigEndian));
  const plain = plainValue(vr, bytes);
  if (plain !== null) return withValues({ vr }, [plain === '' ? null : toValue(textVr(vr, encoding), plain)]);
  if (bytes.includes(0) && textBehindNul.test(bytes.toString('latin1'))) encoding.warn('NUL_IN_TEXT');
  switch (vr) {
    case 'LO':
    case 'LT':
    case 'PN':
    case 'SH':
    case 'ST':
    case 'UC':
    case 'UT':
      return readCharacterText(vr, bytes, encoding);
    default:
      return withValues({ vr }, splitText(textVr(vr, encoding), bytes.toString('latin1')));
  }
}

/** Fills an attribute of a text VR from its decoded value field. */
export function fillText(attribute: DicomJsonAttribute, decoded: string): void {
  delete attribute.Value;
  withValues(attribute, splitText(attribute.vr as Vr, decoded));
}

/** The VR whose values are read as those of this one: of a code string they are trimmed and otherwise as they are. */
function textVr(vr: Vr, { decimalsAsWritten }: ValueEncoding): Vr {
  return vr === 'DS' && decimalsAsWritten === true ? 'CS' : vr;
}

/**
 * The value of a field of plain ASCII that holds one, without its padding, as nearly all fields do; else null. What
 * {@link splitText} would come to, without the texts it would make on the way.
 */
function plainValue(vr: Vr, bytes: Buffer): string | null {
  let end = bytes.length;
  if (bytes[end - 1] === 0) end--;
  while (end > 0 && bytes[end - 1] === 0x20) end--;
  let start = 0;
  if (!keepsLeadingSpaces(vr)) while (start < end && bytes[start] === 0x20) start++;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === 0x5c || byte === 0x1b || byte === 0) return null;
  }
  return bytes.toString('latin1', start, end);
}

/** A NUL that pads nothing. */
const textBehindNul = /\0 *[^\0 \\]/;

function readCharacterText(vr: Vr, bytes: Buffer, encoding: ValueEncoding): DicomJsonAttribute {
  if (isPlainAscii(bytes)) return withValues({ vr }, splitText(vr, bytes.toString('latin1')));
  const { characterSet } = encoding;
  const isMisdeclared = characterSet.trust === 'chinese' && isUtf8Chinese(bytes, characterSet);
  const decoded = isMisdeclared ? bytes.toString('utf8') : characterSet.decode(bytes);
  if (isMisdeclared || (characterSet.trust !== 'utf8' && decoded.includes('\ufffd')))
    encoding.warn('WRONG_CHARACTER_SET');
  const attribute = withValues({ vr }, splitText(vr, decoded));
  if (characterSet.trust === 'doubtful' || characterSet.trust === 'utf8')
    encoding.onDoubtfulText(attribute, bytes);
  return attribute;
}

/** Whether the bytes are the same text in every repertoire: ASCII without escapes. */
export function isPlainAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80 || byte === 0x1b) return false;
  return true;
}

function withValues(attribute: DicomJsonAttribute, values: Values): DicomJsonAttribute {
  if (values.length > 1 || (values.length === 1 && values[0] !== null)) attribute.Value = values;
  return attribute;
}

/** Splits and trims by VR (PS3.5 §6.2); an empty value inside a list is null (PS3.18 §F.2.5). */
function splitText(vr: Vr, decoded: string): Values {
  if (isSingleText(vr)) return [trimEnd(decoded) || null];
  if (!decoded.includes('\\')) return [oneText(vr, decoded)];
  return decoded.split('\\').map((value) => oneText(vr, value));
}

/** Text of one value, in which neither a backslash nor a space at the beginning means anything. */
function isSingleText(vr: Vr): boolean {
  return vr === 'LT' || vr === 'ST' || vr === 'UT' || vr === 'UR';
}

function keepsLeadingSpaces(vr: Vr): boolean {
  return vr === 'UC' || isSingleText(vr);
}

/** One value of a VR that is text, trimmed; null where it is empty. */
export function oneText(vr: Vr, raw: string): unknown {
  const ended = vr === 'PN' ? withoutTrailingSpaces(raw.replaceAll('\0', '')) : trimEnd(raw);
  const value = vr === 'UC' ? ended : withoutLeadingSpaces(ended);
  return value === '' ? null : toValue(vr, value);
}

/** A value without padding, which is not empty. */
function toValue(vr: Vr, value: string): unknown {
  if (vr === 'PN') return toPersonName(value);
  if (vr === 'DS' || vr === 'IS') return toNumber(value);
  return value;
}

/**
 * Padding is spaces or NULs. A NUL ends a value wherever it stands: what follows is what a C program left in its
 * buffer, and JSON stores cannot keep it. Of person names alone nothing is cut off: half a name is another person's.
 */
function trimEnd(value: string): string {
  const nul = value.indexOf('\0');
  return withoutTrailingSpaces(nul < 0 ? value : value.slice(0, nul));
}

/** Only U+0020 pads; line ends and ideographic spaces are text. */
function withoutTrailingSpaces(value: string): string {
  let end = value.length;
  while (end > 0 && value.charCodeAt(end - 1) === 0x20) end -= 1;
  return end === value.length ? value : value.slice(0, end);
}

function withoutLeadingSpaces(value: string): string {
  let start = 0;
  while (value.charCodeAt(start) === 0x20) start += 1;
  return start === 0 ? value : value.slice(start);
}

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** IS and DS as JSON numbers; text that is no finite number is kept as it is (PS3.18 Table F.2.3-1 allows strings). */
function toNumber(value: string): number | string {
  if (!decimal.test(value)) return value;
  const number = Number(value);
  return Number.isFinite(number) && (Number.isSafeInteger(number) || !/^[+-]?\d+$/.test(value))
    ? number
    : value;
}

function toPersonName(value: string): PersonName | null {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=');
  const name: PersonName = {};
  if (alphabetic.trim() !== '') name.Alphabetic = withoutTrailingSpaces(alphabetic);
  if (ideographic.trim() !== '') name.Ideographic = withoutTrailingSpaces(ideographic);
  if (phonetic.trim() !== '') name.Phonetic = withoutTrailingSpaces(phonetic);
  return Object.keys(name).length === 0 ? null : name;
}

interface NumberReader {
  size: number;
  little: (bytes: Buffer, at: number) => unknown;
  big: (bytes: Buffer, at: number) => unknown;
}

const numberReaders: Partial<Record<Vr, NumberReader>> = {
  US: { size: 2, little: (b, at) => b.readUInt16LE(at), big: (b, at) => b.readUInt16BE(at) },
  SS: { size: 2, little: (b, at) => b.readInt16LE(at), big: (b, at) => b.readInt16BE(at) },
  UL: { size: 4, little: (b, at) => b.readUInt32LE(at), big: (b, at) => b.readUInt32BE(at) },
  SL: { size: 4, little: (b, at) => b.readInt32LE(at), big: (b, at) => b.readInt32BE(at) },
  FL: { size: 4, little: (b, at) => float(b.readFloatLE(at)), big: (b, at) => float(b.readFloatBE(at)) },
  FD: { size: 8, little: (b, at) => float(b.readDoubleLE(at)), big: (b, at) => float(b.readDoubleBE(at)) },
  SV: {
    size: 8,
    little: (b, at) => integer(b.readBigInt64LE(at)),
    big: (b, at) => integer(b.readBigInt64BE(at)),
  },
  UV: {
    size: 8,
    little: (b, at) => integer(b.readBigUInt64LE(at)),
    big: (b, at) => integer(b.readBigUInt64BE(at)),
  },
  AT: {
    size: 4,
    little: (b, at) => hex4(b.readUInt16LE(at)) + hex4(b.readUInt16LE(at + 2)),
    big: (b, at) => hex4(b.readUInt16BE(at)) + hex4(b.readUInt16BE(at + 2)),
  },
};

function readNumbers(reader: NumberReader, bytes: Buffer, bigEndian: boolean): Values {
  const read = bigEndian ? reader.big : reader.little;
  const values: Values = [];
  for (let at = 0; at + reader.size <= bytes.length; at += reader.size) values.push(read(bytes, at));
  return values;
}

/** JSON has no such numbers; PS3.18 Table F.2.3-1 writes them as text. */
function float(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return 'inf';
  return value === -Infinity ? '-inf' : value;
}

/** 64-bit integers beyond 2^53 become text, as JSON readers would round them. */
export function integer(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0');
}

/** InlineBinary is little endian whatever the transfer syntax (PS3.18 §F.2.7). */
function littleEndian(vr: Vr, bytes: Buffer, bigEndian: boolean): Buffer {
  const size = vr === 'OW' ? 2 : vr === 'OF' || vr === 'OL' ? 4 : vr === 'OD' || vr === 'OV' ? 8 : 1;
  if (!bigEndian || size === 1 || bytes.length % size !== 0) return bytes;
  const swapped = Buffer.from(bytes);
  return size === 2 ? swapped.swap16() : size === 4 ? swapped.swap32() : swapped.swap64();
}
