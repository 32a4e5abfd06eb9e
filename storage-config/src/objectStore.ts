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

/** The store has no room left. Nothing of the object remains. */
export class ObjectStoreFull extends Error {
  override name = 'ObjectStoreFull';
}

/** The store did not answer, or refused. Trying again later may help. */
export class ObjectStoreUnavailable extends Error {
  override name = 'ObjectStoreUnavailable';
}

/** Immutable objects under keys; the file system and S3 stand behind it. */
export interface ObjectStore {
  /** How many reads of one body are best under way at once, where reading ahead pays. */
  readonly readsAhead?: number;
  /** Opens a writer. `size`, when known, lets S3 send one PUT instead of a multipart upload. */
  create(key: string, metadata: ObjectMetadata, size?: number): Promise<ObjectWriter>;
  /** Writes a whole small object durably. */
  put(key: string, body: Uint8Array, metadata: ObjectMetadata): Promise<void>;
  /** Streams an object or one range of it. @throws ObjectNotFound */
  get(key: string, range?: ByteRange): Promise<Readable>;
  /**
   * One range, whole, in memory: for frames and headers, where a stream costs more than the bytes.
   *
   * @param into memory that may be used for it, at least as long as the range; the result lies in it or not
   * @throws ObjectNotFound; RangeError where the object ends before the range does
   */
  read(key: string, range: ByteRange, into?: Buffer): Promise<Buffer>;
  /** The file that holds an object's bytes, where objects are files that every process here can read. */
  fileOf?(key: string): string;
  /** @throws ObjectNotFound */
  stat(key: string): Promise<StoredObject & { metadata: ObjectMetadata }>;
  /** Removes an object; no error when there is none. */
  delete(key: string): Promise<void>;
  /** Every object whose key begins with `prefix`, in no promised order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Removes what writers that died before `before` left unfinished. Returns how many. */
  sweepUnfinished(before: Date): Promise<number>;
  /** Cheap check that the store answers, for /readyz. */
  check(): Promise<void>;
  close(): Promise<void>;
}
