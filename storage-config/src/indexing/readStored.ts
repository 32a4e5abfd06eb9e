import { createPart10Reader } from '@hutong/dicom';
import type { ObjectStore } from '../objectStore.ts';
import { indexRows, type IndexRows } from './indexRows.ts';

/**
 * The index rows of an instance whose object is in the store, read as it was when it came: streaming, in the memory of its
 * header.
 *
 * @throws ObjectNotFound, ObjectStoreUnavailable; DicomError where the object cannot be read (any more)
 */
export async function readStored(objects: ObjectStore, objectKey: string): Promise<IndexRows> {
  const reader = createPart10Reader();
  for await (const chunk of await objects.get(objectKey)) reader.write(chunk as Uint8Array);
  return indexRows(reader.end(), objectKey);
}
