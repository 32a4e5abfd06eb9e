import { type EncodedFrame, frameBytes, MAX_FRAME_BYTES, type RenderedPicture } from '@hutong/pixels';
import { problem } from '../problem.ts';
import type { JobRequest } from './messages.ts';
import { PixelRoom } from './pixelRoom.ts';
import { type PixelThread, startPixelThread } from './pixelThread.ts';
import type { PixelThreads } from './types.ts';

export type { RenderJob, StoredPictureJob, TranscodeJob } from './messages.ts';
export type { PixelThreads } from './types.ts';

export interface PixelThreadsOptions {
  /** Jobs worked on at once. */
  threads: number;
  /** Jobs that may wait; more are answered 503. */
  queueLimit: number;
  /** Milliseconds that one job may take. */
  timeLimit?: number;
  /** Megabytes of heap that one thread may use. */
  heapMegabytes?: number;
  /** Milliseconds after which a thread with nothing to do is ended, so that its memory is free again. */
  idleTime?: number;
  /** Bytes of native frames that are read and worked on at once. */
  roomBytes?: number;
}

const TIME_LIMIT_MS = 30_000;
const HEAP_MB = 512;
const IDLE_MS = 60_000;
const RETRY_AFTER_SECONDS = '1';
/** A thread that worked on a frame of this size is ended: memory of WebAssembly never shrinks. */
const LARGE_FRAME_BYTES = 64 * 1024 * 1024;

type Answer = EncodedFrame | RenderedPicture | null;

interface Waiting {
  request: JobRequest;
  transfer: ArrayBuffer[];
  resolve: (answer: Promise<Answer>) => void;
  reject: (error: unknown) => void;
  signal: AbortSignal | undefined;
}

/** Makes the threads' queue; a thread is started when the first job needs it. */
export function createPixelThreads(options: PixelThreadsOptions): PixelThreads {
  const {
    threads,
    queueLimit,
    timeLimit = TIME_LIMIT_MS,
    heapMegabytes = HEAP_MB,
    idleTime = IDLE_MS,
    roomBytes = MAX_FRAME_BYTES,
  } = options;
  const waiting: Waiting[] = [];
  const idle: { thread: PixelThread; since: number }[] = [];
  const busy = new Set<PixelThread>();
  const room = new PixelRoom(roomBytes, queueLimit);
  let closed = false;
  let lastId = 0;

  const sweep = setInterval(
    () => {
      const due = Date.now() - idleTime;
      while (idle[0] !== undefined && idle[0].since <= due) void idle.shift()?.thread.stop();
    },
    Math.max(50, idleTime / 4),
  );
  sweep.unref();

  /** The thread that worked last, whose memory is warm, or a new one, or none when all are at work. */
  function freeThread(): PixelThread | null {
    for (let found = idle.pop(); found !== undefined; found = idle.pop())
      if (found.thread.alive) return found.thread;
    return busy.size < threads ? startPixelThread({ timeLimit, heapMegabytes }) : null;
  }

  function next(): void {
    for (;;) {
      while (waiting[0]?.signal?.aborted === true) {
        const dropped = waiting.shift();
        dropped?.reject(dropped.signal?.reason);
      }
      const job = waiting[0];
      if (job === undefined) return;
      const thread = freeThread();
      if (thread === null) return;
      waiting.shift();
      busy.add(thread);
      const answer = thread.run(job.request, job.transfer);
      job.resolve(answer);
      const done = (): void => {
        busy.delete(thread);
        const keeps = workedBytes(job.request) < LARGE_FRAME_BYTES;
        if (thread.alive && !keeps) void thread.stop();
        else if (thread.alive && !closed) idle.push({ thread, since: Date.now() });
        next();
      };
      answer.then(done, done);
    }
  }

  function enqueue(
    request: JobRequest,
    frames: readonly Uint8Array[],
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    if (closed) return Promise.reject(new Error('the pixel threads were closed'));
    if (waiting.length >= queueLimit)
      return Promise.reject(problem('busy', { headers: { 'Retry-After': RETRY_AFTER_SECONDS } }));
    return new Promise((resolve, reject) => {
      waiting.push({ request, transfer: wholeBuffers(frames), resolve, reject, signal });
      next();
    });
  }

  return {
    transcode: (job, signal) =>
      enqueue({ id: ++lastId, kind: 'transcode', job }, [job.bytes], signal) as Promise<EncodedFrame>,
    render: (job, signal) =>
      enqueue({ id: ++lastId, kind: 'render', job }, job.frames, signal) as Promise<RenderedPicture>,
    renderStored: (job, signal) =>
      enqueue(
        { id: ++lastId, kind: 'storedPicture', job },
        'file' in job.object ? [] : [job.object.head, ...job.object.frames],
        signal,
      ) as Promise<RenderedPicture | null>,
    withRoom: (bytes, work, signal) => room.run(bytes, work, signal),
    async close() {
      closed = true;
      clearInterval(sweep);
      for (const { reject } of waiting.splice(0)) reject(new Error('the pixel threads were closed'));
      const all = [...busy, ...idle.splice(0).map(({ thread }) => thread)];
      await Promise.all(all.map((thread) => thread.stop()));
    },
  };
}

const workedBytes = ({ kind, job }: JobRequest): number =>
  kind === 'storedPicture' ? job.roomBytes : frameBytes(job.description);

/** Buffers that can be moved to a thread: those that hold a frame and nothing else. The others are copied. */
function wholeBuffers(frames: readonly Uint8Array[]): ArrayBuffer[] {
  const whole = frames.filter(
    (bytes) => bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength,
  );
  return [...new Set(whole.map((bytes) => bytes.buffer as ArrayBuffer))];
}
