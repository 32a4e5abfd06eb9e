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
  /** Stops all threads; jobs that run or wait fail. */
  close(): Promise<void>;
}
