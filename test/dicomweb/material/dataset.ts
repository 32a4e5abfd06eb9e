import { deflateRawSync } from 'node:zlib';
import { dcmjs, type DcmjsDataset, type DcmjsElement } from '../../factories/dcmjs.ts';
import { toDcmjs, type Dataset } from '../../factories/part10.ts';

/** How a dataset is written as a PS3.10 file. */
export interface FileOptions {
  /** Explicit VR Little Endian when absent. */
  transferSyntaxUid?: string;
  /** Encodes text; UTF-8 when absent. */
  encodeText?: (text: string) => Uint8Array;
  /** Encapsulated Pixel Data: its fragments, and the offsets of the Basic Offset Table (none: empty). */
  encapsulated?: { fragments: readonly Uint8Array[]; offsets?: readonly number[] };
  preamble?: Uint8Array;
  /** Sequences and items of undefined length, with delimiters. */
  undefinedLength?: boolean;
}

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
/** Bytes of one number of a VR, for writing and for swapping. */
const NUMBER_BYTES: Record<string, number> = {
  US: 2,
  SS: 2,
  OW: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  OF: 4,
  OL: 4,
  FD: 8,
  OD: 8,
  OV: 8,
  SV: 8,
  UV: 8,
};

interface Style {
  explicit: boolean;
  littleEndian: boolean;
  encodeText: (text: string) => Uint8Array;
  undefinedLength: boolean;
}

const even = (bytes: Uint8Array, pad: number): Uint8Array =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(pad)]);

function u16(style: Style, ...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 2);
  values.forEach((value, i) =>
    style.littleEndian ? out.writeUInt16LE(value, i * 2) : out.writeUInt16BE(value, i * 2),
  );
  return out;
}

function u32(style: Style, value: number): Buffer {
  const out = Buffer.alloc(4);
  if (style.littleEndian) out.writeUInt32LE(value);
  else out.writeUInt32BE(value);
  return out;
}

const tagBytes = (tag: string, style: Style): Buffer =>
  u16(style, parseInt(tag.slice(0, 4), 16), parseInt(tag.slice(4), 16));

function swapped(bytes: Uint8Array, unit: number): Buffer {
  const out = Buffer.from(bytes);
  if (unit === 2) out.swap16();
  else if (unit === 4) out.swap32();
  else if (unit === 8) out.swap64();
  return out;
}

function numberBytes(vr: string, values: readonly number[]): Buffer {
  const unit = NUMBER_BYTES[vr]!;
  const out = Buffer.alloc(values.length * unit);
  values.forEach((value, i) => {
    const at = i * unit;
    if (vr === 'US') out.writeUInt16LE(value, at);
    else if (vr === 'SS') out.writeInt16LE(value, at);
    else if (vr === 'UL') out.writeUInt32LE(value, at);
    else if (vr === 'SL') out.writeInt32LE(value, at);
    else if (vr === 'FL') out.writeFloatLE(value, at);
    else if (vr === 'FD') out.writeDoubleLE(value, at);
    else if (vr === 'SV') out.writeBigInt64LE(BigInt(value), at);
    else out.writeBigUInt64LE(BigInt(value), at);
  });
  return out;
}

function valueBytes({ vr, Value }: DcmjsElement, style: Style): Uint8Array {
  const [first] = Value;
  if (first instanceof ArrayBuffer) {
    const bytes = new Uint8Array(first);
    const unit = NUMBER_BYTES[vr] ?? 1;
    return even(
      style.littleEndian || unit === 1 ? bytes : swapped(bytes, unit),
      vr.startsWith('O') || vr === 'UN' ? 0 : 0x20,
    );
  }
  if (vr === 'SQ') return sequenceBytes(Value as DcmjsDataset[], style);
  if (vr === 'AT') return Buffer.concat((Value as string[]).map((tag) => tagBytes(tag, style)));
  if (NUMBER_BYTES[vr] !== undefined) {
    const bytes = numberBytes(vr, Value.map(Number));
    return style.littleEndian ? bytes : swapped(bytes, NUMBER_BYTES[vr]);
  }
  return even(style.encodeText(Value.map(String).join('\\')), vr === 'UI' ? 0 : 0x20);
}

function sequenceBytes(items: readonly DcmjsDataset[], style: Style): Buffer {
  const chunks: Uint8Array[] = [];
  for (const item of items) {
    const bytes = datasetBytes(item, style, undefined);
    const length = style.undefinedLength ? 0xffffffff : bytes.length;
    chunks.push(tagBytes('FFFEE000', style), u32(style, length), bytes);
    if (style.undefinedLength) chunks.push(tagBytes('FFFEE00D', style), u32(style, 0));
  }
  if (style.undefinedLength) chunks.push(tagBytes('FFFEE0DD', style), u32(style, 0));
  return Buffer.concat(chunks);
}

