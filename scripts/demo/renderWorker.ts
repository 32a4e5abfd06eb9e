import { demoStudies, instancesOf } from '@hutong/test/factories';
import { parentPort } from 'node:worker_threads';

/** Asks the worker to render a study of the demo. */
export interface RenderRequest {
  key: string;
  baseDate: string;
  /** SOPInstanceUIDs that are stored already. */
  skip: string[];
  batchSize: number;
  /** Batches that may be under way before one has been taken. */
  ahead: number;
}

/** Answers: batches of files, then the end. The receiver posts `'taken'` for each batch. */
export type RenderAnswer =
  { type: 'batch'; files: ArrayBuffer[] } | { type: 'end' } | { type: 'error'; message: string };

const port = parentPort;
if (port === null) throw new Error('renderWorker runs in a worker thread');

let underWay = 0;
let wake: (() => void) | null = null;

async function render(
  request: RenderRequest,
  post: (answer: RenderAnswer, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  const study = demoStudies(request.baseDate).find(({ key }) => key === request.key);
  if (study === undefined) throw new Error(`no demo study "${request.key}"`);
  let files: ArrayBuffer[] = [];
  const flush = async (): Promise<void> => {
    if (files.length === 0) return;
    post({ type: 'batch', files }, files);
    files = [];
    underWay++;
    while (underWay >= request.ahead) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  for (const { bytes } of instancesOf(study.spec, new Set(request.skip))) {
    files.push(
      bytes.byteLength === bytes.buffer.byteLength ? (bytes.buffer as ArrayBuffer) : bytes.slice().buffer,
    );
    if (files.length >= request.batchSize) await flush();
  }
  await flush();
}

port.on('message', (message: RenderRequest | 'taken') => {
  if (message === 'taken') {
    underWay--;
    wake?.();
    return;
  }
  const post = (answer: RenderAnswer, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(answer, transfer);
  underWay = 0;
  render(message, post).then(
    () => post({ type: 'end' }),
    (error: unknown) =>
      post({ type: 'error', message: error instanceof Error ? error.message : String(error) }),
  );
});
