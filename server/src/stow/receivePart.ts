import {
  createPart10Reader,
  DicomError,
  transferSyntax,
  type DicomErrorCode,
  type InstanceReference,
  type MemoryBudget,
  type Part10Instance,
  type Part10Reader,
} from '@hutong/dicom';
import {
  indexRows,
  type IndexRows,
  instanceObjectKey,
  type ObjectMetadata,
  type ObjectStore,
  type ObjectWriter,
} from '@hutong/storage-config';
import type { FailureName } from './reasons.ts';
import { warningOf, type StoreWarning } from './warnings.ts';

/** An instance whose object is durable. Of its dataset only what the index keeps is still in memory. */
export interface ReceivedInstance {
  identity: Part10Instance['identity'];
  objectKey: string;
  rows: IndexRows;
  /** What was wrong with its dataset without keeping it from being stored, or null. */
  warning: StoreWarning | null;
}

/** Why a part was not stored; nothing of it remains in the object store. */
export class PartFailure extends Error {
  override name = 'PartFailure';
  readonly reason: FailureName;
  /** Byte in the object, where one is to blame. */
  readonly offset: number | null;
  readonly tag: string | null;
  /** What is known of the instance, for the answer. */
  readonly identity: InstanceReference | null;
  /** Words in place of the reason's own. */
  readonly detail: { en: string; zh: string } | undefined;

  constructor(
    reason: FailureName,
    options: {
      offset?: number | undefined;
      tag?: string | undefined;
      identity?: InstanceReference | null;
      detail?: { en: string; zh: string } | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(reason, { cause: options.cause });
    this.reason = reason;
    this.offset = options.offset ?? null;
    this.tag = options.tag ?? null;
    this.identity = options.identity ?? null;
    this.detail = options.detail;
  }
}

const REASON_OF: Record<DicomErrorCode, FailureName> = {
  NOT_PART10: 'NOT_DICOM',
  DANGEROUS_PREAMBLE: 'DANGEROUS_PREAMBLE',
  TRUNCATED: 'TRUNCATED',
  HEADER_TOO_LARGE: 'MALFORMED',
  OUT_OF_MEMORY: 'OUT_OF_RESOURCES',
  NESTING_TOO_DEEP: 'MALFORMED',
  TOO_MANY_FRAGMENTS: 'MALFORMED',
  MALFORMED: 'MALFORMED',
  INFLATE_FAILED: 'MALFORMED',
  MISSING_UID: 'UNIDENTIFIED',
  INVALID_UID: 'UNIDENTIFIED',
};

/** SOP class of DICOMDIR files, which describe media and are no instances of a study. */
const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';

/**
 * Up to this size a part is held in memory until it was read to its end, so that a bad one never reaches the object
 * store. Larger ones go there as they come, once it is known whose they are.
 */
const HELD_BYTES = 1024 * 1024;
/**
 * The UIDs stand in groups 0008 and 0020, so they come within the first kilobytes of nearly every object; only large
 * private values of groups 0009–0019 may stand before them. What has not named itself by then is refused.
 */
const MAX_UNIDENTIFIED_BYTES = 8 * 1024 * 1024;

export interface PartContext {
  hospital: string;
  objects: ObjectStore;
  /** Kept with each object. */
  metadata: ObjectMetadata;
  /** Shared by the readers of the process: what they hold together is bounded. */
  memory: MemoryBudget;
  /** StudyInstanceUID of the path, which every instance must have; null when the path names none. */
  studyInstanceUid: string | null;
}

/** Takes the bytes of one part: reads the dataset and writes the object while they come. */
export class PartReceiver {
  readonly #context: PartContext;
  /** Let go as soon as it is of no more use: a dataset that was read takes many times the memory of its bytes. */
  #reader: Part10Reader | null;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** How many of the held chunks were read. */
  #heldRead = 0;
  #object: { key: string; writer: ObjectWriter } | null = null;
  #failure: PartFailure | null = null;
  /** Known as soon as its attributes were met. */
  #identity: Part10Instance['identity'] | null = null;
  /** What the answer names it by, kept when the reader is let go. */
  #reference: InstanceReference | null = null;

  constructor(context: PartContext) {
    this.#context = context;
    this.#reader = createPart10Reader({ memory: context.memory });
  }

