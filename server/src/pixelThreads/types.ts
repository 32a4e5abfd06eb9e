import type { EncodedFrame, RenderedPicture } from '@hutong/pixels';
import type { RenderJob, TranscodeJob } from './messages.ts';

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
   * Runs work that reads frames and has them worked on when there is room for so many bytes of native samples.
   *
   * @param signal drops the work while it waits
   * @throws HttpProblem 503 `busy` where too much waits; what the work throws
   */
  withRoom<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Stops all threads; jobs that run or wait fail. */
  close(): Promise<void>;
}
