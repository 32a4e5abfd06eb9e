import { createRequire } from 'node:module';

/** An element in the form dcmjs writes: keys of the dataset are eight hex digits. */
export interface DcmjsElement {
  vr: string;
  Value: unknown[];
}
export type DcmjsDataset = Record<string, DcmjsElement>;

interface BufferStream {
  checkSize(bytes: number): void;
  increment(bytes: number): number;
  offset: number;
  view: { writeBuffer(bytes: Uint8Array, offset: number): void };
}

interface DicomDict {
  meta: DcmjsDataset;
  dict: DcmjsDataset;
  write(options?: { allowInvalidVRLength?: boolean; fragmentMultiframe?: boolean }): ArrayBuffer;
}

/** The part of dcmjs (which carries no types) that the factories use. */
interface Dcmjs {
  data: {
    DicomDict: new (meta: DcmjsDataset) => DicomDict;
    DicomMessage: { readFile(bytes: ArrayBuffer): DicomDict };
    DicomMetaDictionary: {
      nameMap: Record<string, { tag: string; vr: string } | undefined>;
      naturalizeDataset(dataset: DcmjsDataset): Record<string, unknown>;
    };
    WriteBufferStream: { prototype: object };
  };
  log: { setLevel(level: string): void };
}

export const dcmjs = createRequire(import.meta.url)('dcmjs') as Dcmjs;

type StringWriter = (this: BufferStream, text: string) => number;

/**
 * Runs a dcmjs write with another character set than UTF-8, the only one dcmjs knows on the way out.
 * The write is synchronous, so nothing else sees the exchanged method.
 */
export function withTextEncoder<T>(encode: (text: string) => Uint8Array, write: () => T): T {
  const prototype = Object.getPrototypeOf(dcmjs.data.WriteBufferStream.prototype) as {
    writeUTF8String: StringWriter;
  };
  const own = prototype.writeUTF8String;
  prototype.writeUTF8String = function (text) {
    const bytes = encode(text);
    this.checkSize(bytes.byteLength);
    this.view.writeBuffer(bytes, this.offset);
    return this.increment(bytes.byteLength);
  };
  try {
    return write();
  } finally {
    prototype.writeUTF8String = own;
  }
}
