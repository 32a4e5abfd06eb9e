import { DicomError } from './dicomError.ts';
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
}

export type ReaderLimits = Required<Part10ReaderOptions>;

export function readerLimits(options: Part10ReaderOptions): ReaderLimits {
  return {
    bulkThreshold: options.bulkThreshold ?? 1024,
    valueThreshold: options.valueThreshold ?? 65_536,
    maxHeaderBytes: options.maxHeaderBytes ?? 16 * 1024 * 1024,
    maxDepth: options.maxDepth ?? 32,
    maxFragments: options.maxFragments ?? 500_000,
    maxInflatedBytes: options.maxInflatedBytes ?? 512 * 1024 * 1024,
  };
}

/** What an element or item costs in memory beyond its bytes. */
const OVERHEAD = 16;

/** More warnings than these say nothing new. */
const MAX_WARNINGS = 50;

/** Counts what reading one object has cost so far, and collects its warnings. */
export class ReaderBudget {
  readonly limits: ReaderLimits;
  readonly warnings: DicomWarning[] = [];
  #held = 0;

  constructor(limits: ReaderLimits) {
    this.limits = limits;
  }

  /** @throws DicomError HEADER_TOO_LARGE. */
  hold(bytes: number, offset: number): void {
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

  warn(code: DicomWarningCode, tag?: string): void {
    if (this.warnings.length >= MAX_WARNINGS) return;
    if (this.warnings.some((known) => known.code === code && known.tag === tag)) return;
    this.warnings.push(tag === undefined ? { code } : { code, tag });
  }
}
