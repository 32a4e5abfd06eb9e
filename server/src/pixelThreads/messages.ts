import type { DicomJson } from '@hutong/dicom';
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

export type JobRequest =
  { id: number; kind: 'transcode'; job: TranscodeJob } | { id: number; kind: 'render'; job: RenderJob };

export type JobAnswer =
  | { id: number; result: EncodedFrame | RenderedPicture }
  /** Pixels that cannot be had, said by the codecs. */
  | { id: number; refused: PlainPixelError }
  /** An error of ours, without its message, which might quote the dataset. */
  | { id: number; failed: { name: string; stack: string } };
