/** Why an object cannot be read. */
export type DicomErrorCode =
  /** No preamble with `DICM` after it (PS3.10 §7.1). */
  | 'NOT_PART10'
  /** The preamble begins an executable, archive, document or script. */
  | 'DANGEROUS_PREAMBLE'
  /** The input ends inside an element, item or sequence. */
  | 'TRUNCATED'
  /** The values kept in memory would exceed `maxHeaderBytes`. */
  | 'HEADER_TOO_LARGE'
  /** The memory that this and other readers share is used up; the object may be readable at another time. */
  | 'OUT_OF_MEMORY'
  /** Sequences are nested deeper than `maxDepth`. */
  | 'NESTING_TOO_DEEP'
  /** Encapsulated pixel data has more fragments than `maxFragments`. */
  | 'TOO_MANY_FRAGMENTS'
  /** The bytes are not a sequence of elements. */
  | 'MALFORMED'
  /** The deflated dataset cannot be inflated, or inflates beyond `maxInflatedBytes`. */
  | 'INFLATE_FAILED'
  /** SOPClassUID, SOPInstanceUID, StudyInstanceUID or SeriesInstanceUID is absent or empty; `tag` says which. */
  | 'MISSING_UID'
  /** One of those has forbidden characters or is longer than 64; `tag` says which. */
  | 'INVALID_UID';

/** An object that cannot be read. The message says what and where, and never holds a value of the dataset. */
export class DicomError extends Error {
  readonly code: DicomErrorCode;
  /** Byte in the object (in the inflated dataset, if deflated) at which reading failed. */
  readonly offset: number;
  /** The attribute concerned, or a path of tags and item numbers, if one is known. */
  readonly tag: string | undefined;

  constructor(code: DicomErrorCode, message: string, offset: number, tag?: string) {
    super(message);
    this.name = 'DicomError';
    this.code = code;
    this.offset = offset;
    this.tag = tag;
  }
}
