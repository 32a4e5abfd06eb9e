/** For tests: the whole gateway on a real index, a real object store and HTTP. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  createApiKey,
  createHospital,
  loadConfig,
  openObjectStore,
  type HutongConfig,
  type KeyScope,
  type ObjectStore,
} from '@hutong/storage-config';
import { createTestDatabase } from '@hutong/storage-config/testing';
import type { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import type { ViewerDirectories } from './app.ts';
import { startServer } from './index.ts';
import { UNAUDITED } from './requestLog.ts';

export interface TestServer {
  url: string;
  /** Its data folder. */
  folder: string;
  index: Pool;
  objects: ObjectStore;
  /** Everything that was logged, one parsed line each. */
  logged: Record<string, unknown>[];
  /** Adds a hospital and returns the secret of a key for it. */
  hospitalKey(code: string, scopes?: KeyScope[]): Promise<string>;
  /** Keys of all objects in the store. */
  objectKeys(): Promise<string[]>;
  /** Closes the gateway alone; the index and the objects can still be looked at. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  env?: Record<string, string>;
  viewerDirectories?: ViewerDirectories;
  /** Stands between the gateway and the real object store. */
  wrapObjects?: (objects: ObjectStore) => ObjectStore;
}

function loggerInto(lines: Record<string, unknown>[]): Logger {
  return pino(
    { level: 'debug' },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
}

/** Starts a gateway of its own: a fresh database, a fresh folder, a free port. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'hutong-server-'));
  const config: HutongConfig = loadConfig({ HUTONG_DATA: folder, HUTONG_PORT: '0', ...options.env });
  const objects = await openObjectStore(config);
  const logged: Record<string, unknown>[] = [];
  const index = database.pool;
  const server = await startServer({
    config,
    index,
    objects: options.wrapObjects?.(objects) ?? objects,
    log: loggerInto(logged),
    viewerDirectories: options.viewerDirectories ?? {
      portal: path.join(folder, 'no'),
      ohif: path.join(folder, 'no'),
    },
  });
  let stopped: Promise<void> | undefined;
  return {
    url: server.url,
    folder,
    index,
    objects,
    logged,
    async hospitalKey(code, scopes = ['store', 'read']) {
      await createHospital(index, { code, nameZh: `${code}医院`, nameEn: `Hospital ${code}` });
      const { secret } = await createApiKey(index, { hospital: code, scopes });
      return secret;
    },
    async objectKeys() {
      const keys: string[] = [];
      for await (const { key } of objects.list('')) keys.push(key);
      return keys;
    },
    stop: () => (stopped ??= server.close()),
    async close() {
      await (stopped ??= server.close());
      const unaudited = logged
        .filter(({ msg }) => msg === UNAUDITED)
        .map(({ method, route }) => `${String(method)} ${String(route)}`);
      await objects.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
      if (unaudited.length > 0) throw new Error(`${UNAUDITED}: ${[...new Set(unaudited)].join(', ')}`);
    },
  };
}

export interface Part {
  bytes: Uint8Array;
  /** Lines of the part's header block; none for a part that has no headers. */
  headers?: string[];
}

export const BOUNDARY = 'hutong-test-boundary';

/** A multipart/related body of DICOM parts. */
export function multipartBody(parts: readonly (Part | Uint8Array)[], boundary = BOUNDARY): Buffer {
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    const { bytes, headers = ['Content-Type: application/dicom'] } =
      part instanceof Uint8Array ? { bytes: part } : part;
    pieces.push(Buffer.from(`--${boundary}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`), bytes);
    pieces.push(Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(pieces);
}

export interface StoreAnswer {
  status: number;
  headers: Headers;
  /** SOPInstanceUIDs of the Referenced SOP Sequence. */
  stored: string[];
  /** Items of the Failed SOP Sequence, then those of the Other Failures Sequence. */
  failed: { sopInstanceUid: string | null; reason: number; comment: string }[];
  text: string;
}

interface DicomJsonItem {
  [tag: string]: { Value?: unknown[] } | undefined;
}

/** Posts a body to a DICOMweb root and reads the answer. */
export async function postStore(
  root: string,
  body: Uint8Array | ReadableStream<Uint8Array>,
  {
    key,
    path: resource = '/studies',
    headers = {},
  }: { key?: string; path?: string; headers?: Record<string, string> } = {},
): Promise<StoreAnswer> {
  const answer = await fetch(root + resource, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);
  const text = await answer.text();
  const isDicom = answer.headers.get('content-type')?.startsWith('application/dicom+json') ?? false;
  const response = (isDicom ? JSON.parse(text) : {}) as DicomJsonItem;
  const items = (tag: string) => (response[tag]?.Value ?? []) as DicomJsonItem[];
  const first = (item: DicomJsonItem, tag: string) => item[tag]?.Value?.[0];
  return {
    status: answer.status,
    headers: answer.headers,
    stored: items('00081199').map((item) => String(first(item, '00081155'))),
    failed: [...items('00081198'), ...items('0008119A')].map((item) => ({
      sopInstanceUid: (first(item, '00081155') as string | undefined) ?? null,
      reason: Number(first(item, '00081197')),
      comment: String(first(item, '00000902')),
    })),
    text,
  };
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
