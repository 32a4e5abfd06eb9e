import type { Response } from 'express';

/** Waits for an answer that is being sent. A client that left in the middle is no failure. */
export async function unlessGone(res: Response, sent: Promise<void>): Promise<void> {
  try {
    await sent;
  } catch (error) {
    if (!res.destroyed || !isPrematureClose(error)) throw error;
  }
}

const isPrematureClose = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