function elementHead(tag: string, vr: string, length: number, style: Style): Buffer {
  if (!style.explicit) return Buffer.concat([tagBytes(tag, style), u32(style, length)]);
  const head = [tagBytes(tag, style), Buffer.from(vr, 'latin1')];
  return LONG.has(vr)
    ? Buffer.concat([...head, Buffer.alloc(2), u32(style, length)])
    : Buffer.concat([...head, u16(style, length)]);
}

/** Pixel Data in fragments (PS3.5 §A.4). */
function encapsulatedBytes(
  { fragments, offsets = [] }: NonNullable<FileOptions['encapsulated']>,
  style: Style,
): Buffer {
  const item = (bytes: Uint8Array): Uint8Array[] => [
    tagBytes('FFFEE000', style),
    u32(style, bytes.length),
    bytes,
  ];
  return Buffer.concat([
    elementHead('7FE00010', 'OB', 0xffffffff, style),
    ...item(Buffer.concat(offsets.map((offset) => u32(style, offset)))),
    ...fragments.flatMap((fragment) => item(even(fragment, 0))),
    tagBytes('FFFEE0DD', style),
    u32(style, 0),
  ]);
}

function datasetBytes(
  dataset: DcmjsDataset,
  style: Style,
  encapsulated: FileOptions['encapsulated'],
): Buffer {
  const chunks: Uint8Array[] = [];
  const tags = new Set(Object.keys(dataset));
  if (encapsulated !== undefined) tags.add('7FE00010');
  for (const tag of [...tags].sort()) {
    if (tag === '7FE00010' && encapsulated !== undefined) {
      chunks.push(encapsulatedBytes(encapsulated, style));
      continue;
    }
    const element = dataset[tag]!;
    const bytes = valueBytes(element, style);
    const open = element.vr === 'SQ' && style.undefinedLength;
    chunks.push(elementHead(tag, element.vr, open ? 0xffffffff : bytes.length, style), bytes);
  }
  return Buffer.concat(chunks);
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Where File Meta Information says what wrote the file. */
const IMPLEMENTATION_CLASS_UID = '2.25.243316517812839';

/**
 * Writes a PS3.10 file, byte by byte and independent of every reader under test: any native transfer syntax, deflated
 * and encapsulated ones, text in any encoding. Keys are keywords or tags, as in the factories.
 */
export function dicomFile(dataset: Dataset, options: FileOptions = {}): Buffer {
  const transferSyntaxUid = options.transferSyntaxUid ?? '1.2.840.10008.1.2.1';
  const meta: Style = { explicit: true, littleEndian: true, encodeText: utf8, undefinedLength: false };
  const style: Style = {
    explicit: transferSyntaxUid !== '1.2.840.10008.1.2',
    littleEndian: transferSyntaxUid !== '1.2.840.10008.1.2.2',
    encodeText: options.encodeText ?? utf8,
    undefinedLength: options.undefinedLength ?? false,
  };
  const metaDataset = toDcmjs({
    MediaStorageSOPClassUID: dataset['SOPClassUID'],
    MediaStorageSOPInstanceUID: dataset['SOPInstanceUID'],
    TransferSyntaxUID: transferSyntaxUid,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: 'DICOMWEB_SUITE',
  });
  metaDataset['00020001'] = { vr: 'OB', Value: [Uint8Array.of(0, 1).buffer] };
  const metaBytes = datasetBytes(metaDataset, meta, undefined);
  const body = datasetBytes(toDcmjs(dataset), style, options.encapsulated);
  return Buffer.concat([
    options.preamble ?? Buffer.alloc(128),
    Buffer.from('DICM', 'latin1'),
    elementHead('00020000', 'UL', 4, meta),
    u32(meta, metaBytes.length),
    metaBytes,
    transferSyntaxUid === '1.2.840.10008.1.2.1.99' ? deflateRawSync(body) : body,
  ]);
}

/** Reads a PS3.10 file with dcmjs, which nobody here wrote. */
export function readWithDcmjs(bytes: Uint8Array): { meta: DcmjsDataset; dataset: DcmjsDataset } {
  // dcmjs complains of VRs it does not know; what it reads is compared with what was written.
  (dcmjs.log as unknown as { getLogger(name: string): typeof dcmjs.log })
    .getLogger('validation.dcmjs')
    .setLevel('silent');
  const { meta, dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(bytes).buffer);
  return { meta, dataset: dict };
}

export type { Dataset };
