import { attribute, tagText, type Vr } from './attributes.ts';
import type { Buffer } from 'node:buffer';

export const UNDEFINED_LENGTH = 0xffffffff;

/** Whether two letters are a value representation of PS3.5 §6.2. */
export function isVr(letters: string): letters is Vr {
  return letters.length === 2 && vrByBytes.has((letters.charCodeAt(0) << 8) | letters.charCodeAt(1));
}

/** VRs with a 16-bit length, then those with two reserved bytes and a 32-bit length (PS3.5 §7.1.2). */
const shortVrs = 'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ') as Vr[];
const longVrs = 'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' ') as Vr[];

const vrByBytes = new Map<number, { vr: Vr; long: boolean }>();
for (const vr of shortVrs) vrByBytes.set((vr.charCodeAt(0) << 8) | vr.charCodeAt(1), { vr, long: false });
for (const vr of longVrs) vrByBytes.set((vr.charCodeAt(0) << 8) | vr.charCodeAt(1), { vr, long: true });

const vrsWithLongLength = new Set<Vr>(longVrs);

/** Whether elements of this VR have two reserved bytes and a 32-bit length in explicit datasets (PS3.5 §7.1.2). */
export function hasLongLength(vr: Vr): boolean {
  return vrsWithLongLength.has(vr);
}

/** The header of one element; {@link readHeader} fills it, as it is read some hundred times an object. */
export interface ElementHeader {
  tag: number;
  /** Null where the stream says none, or none that exists. */
  vr: Vr | null;
  /** Bytes of the value, {@link UNDEFINED_LENGTH}. */
  length: number;
  headerLength: number;
  /** True where the element is explicit by its bytes, false where it is implicit. */
  explicit: boolean;
}

/** Whether two letters that are a VR stand where an explicit element has it. */
export function hasVr(bytes: Uint8Array, at: number): boolean {
  return vrByBytes.has(((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0));
}

/** The tag at this place as group << 16 | element, unsigned. */
export function readTag(bytes: Uint8Array, at: number, bigEndian: boolean): number {
  const b0 = bytes[at] ?? 0;
  const b1 = bytes[at + 1] ?? 0;
  const b2 = bytes[at + 2] ?? 0;
  const b3 = bytes[at + 3] ?? 0;
  return (
    (bigEndian ? (b0 << 24) | (b1 << 16) | (b2 << 8) | b3 : (b1 << 24) | (b0 << 16) | (b3 << 8) | b2) >>> 0
  );
}

/**
 * Reads an element header (PS3.5 §7.1). Real explicit datasets hold elements without VR and VRs that do not exist;
 * both are read as other toolkits do.
 *
 * @returns False where more than the `available` bytes are needed. At least 8 must be.
 */
export function readHeader(
  bytes: Buffer,
  at: number,
  available: number,
  encoding: { explicit: boolean; bigEndian: boolean },
  header: ElementHeader,
): boolean {
  const { bigEndian } = encoding;
  header.tag = readTag(bytes, at, bigEndian);
  const first = bytes[at + 4] ?? 0;
  const second = bytes[at + 5] ?? 0;
  const known = encoding.explicit ? vrByBytes.get((first << 8) | second) : undefined;
  header.vr = known?.vr ?? null;
  let form: 'short' | 'long' | 'implicit' = known === undefined ? 'implicit' : known.long ? 'long' : 'short';
  if (known === undefined && encoding.explicit) form = guessForm(first, second, bytes, at);
  header.explicit = form !== 'implicit';
  if (form === 'long') {
    if (available < 12) return false;
    header.length = bigEndian ? bytes.readUInt32BE(at + 8) : bytes.readUInt32LE(at + 8);
    header.headerLength = 12;
    return true;
  }
  header.headerLength = 8;
  header.length =
    form === 'implicit'
      ? bigEndian
        ? bytes.readUInt32BE(at + 4)
        : bytes.readUInt32LE(at + 4)
      : bigEndian
        ? bytes.readUInt16BE(at + 6)
        : bytes.readUInt16LE(at + 6);
  return true;
}

/** How an element of an explicit dataset is to be read whose VR does not exist. */
function guessForm(first: number, second: number, bytes: Buffer, at: number): 'short' | 'long' | 'implicit' {
  const zeroNext = bytes[at + 6] === 0 && bytes[at + 7] === 0;
  const isLetter = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
  // Two capitals: a VR to come, which PS3.5 §6.2 says has a 32-bit length; older toolkits wrote 16 bits.
  if (isLetter(first) && isLetter(second)) return zeroNext ? 'long' : 'short';
  const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
  return isPrintable(first) && isPrintable(second) && !zeroNext ? 'short' : 'implicit';
}

/**
 * The VR to read a value by where the stream gives none, or UN: that of the registry, LO for private creators
 * (PS3.5 §7.8.1), UN for what is not known.
 */
export function registeredVr(tag: number, signedPixels: boolean): Vr {
  const entry = attribute(tagText(tag));
  if (entry !== undefined) return signedPixels ? (entry.signedVr ?? entry.vr) : entry.vr;
  const element = tag & 0xffff;
  return ((tag >>> 16) & 1) === 1 && element >= 0x10 && element <= 0xff ? 'LO' : 'UN';
}
