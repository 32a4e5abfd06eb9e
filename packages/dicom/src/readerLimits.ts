import { DicomError } from './dicomError.ts';
import type { MemoryBudget } from './memoryBudget.ts';
import type { DicomWarning, DicomWarningCode } from './types.ts';

/** What one object may cost to read. All have defaults. */
export interface Part10ReaderOptions {
  /** Binary values (OB, OW, UN, …) of more bytes are kept by reference. Default 1,024. */
  bulkThreshold?: number;
  /** Text and number values of more bytes are kept by reference. Default 65,536. */
  valueThreshold?: number;
  /** Bytes of headers and inline values that may be held in all. Default 16 MiB. */
  maxHeaderBytes?: number;
  /** Depth of nested sequences. Default 32. */
  maxDepth?: number;
  /** Fragments of encapsulated pixel data. Default 500,000. */
  maxFragments?: number;
  /** Bytes a deflated dataset may inflate to. Default 512 MiB. */
  maxInflatedBytes?: number;
  /** Whether decimal strings (DS) stay the text they are, with the digits that were written; else they are numbers. */
  decimalsAsWritten?: boolean;
  /** Memory shared with other readers; call `release` of each then. */
  memory?: MemoryBudget;
}

export type ReaderLimits = Required<Omit<Part10ReaderOptions, 'memory'>>;

export function readerLimits(options: Part10ReaderOptions): ReaderLimits {
  return {
    bulkThreshold: options.bulkThreshold ?? 1024,
    valueThreshold: options.valueThreshold ?? 65_536,
    maxHeaderBytes: options.maxHeaderBytes ?? 16 * 1024 * 1024,
    maxDepth: options.maxDepth ?? 32,
    maxFragments: options.maxFragments ?? 500_000,
    maxInflatedBytes: options.maxInflatedBytes ?? 512 * 1024 * 1024,
    decimalsAsWritten: options.decimalsAsWritten ?? false,
  };
}

/** What an element or item counts beyond its bytes against `maxHeaderBytes`. */
const OVERHEAD = 16;

/** What an attribute takes on the heap beyond its values: its object, its key, its array. As measured. */
const ATTRIBUTE_MEMORY = 352;

/** More warnings than these say nothing new. */
const MAX_WARNINGS = 50;

/** Counts what reading one object has cost so far, and collects its warnings. */
export class ReaderBudget {
  readonly limits: ReaderLimits;
  readonly warnings: DicomWarning[] = [];
  #held = 0;
  readonly #memory: MemoryBudget | undefined;
  /** What was taken of the shared memory. */
  #taken = 0;

  constructor(limits: ReaderLimits, memory?: MemoryBudget) {
    this.limits = limits;
    this.#memory = memory;
  }

  /**
   * Counts bytes that are kept, with the memory an attribute takes.
   *
   * @param memory Bytes on the heap that its values take; by default their own.
   * @throws DicomError HEADER_TOO_LARGE, OUT_OF_MEMORY.
   */
  hold(bytes: number, offset: number, memory = bytes): void {
    this.reserve(ATTRIBUTE_MEMORY + memory, offset);
    this.#held += bytes + OVERHEAD;
    if (this.#held > this.limits.maxHeaderBytes) {
      const most = this.limits.maxHeaderBytes;
      throw new DicomError(
        'HEADER_TOO_LARGE',
        `The attributes up to byte ${offset} exceed ${most} bytes.`,
        offset,
      );
    }
  }

  /**
   * Takes shared memory.
   * @throws DicomError OUT_OF_MEMORY; HEADER_TOO_LARGE where all of it would not do.
   */
  reserve(bytes: number, offset: number): void {
    if (this.#memory === undefined) return;
    if (this.#memory.take(bytes, this.#taken)) {
      this.#taken += bytes;
      return;
    }
    if (this.#taken + bytes > this.#memory.limit) {
      const message = `The attributes up to byte ${offset} need more memory than ${this.#memory.limit} bytes.`;
      throw new DicomError('HEADER_TOO_LARGE', message, offset);
    }
    throw new DicomError(
      'OUT_OF_MEMORY',
      `No memory is left for the attributes from byte ${offset}.`,
      offset,
    );
  }

  /** Gives back what was taken of the shared memory. */
  release(): void {
    this.#memory?.giveBack(this.#taken);
    this.#taken = 0;
  }

  warn(code: DicomWarningCode, tag?: string): void {
    if (this.warnings.length >= MAX_WARNINGS) return;
    if (this.warnings.some((known) => known.code === code && known.tag === tag)) return;
    this.warnings.push(tag === undefined ? { code } : { code, tag });
  }
}
