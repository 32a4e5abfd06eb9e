import type { Buffer } from 'node:buffer';
import type { Vr } from './attributes.ts';
import { hasVr } from './elementHeader.ts';

const TRAILING_PADDING = 0xfffcfffc;
const PIXEL_REPRESENTATION = 0x00280103;

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
  /** False where something had to be read around in it, so that its bytes mean the same only where they lie. */
  regular: boolean;
}

export interface RawItem {
  delimited: boolean;
  elements: RawElement[];
}

/** What `readElements` is told of the bytes before it. */
export interface RawEncoding {
  explicit: boolean;
  bigEndian: boolean;
  /** Whether PixelRepresentation said that pixels are signed. */
  signedPixels: boolean;
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
  { tag, vr, bigEndian, valueStart, valueEnd }: Omit<RawElement, 'regular'>,
): boolean | null {
  if (tag !== PIXEL_REPRESENTATION || vr !== 'US' || valueEnd - valueStart < 2) return null;
  return (bigEndian ? bytes.readUInt16BE(valueStart) : bytes.readUInt16LE(valueStart)) === 1;
}

/** Whether an element says nothing of an instance: group lengths, groups 0000 and 0002, padding. */
export function isNoContent(tag: number): boolean {
  const group = tag >>> 16;
  return group === 0 || group === 2 || (tag & 0xffff) === 0 || tag === TRAILING_PADDING;
}

/** A value without the spaces and NULs that pad it. */
export function paddingOff(value: string): string {
  const nul = value.indexOf('\0');
  return (nul < 0 ? value : value.slice(0, nul)).trim();
}
