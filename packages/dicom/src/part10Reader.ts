import { Buffer } from 'node:buffer';
import { TAG } from './attributes.ts';
import { DatasetParser } from './datasetParser.ts';
import { DicomError } from './dicomError.ts';
import { text } from './dicomJson.ts';
import { hasVr } from './elementHeader.ts';
import { readIdentity, readReference, type InstanceReference } from './identity.ts';
import { InflatedDataset } from './inflatedDataset.ts';
import { ObjectDigest } from './objectDigest.ts';
import { pixelDataLayout } from './pixelDataLayout.ts';
import { dangerousPreamble, hasPart10Prefix, PART10_PREFIX_LENGTH } from './preamble.ts';
import { ReaderBudget, readerLimits, type Part10ReaderOptions } from './readerLimits.ts';
import { settleDoubtfulText } from './undeclaredText.ts';
import { TRANSFER_SYNTAXES, transferSyntax, type TransferSyntax } from './transferSyntaxes.ts';
import type { ByteRange, InstanceIdentity, Part10Instance } from './types.ts';

export type { Part10ReaderOptions } from './readerLimits.ts';

/** Reads one object in the DICOM File Format while its bytes pass by. */
export interface Part10Reader {
  /**
   * Reads on; the chunk may be used again afterwards.
   * @throws DicomError as soon as the object is known to be unreadable; every later call throws it again.
   */
  write(chunk: Uint8Array): void;
  /**
   * Tells that the object is complete.
   * @throws DicomError where it is not, or lacks an identity.
   */
  end(): Part10Instance;
  /**
   * Gives the memory taken of a shared budget back, and lets go of what was read. Call it once for every reader with a
   * budget: when it is given up, or when the instance is no more in use. Reading that failed has done so.
   */
  release(): void;
  /** The instance's identity as soon as all of it has been met, before that null. */
  readonly identity: InstanceIdentity | null;
  /** What the instance is referred to by, as soon as it has been met, also where reading failed afterwards; else null. */
  readonly reference: InstanceReference | null;
}

/**
 * A reader for one object (PS3.10 §7, PS3.5 §7, Annex A). Memory is bounded by the options whatever the object
 * holds. Lenient on data, strict on identity: what can be read around becomes a warning of the instance. An
 * unregistered transfer syntax is read as explicit little endian; whether to accept it is the caller's decision
 * (`transferSyntax(uid) === undefined`).
 */
export function createPart10Reader(options: Part10ReaderOptions = {}): Part10Reader {
  return new StreamingReader(options);
}

/** Reads an object that is in memory as a whole. @throws DicomError. */
export function readPart10(bytes: Uint8Array, options: Part10ReaderOptions = {}): Part10Instance {
  const reader = createPart10Reader(options);
  reader.write(bytes);
  return reader.end();
}

class StreamingReader implements Part10Reader {
  readonly #digest = new ObjectDigest();
  readonly #budget: ReaderBudget;
  #bulkData: Record<string, ByteRange> = {};
  /** The first bytes, until there are enough to tell what they are. */
  #prefix = Buffer.alloc(0);
  #fileMeta: DatasetParser | null = null;
  #dataset: DatasetParser | null = null;
  #inflated: InflatedDataset | null = null;
  #syntaxUid = '';
  #syntax: TransferSyntax | undefined;
  #size = 0;
  #failure: DicomError | null = null;
  #released = false;
  /** Kept when what was read is let go of. */
  #reference: InstanceReference | null = null;

  constructor(options: Part10ReaderOptions) {
    this.#budget = new ReaderBudget(readerLimits(options), options.memory);
  }

  get identity(): InstanceIdentity | null {
    if (this.#dataset === null) return null;
    try {
      return readIdentity(this.#dataset.dataset, 0);
    } catch {
      return null;
    }
  }

  get reference(): InstanceReference | null {
    return this.#reference ?? readReference(this.#dataset?.dataset, this.#fileMeta?.dataset);
  }

  write(chunk: Uint8Array): void {
    this.#guard(() => {
      this.#size += chunk.length;
      this.#advance(chunk);
    });
  }

  end(): Part10Instance {
    return this.#guard(() => this.#finish());
  }

  release(): void {
    this.#released = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#reference = this.reference;
    this.#fileMeta = null;
    this.#dataset = null;
    this.#inflated = null;
    this.#bulkData = {};
    this.#budget.release();
  }

