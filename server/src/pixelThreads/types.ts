import type { EncodedFrame, RenderedPicture } from '@hutong/pixels';
import type { RenderJob, StoredPictureJob, TranscodeJob } from './messages.ts';

/** Decoding, encoding and rendering off the event loop. */
export interface PixelThreads {
  /**
   * One frame in another transfer syntax.
   *
   * @param signal drops the job while it still waits
   * @throws PixelError UNSUPPORTED, CORRUPT, DESCRIPTION, TOO_LARGE
   * @throws HttpProblem 503 `busy` where too many jobs wait
   */
  transcode(job: TranscodeJob, signal?: AbortSignal): Promise<EncodedFrame>;
  /** Frames as one picture; errors as for {@link transcode}. */
  render(job: RenderJob, signal?: AbortSignal): Promise<RenderedPicture>;
  /**
   * Frames of a stored image as one picture; errors as for {@link transcode}. Null where the object is not as the index
   * describes it: its attributes have to be looked at first.
   *
   * @throws ObjectNotFound
   */
  renderStored(job: StoredPictureJob, signal?: AbortSignal): Promise<RenderedPicture | null>;
  /**
   * Runs work that reads frames and has them worked on when there is room for so many bytes of native samples.
   *
   * @param signal drops the work while it waits
   * @throws HttpProblem 503 `busy` where too much waits; what the work throws
   */
  withRoom<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Stops all threads; jobs that run or wait fail. */
  close(): Promise<void>;
}
