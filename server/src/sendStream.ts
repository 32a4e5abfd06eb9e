import type { Response } from 'express';
import type { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Sends a stream as the body of an answer. A client that left, before or in the middle, is no failure, and the stream is
 * closed then too. Resolves when all is sent, or nobody is there to take it.
 *
 * @param through changes the bytes on their way
 * @throws what the stream fails with; the connection is broken then
 */
export async function sendStream(res: Response, source: Readable, ...through: Transform[]): Promise<void> {
  // To a client that left nothing can be piped, and nobody else would close the stream.
  if (res.destroyed) {
    source.destroy();
    return;
  }
  try {
    await pipeline([source, ...through, res]);
  } catch (error) {
    if (!isPrematureClose(error)) throw error;
  }
}

const isPrematureClose = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
