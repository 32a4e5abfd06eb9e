import type { Buffer } from 'node:buffer';

/** What was met between the header of encapsulated pixel data and its sequence delimiter (PS3.5 §A.4). */
export interface Fragments {
  /** Offset of the first byte after the Basic Offset Table item, from which offset tables count. */
  origin: number;
  /** Entries of the Basic Offset Table; empty where there is none. */
  basicOffsets: number[];
  /** Offset of the first byte of each fragment (after its item header) and its length. */
  offsets: number[];
  lengths: number[];
  /** Whether each fragment begins with the first marker of a codestream. */
  starts: boolean[];
  /** True where the fragments end in something else than items and a delimiter. */
  broken: boolean;
}

export function noFragments(): Fragments {
  return { origin: 0, basicOffsets: [], offsets: [], lengths: [], starts: [], broken: false };
}

/** Bytes at the start of a fragment that {@link beginsCodestream} looks at. */
export const CODESTREAM_MARK_LENGTH = 4;

/** JPEG and JPEG-LS SOI, JPEG 2000 and HTJ2K SOC with SIZ, the JP2 signature box, JPEG XL. */
export function beginsCodestream(bytes: Buffer, at: number, length: number): boolean {
  if (length < 2) return false;
  const mark = bytes.readUInt16BE(at);
  if (length < 4) return mark === 0xffd8;
  const next = bytes.readUInt16BE(at + 2);
  if (mark === 0xffd8) return next >>> 8 === 0xff;
  if (mark === 0xff4f) return next === 0xff51;
  return mark === 0xff0a || (mark === 0 && next === 0x000c);
}
