import { Worker } from 'node:worker_threads';
import { PixelError } from '@hutong/pixels';
import { ObjectNotFound } from '@hutong/storage-config';
import type { JobAnswer, JobRequest } from './messages.ts';

const PROGRAM = new URL('./worker.ts', import.meta.url);
/** Loading the codecs, on a machine with much else to do. */
const START_LIMIT_MS = 30_000;
const YOUNG_GENERATION_MB = 16;

/** Null where the object is not as it was described. */
type Answer = Extract<JobAnswer, { result: unknown }>['result'] | null;

/** One thread. It does one job at a time; after a job that broke it, it is gone and another must be made. */
export interface PixelThread {
  /** False once the thread has died or was stopped. */
  readonly alive: boolean;
  /**
   * @throws ObjectNotFound
   * @throws PixelError the codecs' own, and TOO_LARGE where the job took too long or too much memory
   * @throws Error where our code failed, or the thread died
   */
  run(request: JobRequest, transfer: ArrayBuffer[]): Promise<Answer>;
  stop(): Promise<void>;
}

export interface PixelThreadLimits {
  /** Milliseconds that one job may take. */
  timeLimit: number;
  /** Heap of one thread; samples and WebAssembly memory lie outside of it, bounded by the size of frames. */
  heapMegabytes: number;
}

/** Starts a thread. */
export function startPixelThread({ timeLimit, heapMegabytes }: PixelThreadLimits): PixelThread {
  const worker = new Worker(PROGRAM, {
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    // Options of the process, such as those of a test runner, are none of the threads' business.
    execArgv: [],
    env: {},
    name: 'pixels',
  });
  let alive = true;
  let current: { id: number; resolve: (answer: JobAnswer) => void; reject: (error: Error) => void } | null =
    null;
  const started = Promise.withResolvers<undefined>();
  // Whoever waits for the start hears of its failure; where nobody does, it is no error of its own.
  started.promise.catch(() => undefined);
  const die = (error: Error): void => {
    alive = false;
    started.reject(error);
    current?.reject(error);
    current = null;
  };
  worker.on('message', (answer: JobAnswer | 'started') => {
    if (answer === 'started') {
      started.resolve(undefined);
    } else if (answer.id === current?.id) {
      current.resolve(answer);
      current = null;
    }
  });
  worker.on('error', (error: Error & { code?: string }) => {
    die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory() : error);
  });
  worker.on('exit', () => die(new Error('the pixel thread ended')));
  worker.unref();

  /** Waits, and gives the thread up where that takes too long. */
  async function within<T>(milliseconds: number, wait: Promise<T>): Promise<T> {
    const limit = setTimeout(() => {
      die(outOfTime(milliseconds));
      void worker.terminate();
    }, milliseconds);
    try {
      return await wait;
    } finally {
      clearTimeout(limit);
    }
  }

  return {
    get alive() {
      return alive;
    },
    async run(request, transfer) {
      worker.ref();
      try {
        await within(START_LIMIT_MS, started.promise);
        const answered = new Promise<JobAnswer>((resolve, reject) => {
          if (!alive) throw new Error('the pixel thread ended');
          current = { id: request.id, resolve, reject };
          worker.postMessage(request, transfer);
        });
        const answer = await within(timeLimit, answered);
        if ('result' in answer) return answer.result;
        if ('unfit' in answer) return null;
        if ('missing' in answer) throw new ObjectNotFound('no object has this key');
        if ('failed' in answer) throw failure(answer.failed);
        const { code, message, messageZh } = answer.refused;
        throw new PixelError(code, message, messageZh);
      } finally {
        worker.unref();
      }
    },
    async stop() {
      die(new Error('the pixel threads were closed'));
      await worker.terminate();
    },
  };
}

function outOfMemory(): PixelError {
  return new PixelError(
    'TOO_LARGE',
    'the image needs more memory than one may take',
    '处理该图像所需内存超出上限',
  );
}

function outOfTime(milliseconds: number): PixelError {
  const seconds = Math.round(milliseconds / 1000);
  return new PixelError(
    'TOO_LARGE',
    `the image took longer than the ${seconds} s that one may take`,
    `处理该图像超过 ${seconds} 秒的时限`,
  );
}

function failure({ name, stack }: { name: string; stack: string }): Error {
  const error = new Error('a pixel job failed');
  error.name = name;
  error.stack = `${name}\n${stack}`;
  return error;
}
