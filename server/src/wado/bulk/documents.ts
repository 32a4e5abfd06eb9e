import type { ByteRange } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { InstanceContent } from '../lookUp.ts';
import type { Outlet } from '../outlet.ts';
import { readDataset } from '../source/instanceSource.ts';
import { openValue, type ValueReader } from '../source/valueReader.ts';
import { describeDocument, documentDescription, ENCAPSULATED_DOCUMENT } from './documentType.ts';
import { writeValue } from './storedValues.ts';

/** The document of an instance, open; to be closed. */
export interface OpenDocument {
  value: ValueReader;
  /** Its bytes, without padding. */
  length: number;
  /** Where it lies in the object; null where it is so short that it is no bulk data, or has to be converted. */
  stored: ByteRange | null;
}

export type DocumentInstance = Pick<
  InstanceContent,
  'object_key' | 'object_size' | 'digest' | 'transfer_syntax_uid' | 'bulk_data'
>;

/**
 * Opens the encapsulated document of an instance (PS3.3 C.24.2), however short it is; null where there is none.
 *
 * @throws PixelError where the instance cannot be parsed
 */
export async function openDocument(
  objects: ObjectStore,
  instance: DocumentInstance,
): Promise<OpenDocument | null> {
  const range = instance.bulk_data?.[ENCAPSULATED_DOCUMENT];
  if (range !== undefined) {
    const { length } = await describeDocument(objects, instance, range);
    const value = await openValue(objects, instance, range);
    return { value, length, stored: value.converts ? null : { offset: range.offset, length } };
  }
  const dataset = await readDataset(objects, instance);
  const bytes = Buffer.from(dataset[ENCAPSULATED_DOCUMENT]?.InlineBinary ?? '', 'base64');
  if (bytes.length === 0) return null;
  return { value: inMemory(bytes), length: documentDescription(dataset, bytes.length).length, stored: null };
}

const inMemory = (bytes: Buffer): ValueReader => ({
  converts: true,
  read: ({ offset, length }) => Promise.resolve(bytes.subarray(offset, offset + length)),
  close: () => undefined,
});

/** Writes the document of an instance. @throws PixelError as {@link openDocument} */
export async function writeDocument(
  objects: ObjectStore,
  instance: DocumentInstance,
  write: Outlet,
): Promise<void> {
  const document = await openDocument(objects, instance);
  if (document === null) return;
  try {
    await writeValue(document.value, { offset: 0, length: document.length }, write);
  } finally {
    document.value.close();
  }
}
