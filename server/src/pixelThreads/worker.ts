/** Program of a pixel thread: takes one job after the other and answers each. */
import { parentPort } from 'node:worker_threads';
import { PixelError } from '@hutong/pixels';
import { renderFrames, transcodeFrame } from '@hutong/pixels/work';
import type { JobAnswer, JobRequest } from './messages.ts';
import { renderStored } from './storedPicture.ts';

if (parentPort === null) throw new Error('this is the program of a thread');
const port = parentPort;

async function answer(request: JobRequest): Promise<JobAnswer> {
  const { id } = request;
  try {
    if (request.kind === 'storedPicture') return { id, ...(await renderStored(request.job)) };
    const result =
      request.kind === 'transcode' ? await transcodeFrame(request.job) : await renderFrames(request.job);
    return { id, result };
  } catch (error) {
    if (error instanceof PixelError) return { id, refused: error.plain() };
    const { name, stack = '' } = error instanceof Error ? error : { name: typeof error };
    const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
    return { id, failed: { name, stack: frames.join('\n') } };
  }
}

port.on('message', (request: JobRequest) => {
  void answer(request).then((message) => {
    const bytes = 'result' in message ? message.result.bytes : null;
    const whole = bytes !== null && bytes.byteLength === bytes.buffer.byteLength;
    port.postMessage(message, whole ? [bytes.buffer as ArrayBuffer] : []);
  });
});
port.postMessage('started');
