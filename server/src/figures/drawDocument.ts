import { Worker } from 'node:worker_threads';
import type { Figures } from '@hutong/recognition';

export interface DocumentWork {
  figures: Figures;
  digest: string;
}

/** The report as PDF, drawn in a thread of its own: setting some hundred lines takes longer than others should wait. */
export function drawDocument(work: DocumentWork): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./documentThread.ts', import.meta.url), { workerData: work });
    thread.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)));
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the thread that draws documents ended with ${code}`)));
  });
}
