import { type ByteRange, type DicomJson, number, readPart10, text, transferSyntax } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { StoredInstance } from '../lookUp.ts';

export const ENCAPSULATED_DOCUMENT = '00420011';
const MIME_TYPE_OF_ENCAPSULATED_DOCUMENT = '00420012';
const ENCAPSULATED_DOCUMENT_LENGTH = '00420015';
/** Documents that are answered under their own media type; anything else might be run by a browser. */
export const DOCUMENT_TYPES: ReadonlySet<string> = new Set([
  'application/pdf',
  'model/stl',
  'model/obj',
  'model/mtl',
]);
/** Attributes before and after a document that are parsed to learn its type. */
const MAX_AROUND = 8 * 1024 * 1024;

/** What an instance says of the document in it. */
export interface DocumentDescription {
  /** `application/octet-stream` for what is not sent as such. */
  mediaType: string;
  /** Its bytes, without the one that pads a value to an even length. */
  length: number;
}

/** What an instance says of a document that lies in one of its large values. */
export async function describeDocument(
  objects: ObjectStore,
  instance: StoredInstance,
  document: ByteRange,
): Promise<DocumentDescription> {
  return documentDescription((await datasetAround(objects, instance, document)) ?? {}, document.length);
}

/** @param valueLength of the value, which is even */
export function documentDescription(dataset: DicomJson, valueLength: number): DocumentDescription {
  const type = text(dataset, MIME_TYPE_OF_ENCAPSULATED_DOCUMENT).trim().toLowerCase();
  const said = number(dataset, ENCAPSULATED_DOCUMENT_LENGTH);
  return {
    mediaType: DOCUMENT_TYPES.has(type) ? type : 'application/octet-stream',
    // A length that cuts off more than padding is a mistake, and what is stored is the document.
    length: said === valueLength - 1 ? said : valueLength,
  };
}

/** The attributes of an object without one large top-level value; null where they cannot be read so. */
async function datasetAround(
  objects: ObjectStore,
  instance: StoredInstance,
  value: ByteRange,
): Promise<DicomJson | null> {
  const syntax = transferSyntax(instance.transfer_syntax_uid);
  const header = syntax?.explicit === false ? 8 : 12;
  const end = value.offset + value.length;
  const around = value.offset + instance.object_size - end;
  // What a deflated object says lies where the index does not count; such documents are octet streams.
  if (syntax?.deflated === true || around > MAX_AROUND) return null;
  const before = await objects.read(instance.object_key, { offset: 0, length: value.offset - header });
  const after = await objects.read(instance.object_key, {
    offset: end,
    length: instance.object_size - end,
  });
  try {
    return readPart10(Buffer.concat([before, after])).dataset;
  } catch {
    return null;
  }
}
