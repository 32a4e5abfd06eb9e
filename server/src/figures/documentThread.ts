import { parentPort, workerData } from 'node:worker_threads';
import { reportDocument } from './document.ts';
import type { DocumentWork } from './drawDocument.ts';

const { figures, digest } = workerData as DocumentWork;
parentPort?.postMessage(await reportDocument(figures, digest));
