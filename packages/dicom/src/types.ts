/** A DICOM unique identifier (PS3.5 §9.1), checked by {@link parseUid}. */
export type Uid = string & { readonly __brand: 'Uid' };

/** One attribute in the DICOM JSON Model (PS3.18 Annex F.2.2). */
export interface DicomJsonAttribute {
  vr: string;
  Value?: unknown[];
  InlineBinary?: string;
  BulkDataURI?: string;
}

/** A dataset in the DICOM JSON Model: keys are eight upper-case hex digits, ascending (PS3.18 F.2.1). */
export type DicomJson = Record<string, DicomJsonAttribute>;

/** A person name in the DICOM JSON Model (PS3.18 F.2.3). */
export interface PersonName {
  Alphabetic?: string;
  Ideographic?: string;
  Phonetic?: string;
}

/** A byte range inside a stored object: `offset` from the first byte of the object, `length` in bytes. */
export interface ByteRange {
  offset: number;
  length: number;
}

/**
 * Where pixel data lies in a stored object, recorded at store time so that a frame is read
 * without reading the object (PS3.5 §A.4, Annex A).
 */
export interface PixelDataLayout {
  /** True for encapsulated transfer syntaxes. */
  encapsulated: boolean;
  /** The whole value of (7FE0,0010), fragments and delimiters included. */
  value: ByteRange;
  numberOfFrames: number;
  /**
   * Frame byte ranges, 0-based index for 1-based frame numbers. A frame may lie in several
   * fragments, so each frame is a list. For native pixel data of equal-sized frames
   * `frames` is absent and `frameLength` says the bytes of one frame.
   */
  frames?: ByteRange[][];
  /** Bytes of one native frame; frame n (1-based) starts at value.offset + (n - 1) * frameLength. */
  frameLength?: number;
  /** Why frames cannot be told apart (for example 1-bit native frames that do not end on a byte), if so. */
  undividedReason?: string;
  /** Set in deflated objects: every range counts from the first byte of the inflated dataset, not of the object. */
  inDeflated?: true;
}

/** The four UIDs that say what an instance is and where it belongs. */
export interface InstanceIdentity {
  studyInstanceUid: Uid;
  seriesInstanceUid: Uid;
  sopInstanceUid: Uid;
  sopClassUid: Uid;
}

/** Something in an object that is wrong but did not keep it from being read. */
export type DicomWarningCode =
  | 'DUPLICATE_ATTRIBUTE'
  | 'FILE_META_MISMATCH'
  | 'INVALID_OFFSET_TABLE'
  | 'LENGTH_EXCEEDS_PARENT'
  | 'MALFORMED_SEQUENCE'
  | 'MISPLACED_ATTRIBUTE'
  | 'MISSING_DELIMITER'
  | 'MISSING_TRANSFER_SYNTAX'
  | 'NUL_IN_TEXT'
  | 'PIXEL_DATA_LENGTH'
  | 'TRAILING_BYTES'
  | 'TRANSFER_SYNTAX_MISMATCH'
  | 'UNKNOWN_CHARACTER_SET'
  | 'WRONG_CHARACTER_SET';

export interface DicomWarning {
  code: DicomWarningCode;
  /** The attribute concerned, or a path of tags and item numbers. */
  tag?: string;
}

/** What was read of one object in the DICOM File Format (PS3.10 §7). */
export interface Part10Instance {
  /** Group 0002. */
  fileMeta: DicomJson;
  transferSyntaxUid: string;
  /**
   * The dataset without group 0002 and group lengths. Large values are references: their `BulkDataURI` is the
   * attribute's path (`7FE00010`, or `00081140/0/00420011` inside item 0 of a sequence), a key of `bulkData`.
   */
  dataset: DicomJson;
  /** Where the values kept by reference lie; see `inDeflated`. */
  bulkData: Record<string, ByteRange>;
  pixelData: PixelDataLayout | null;
  /** True where the dataset is deflated: ranges then count from the first byte of the inflated dataset. */
  inDeflated: boolean;
  objectSize: number;
  /** Digest of all bytes of the object, as `ObjectDigest` makes it, hex. */
  objectDigest: string;
  /** SHA-256 of the bytes that follow group 0002, as stored (deflated, if deflated), hex. */
  datasetSha256: string;
  identity: InstanceIdentity;
  warnings: DicomWarning[];
}