  /** Bytes of the part that are held in memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Takes bytes. Never rejects: what fails is said by {@link finish}; bytes after a failure are dropped. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#failure !== null) return;
    try {
      if (this.#object === null) {
        this.#held.push(bytes);
        this.#heldBytes += bytes.length;
        if (this.#heldBytes > HELD_BYTES) await this.#openEarly();
        return;
      }
      this.#reader?.write(bytes);
      await this.#object.writer.write(bytes);
    } catch (error) {
      await this.#fail(error);
    }
  }

  /**
   * Ends the part and makes its object durable. Reading ends before the first await, so that a caller who does not
   * wait may go on with the next part.
   *
   * @throws PartFailure
   */
  async finish(): Promise<ReceivedInstance> {
    try {
      if (this.#failure !== null) throw this.#failure;
      const { objectSize, ...received } = this.#readToEnd();
      this.#object ??= await this.#open(received.objectKey, objectSize);
      await this.#writeHeld(this.#object.writer);
      await this.#object.writer.commit();
      return received;
    } catch (error) {
      throw await this.#fail(error);
    }
  }

  /** The part ended before its end: nothing of it remains. Returns what is known of the instance. */
  async abort(): Promise<InstanceReference | null> {
    try {
      this.#readHeld();
    } catch (error) {
      await this.#fail(error);
    }
    return (await this.#fail(new PartFailure('TRUNCATED'))).identity;
  }

  /** Reads what is held and was not read yet. */
  #readHeld(): void {
    for (const bytes of this.#held.slice(this.#heldRead)) this.#reader?.write(bytes);
    this.#heldRead = this.#held.length;
    this.#identity ??= this.#reader?.identity ?? null;
  }

  /** All in one go, so that of the small parts of all requests never more than one is in memory as a dataset. */
  #readToEnd(): ReceivedInstance & { objectSize: number } {
    this.#readHeld();
    const reader = this.#reader;
    if (reader === null) throw new Error('a part is ended once');
    try {
      const read = reader.end();
      const { identity, objectSize } = read;
      this.#check(read);
      const objectKey = this.#object?.key ?? this.#newKey(identity);
      const warning = warningOf(read.warnings);
      return { identity, objectSize, objectKey, rows: indexRows(read, objectKey), warning };
    } catch (error) {
      if (error instanceof PartFailure || error instanceof DicomError) throw error;
      throw new PartFailure('PROCESSING_FAILURE', { cause: error });
    } finally {
      this.#letGo(reader);
    }
  }

  #letGo(reader: Part10Reader): void {
    this.#reference = reader.reference;
    reader.release();
    this.#reader = null;
  }

  async #openEarly(): Promise<void> {
    this.#readHeld();
    const identity = this.#identity;
    if (identity === null) {
      if (this.#heldBytes > MAX_UNIDENTIFIED_BYTES)
        throw new PartFailure('UNIDENTIFIED', { offset: this.#heldBytes });
      return;
    }
    this.#object = await this.#open(this.#newKey(identity));
    await this.#writeHeld(this.#object.writer);
  }

  #newKey(identity: Part10Instance['identity']): string {
    return instanceObjectKey({ hospital: this.#context.hospital, ...identity });
  }

  async #open(key: string, size?: number): Promise<{ key: string; writer: ObjectWriter }> {
    const { objects, metadata } = this.#context;
    return { key, writer: await objects.create(key, metadata, size) };
  }

  async #writeHeld(writer: ObjectWriter): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#heldRead = 0;
    for (const bytes of held) await writer.write(bytes);
  }

  #check(read: Part10Instance): void {
    const { studyInstanceUid } = this.#context;
    const { identity } = read;
    if (transferSyntax(read.transferSyntaxUid) === undefined)
      throw new PartFailure('TRANSFER_SYNTAX', { identity });
    if (identity.sopClassUid === MEDIA_STORAGE_DIRECTORY) throw new PartFailure('SOP_CLASS', { identity });
    if (studyInstanceUid !== null && identity.studyInstanceUid !== studyInstanceUid)
      throw new PartFailure('OTHER_STUDY', { identity, tag: '0020000D' });
  }

  /** Remembers the failure and removes what there is of the object. */
  async #fail(error: unknown): Promise<PartFailure> {
    if (this.#reader !== null) this.#letGo(this.#reader);
    this.#failure ??= toFailure(error, this.#reference);
    this.#held = [];
    this.#heldBytes = 0;
    const object = this.#object;
    this.#object = null;
    // Abort is safe at any time; what it cannot remove, the sweep of unfinished objects does.
    await object?.writer.abort().catch(() => undefined);
    return this.#failure;
  }
}

function toFailure(error: unknown, identity: InstanceReference | null): PartFailure {
  if (error instanceof PartFailure) {
    const { reason, offset, tag, detail, cause } = error;
    if (error.identity !== null || identity === null) return error;
    return new PartFailure(reason, {
      offset: offset ?? undefined,
      tag: tag ?? undefined,
      detail,
      cause,
      identity,
    });
  }
  if (error instanceof DicomError) {
    const { offset, tag } = error;
    return new PartFailure(REASON_OF[error.code], { offset, tag, identity, cause: error });
  }
  return new PartFailure('OUT_OF_RESOURCES', { identity, cause: error });
}
