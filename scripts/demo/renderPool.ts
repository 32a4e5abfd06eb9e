import { Worker } from 'node:worker_threads';

import type { RenderAnswer, RenderRequest } from './renderWorker.ts';

/** Renders studies in worker threads, so that storing and rendering share the processors. */
export interface RenderPool {
  /** Renders one study; `take` is awaited for each batch before many more are made. */
  render(request: RenderRequest, take: (files: ArrayBuffer[]) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** A pool of so many worker threads. */
export function createRenderPool(size: number): RenderPool {
  const all = Array.from({ length: size }, () => new Worker(new URL('./renderWorker.ts', import.meta.url)));
  const idle = [...all];
  const waiting: ((worker: Worker) => void)[] = [];
  const acquire = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(worker);
  };
  const release = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  return {
    async render(request, take) {
      const worker = await acquire();
      try {
        await renderOn(worker, request, take);
      } finally {
        release(worker);
      }
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

function renderOn(
  worker: Worker,
  request: RenderRequest,
  take: (files: ArrayBuffer[]) => Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const taking: Promise<void>[] = [];
    const settle = (finish: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      finish();
    };
    const onError = (error: unknown): void =>
      settle(() =>
        reject(error instanceof Error ? error : new Error('a render thread ended', { cause: error })),
      );
    const onMessage = (answer: RenderAnswer): void => {
      if (answer.type === 'batch') {
        const taken = take(answer.files).then(() => worker.postMessage('taken'));
        taken.catch(onError);
        taking.push(taken);
      } else if (answer.type === 'error') onError(new Error(answer.message));
      else Promise.all(taking).then(() => settle(resolve), onError);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(request);
  });
}
