import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, S3Error } from 'minio';
import type { S3Config } from '../config/storage.ts';
import { errorCode } from '../database.ts';
import { ObjectNotFound, ObjectStoreFull, ObjectStoreUnavailable } from '../objectStore.ts';

/** Longest the server may take to begin its answer, and a connection to stand still before that. */
const ANSWER_MS = 30_000;
/** Longest a body may stand still: a slow reader of ours pauses it too. */
const BODY_MS = 300_000;
const MAX_SOCKETS = 64;

/** The S3 client, with kept-alive connections, bounded in number, and time limits on every request. */
export function newS3Client(config: S3Config): { client: Client; close: () => void } {
  const secure = config.endpoint.protocol === 'https:';
  const base = secure ? https : http;
  const agent = new base.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' });
  const request = (
    options: http.RequestOptions,
    callback?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const made = base.request(options, callback);
    made.setTimeout(ANSWER_MS, () => made.destroy(timeout()));
    made.once('response', () => {
      made.setTimeout(BODY_MS);
    });
    return made;
  };
  const client = new Client({
    endPoint: config.endpoint.hostname,
    port: Number(config.endpoint.port) || (secure ? 443 : 80),
    useSSL: secure,
    accessKey: config.accessKey,
    secretKey: config.secretKey,
    region: config.region,
    transport: { request: request as typeof http.request },
    transportAgent: agent,
    // The client's own retries print to the console; ours are below.
    retryOptions: { disableRetry: true },
  });
  return { client, close: () => agent.destroy() };
}

function timeout(): Error {
  return Object.assign(new Error('the S3 server did not answer in time'), { code: 'ETIMEDOUT' });
}

const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const FULL = new Set([
  'QuotaExceeded',
  'EntityTooLargeForQuota',
  'XMinioStorageFull',
  'InsufficientStorage',
  'StorageFull',
]);
/** Asking again cannot help. */
const FINAL = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'NoSuchBucket',
  'InvalidRange',
  'InvalidBucketName',
]);

/**
 * Runs a request that may be repeated, again after a lost connection or a server's error, three times in all; then with
 * the error turned into the store's own.
 */
export async function repeated<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const translated = translate(error);
      if (attempt >= attempts || !isWorthRepeating(error, translated)) throw translated;
      await sleep(100 * 3 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }
}

function isWorthRepeating(error: unknown, translated: unknown): boolean {
  return translated instanceof ObjectStoreUnavailable && !FINAL.has(errorCode(error) ?? '');
}

function translate(error: unknown): unknown {
  const code = errorCode(error) ?? '';
  if (MISSING.has(code)) return new ObjectNotFound('no object has this key', { cause: error });
  if (FULL.has(code)) return new ObjectStoreFull('the object store is full', { cause: error });
  if (error instanceof S3Error || code !== '') {
    return new ObjectStoreUnavailable(`the object store refused or did not answer (${code || 'unknown'})`, {
      cause: error,
    });
  }
  if (error instanceof Error && /^(Request failed|Retryable HTTP)/.test(error.message)) {
    return new ObjectStoreUnavailable('the object store answered with a server error', { cause: error });
  }
  return error;
}