  #guard<T>(work: () => T): T {
    if (this.#failure !== null) throw this.#failure;
    if (this.#released) throw new DicomError('TRUNCATED', 'Reading was given up.', this.#size);
    try {
      return work();
    } catch (error) {
      if (error instanceof DicomError) {
        this.#failure = error;
        // Until its stack is read, an error keeps every object alive whose methods were running.
        error.stack ??= '';
      }
      this.#letGo();
      throw error;
    }
  }

  #advance(chunk: Uint8Array): void {
    if (this.#dataset !== null) this.#advanceDataset(chunk);
    else if (this.#fileMeta !== null) this.#advanceFileMeta(this.#fileMeta, chunk);
    else this.#advancePrefix(chunk);
  }

  #advancePrefix(chunk: Uint8Array): void {
    const missing = PART10_PREFIX_LENGTH - this.#prefix.length;
    this.#prefix = Buffer.concat([this.#prefix, chunk.subarray(0, missing)]);
    if (this.#prefix.length < PART10_PREFIX_LENGTH) return;
    const danger = dangerousPreamble(this.#prefix);
    if (danger !== null) throw new DicomError('DANGEROUS_PREAMBLE', `The preamble begins ${danger}.`, 0);
    if (!hasPart10Prefix(this.#prefix)) {
      throw new DicomError('NOT_PART10', 'The object has no DICM prefix at byte 128 (PS3.10 §7.1).', 128);
    }
    this.#digest.takeHead(this.#prefix, 0);
    this.#fileMeta = new DatasetParser({
      part: 'fileMeta',
      explicit: true,
      bigEndian: false,
      base: PART10_PREFIX_LENGTH,
      budget: this.#budget,
      bulkData: this.#bulkData,
    });
    if (chunk.length > missing) this.#advanceFileMeta(this.#fileMeta, chunk.subarray(missing));
  }

  #advanceFileMeta(fileMeta: DatasetParser, chunk: Uint8Array): void {
    fileMeta.write(chunk);
    if (!fileMeta.done) {
      this.#digest.takeHead(chunk, fileMeta.rest.length);
      return;
    }
    this.#digest.endHead(chunk, fileMeta.rest.length);
    this.#beginDataset(fileMeta);
  }

  #beginDataset(fileMeta: DatasetParser): DatasetParser {
    const first = fileMeta.rest;
    this.#syntaxUid = text(fileMeta.dataset, TAG.TransferSyntaxUID);
    if (this.#syntaxUid === '') {
      this.#budget.warn('MISSING_TRANSFER_SYNTAX', TAG.TransferSyntaxUID);
      const guessed = hasVr(first, 0)
        ? TRANSFER_SYNTAXES.explicitVrLittleEndian
        : TRANSFER_SYNTAXES.implicitVrLittleEndian;
      this.#syntaxUid = guessed.uid;
    }
    this.#syntax = transferSyntax(this.#syntaxUid);
    const { explicit, bigEndian, deflated } = this.#syntax ?? TRANSFER_SYNTAXES.explicitVrLittleEndian;
    const base = deflated ? 0 : fileMeta.offset;
    this.#dataset = new DatasetParser({
      part: 'dataset',
      explicit,
      bigEndian,
      base,
      budget: this.#budget,
      bulkData: this.#bulkData,
    });
    if (deflated)
      this.#inflated = new InflatedDataset(
        this.#dataset,
        this.#budget.limits.maxInflatedBytes,
        fileMeta.offset,
      );
    this.#advanceDataset(first);
    return this.#dataset;
  }

  #advanceDataset(chunk: Uint8Array): void {
    this.#digest.takeDataset(chunk);
    (this.#inflated ?? this.#dataset)?.write(chunk);
  }

  #finish(): Part10Instance {
    if (this.#fileMeta === null) {
      throw new DicomError(
        'NOT_PART10',
        'The object is shorter than preamble and prefix (PS3.10 §7.1).',
        this.#size,
      );
    }
    if (this.#dataset === null) this.#fileMeta.finish();
    const parser = this.#dataset ?? this.#beginDataset(this.#fileMeta);
    (this.#inflated ?? parser).finish();
    const { dataset, pixelData } = parser;
    const identity = readIdentity(dataset, parser.offset);
    const fileMeta = this.#fileMeta.dataset;
    this.#compareFileMeta(TAG.MediaStorageSOPInstanceUID, identity.sopInstanceUid);
    this.#compareFileMeta(TAG.MediaStorageSOPClassUID, identity.sopClassUid);
    settleDoubtfulText(parser.doubtful, this.#budget);
    const layout =
      pixelData && pixelDataLayout(pixelData, dataset, this.#syntax, parser.extendedOffsets, this.#budget);
    const inDeflated = this.#inflated !== null;
    const digests = this.#digest.finish();
    return {
      fileMeta,
      transferSyntaxUid: this.#syntaxUid,
      dataset,
      bulkData: this.#bulkData,
      pixelData: layout !== null && inDeflated ? { ...layout, inDeflated: true } : layout,
      inDeflated,
      objectSize: this.#size,
      objectDigest: digests.object.toString('hex'),
      datasetSha256: digests.dataset.toString('hex'),
      identity,
      warnings: this.#budget.warnings,
    };
  }

  /** Group 0002 may be stale after a file was edited; the dataset is the instance. */
  #compareFileMeta(tag: string, uid: string): void {
    if (this.#fileMeta !== null && text(this.#fileMeta.dataset, tag) !== uid)
      this.#budget.warn('FILE_META_MISMATCH', tag);
  }
}
