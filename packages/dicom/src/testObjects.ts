import { Buffer } from 'node:buffer';

/** How test elements are encoded. */
export interface TestEncoding {
  explicit?: boolean;
  bigEndian?: boolean;
}

const longVrs = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

export const UNDEFINED = 0xffffffff;

function uint(value: number, size: 2 | 4, bigEndian = false): Buffer {
  const bytes = Buffer.alloc(size);
  if (bigEndian) bytes.writeUIntBE(value, 0, size);
  else bytes.writeUIntLE(value, 0, size);
  return bytes;
}

function tagBytes(tag: string, bigEndian?: boolean): Buffer {
  return Buffer.concat([
    uint(Number.parseInt(tag.slice(0, 4), 16), 2, bigEndian),
    uint(Number.parseInt(tag.slice(4), 16), 2, bigEndian),
  ]);
}

function padded(value: string | Uint8Array, pad: string): Buffer {
  const bytes = Buffer.from(typeof value === 'string' ? Buffer.from(value, 'latin1') : value);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(pad)]);
}

/** One element; text is written as Latin-1. `length` overrides the true one. */
export function element(
  tag: string,
  vr: string,
  value: string | Uint8Array = '',
  { explicit = true, bigEndian, length }: TestEncoding & { length?: number } = {},
): Buffer {
  const bytes = padded(value, typeof value !== 'string' || vr === 'UI' ? '\0' : ' ');
  const size = length ?? bytes.length;
  if (!explicit) return Buffer.concat([tagBytes(tag, bigEndian), uint(size, 4, bigEndian), bytes]);
  const header = longVrs.has(vr)
    ? [Buffer.from(`${vr}\0\0`), uint(size, 4, bigEndian)]
    : [Buffer.from(vr, 'latin1'), uint(size, 2, bigEndian)];
  return Buffer.concat([tagBytes(tag, bigEndian), ...header, bytes]);
}

/** An item or delimiter: tag and 32-bit length in every encoding. */
export function marker(tag: 'FFFEE000' | 'FFFEE00D' | 'FFFEE0DD', length = 0, bigEndian = false): Buffer {
  return Buffer.concat([tagBytes(tag, bigEndian), uint(length, 4, bigEndian)]);
}

/** An item of defined length. */
export function item(...content: Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([marker('FFFEE000', bytes.length), bytes]);
}

/** An item that ends with a delimiter. */
export function openItem(...content: Uint8Array[]): Buffer {
  return Buffer.concat([marker('FFFEE000', UNDEFINED), ...content, marker('FFFEE00D')]);
}

/** A sequence of undefined length. */
export function openSequence(
  tag: string,
  items: Uint8Array[],
  vr = 'SQ',
  encoding: TestEncoding = {},
): Buffer {
  return Buffer.concat([
    element(tag, vr, '', { ...encoding, length: UNDEFINED }),
    ...items,
    marker('FFFEE0DD'),
  ]);
}

/** A sequence of defined length. */
export function sequence(tag: string, items: Uint8Array[], vr = 'SQ'): Buffer {
  return element(tag, vr, Buffer.concat(items));
}

/** Encapsulated pixel data; the first item is the Basic Offset Table. */
export function encapsulated(fragments: Uint8Array[], basicOffsets: number[] = []): Buffer {
  return Buffer.concat([
    element('7FE00010', 'OB', '', { length: UNDEFINED }),
    item(...basicOffsets.map((offset) => uint(offset, 4))),
    ...fragments.map((fragment) => item(fragment)),
    marker('FFFEE0DD'),
  ]);
}

/** Unsigned 16-bit values. */
export function shorts(values: number[], bigEndian = false): Buffer {
  return Buffer.concat(values.map((value) => uint(value, 2, bigEndian)));
}

/** Unsigned 64-bit values. */
export function longs(values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8));
  return bytes;
}

export const IDENTITY = {
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: '1.2.3.4.1',
  studyInstanceUid: '1.2.3.4.2',
  seriesInstanceUid: '1.2.3.4.3',
};

/** The elements of group 0008, then of group 0020, that give an instance its identity. */
export function identityElements(encoding: TestEncoding = {}): { sop: Buffer; study: Buffer } {
  return {
    sop: Buffer.concat([
      element('00080016', 'UI', IDENTITY.sopClassUid, encoding),
      element('00080018', 'UI', IDENTITY.sopInstanceUid, encoding),
    ]),
    study: Buffer.concat([
      element('0020000D', 'UI', IDENTITY.studyInstanceUid, encoding),
      element('0020000E', 'UI', IDENTITY.seriesInstanceUid, encoding),
    ]),
  };
}

/** Preamble, prefix and group 0002. */
export function part10Head(
  transferSyntaxUid: string,
  { preamble = Buffer.alloc(128), groupLength = true }: { preamble?: Buffer; groupLength?: boolean } = {},
): Buffer {
  const meta = Buffer.concat([
    element('00020001', 'OB', Buffer.from([0, 1])),
    element('00020002', 'UI', IDENTITY.sopClassUid),
    element('00020003', 'UI', IDENTITY.sopInstanceUid),
    ...(transferSyntaxUid === '' ? [] : [element('00020010', 'UI', transferSyntaxUid)]),
  ]);
  const length = groupLength ? element('00020000', 'UL', uint(meta.length, 4)) : Buffer.alloc(0);
  return Buffer.concat([preamble, Buffer.from('DICM'), length, meta]);
}

export interface TestObject extends TestEncoding {
  transferSyntaxUid?: string;
  /** Between SOPInstanceUID and StudyInstanceUID. */
  before?: Uint8Array[];
  /** After SeriesInstanceUID. */
  after?: Uint8Array[];
}

/** An object with an identity, and elements before and after it. */
export function part10Object({
  transferSyntaxUid = '1.2.840.10008.1.2.1',
  before = [],
  after = [],
  ...encoding
}: TestObject = {}): Buffer {
  const { sop, study } = identityElements(encoding);
  return Buffer.concat([part10Head(transferSyntaxUid), sop, ...before, study, ...after]);
}

/** The elements that describe an image of `frames` frames of 2 × 2 pixels. */
export function imageElements(frames: number, bits = 16): Buffer {
  return Buffer.concat([
    element('00280002', 'US', shorts([1])),
    element('00280004', 'CS', 'MONOCHROME2'),
    element('00280008', 'IS', String(frames)),
    element('00280010', 'US', shorts([2])),
    element('00280011', 'US', shorts([2])),
    element('00280100', 'US', shorts([bits])),
  ]);
}
