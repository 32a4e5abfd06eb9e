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
}
