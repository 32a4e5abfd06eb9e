import type { Readable } from 'node:stream';
import type { ByteRange } from '@hutong/dicom';

/** Facts kept with an object, so that the index can be rebuilt from the bucket alone. ASCII keys and values. */
export type ObjectMetadata = Record<string, string>;

/**
 * An object that is being written. Nothing is visible under its key until {@link commit} returned,
 * and then it is durable. Exactly one of commit and abort ends it; abort after a failure is always safe.
 */
export interface ObjectWriter {
  /** Resolves when more may be written (back-pressure). Rejects when the store failed; then abort. */
  write(chunk: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface StoredObject {
  key: string;
  size: number;
  lastModified: Date;
}

/** Thrown by get and stat when no object has the key. */
export class ObjectNotFound extends Error {
  override name = 'ObjectNotFound';
}

/** Immutable objects under keys; the file system and S3 stand behind it. */
export interface ObjectStore {
  /** Opens a writer. `size`, when known, lets S3 send one PUT instead of a multipart upload. */
  create(key: string, metadata: ObjectMetadata, size?: number): Promise<ObjectWriter>;
  /** Writes a whole small object durably. */
  put(key: string, body: Uint8Array, metadata: ObjectMetadata): Promise<void>;
  /** Streams an object or one range of it. @throws ObjectNotFound */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /** @throws ObjectNotFound */
  stat(key: string): Promise<StoredObject & { metadata: ObjectMetadata }>;
  delete(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Cheap check that the store answers, for /readyz. */
  check(): Promise<void>;
  close(): Promise<void>;
}
