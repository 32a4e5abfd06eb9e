import type { ByteRange, DicomJson } from '@hutong/dicom';
import type {
  EncodedFrame,
  PixelDescription,
  PlainPixelError,
  RenderedPicture,
  RenderSettings,
  TranscodeOptions,
} from '@hutong/pixels';

/** One frame to be had in another transfer syntax. */
export interface TranscodeJob {
  /**
   * The frame as stored, fragments joined, dataset inflated. Handed over: the caller must not read it afterwards, for a
   * view of a whole buffer is moved to the thread, not copied.
   */
  bytes: Uint8Array;
  description: PixelDescription;
  /** UID of the transfer syntax wanted. */
  target: string;
  options?: TranscodeOptions;
}

/** Frames to be had as one picture. */
export interface RenderJob {
  /** As stored, fragments joined; handed over as in {@link TranscodeJob}. One, or several for a moving picture. */
  frames: Uint8Array[];
  description: PixelDescription;
  /** The whole metadata; bulk values that rendering needs (palettes, look-up tables, overlays) inline. */
  dataset: DicomJson;
  settings: RenderSettings;
}

/** A stored image whose attributes and frames the thread reads and parses by itself, so that only the picture crosses. */
export interface StoredPictureJob {
  /** The file of the object, or its bytes; those of whole buffers are handed over. */
  object: { file: string } | { head: Uint8Array; frames: Uint8Array[] };
  /** Names the object; its attributes are the same each time. */
  objectKey: string;
  /** Bytes in front of the pixel data. */
  headLength: number;
  /** Where each frame lies in the object: fragments in order. */
  ranges: ByteRange[][];
  transferSyntaxUid: string;
  /** As the index knows the image; what the dataset says otherwise is not worked on here. */
  rows: number;
  columns: number;
  /** Bytes of native samples of all frames that there is room for. */
  roomBytes: number;
  annotations: readonly ('patient' | 'technique')[];
  /** Without the lines of annotations. */
  settings: Omit<RenderSettings, 'annotations'>;
}

export type JobRequest =
  | { id: number; kind: 'transcode'; job: TranscodeJob }
  | { id: number; kind: 'render'; job: RenderJob }
  | { id: number; kind: 'storedPicture'; job: StoredPictureJob };

export type JobAnswer =
  | { id: number; result: EncodedFrame | RenderedPicture }
  /** The object is not as the index describes it. */
  | { id: number; unfit: true }
  /** There is no such object. */
  | { id: number; missing: true }
  /** Pixels that cannot be had, said by the codecs. */
  | { id: number; refused: PlainPixelError }
  /** An error of ours, without its message, which might quote the dataset. */
  | { id: number; failed: { name: string; stack: string } };
