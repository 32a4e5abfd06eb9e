import http from 'node:http';
import https from 'node:https';
import { parseMultipart, type Part } from './multipart.ts';

/** A request of the suite. Nothing is sent that is not said here: no Accept, no Accept-Encoding. */
export interface Request {
  /** GET when absent. */
  method?: string;
  /** Path and query below the DICOMweb root, or a whole URL. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array | AsyncIterable<Uint8Array>;
}

/** An answer, whole, as it came over the wire. */
export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
  /** What was asked, for messages. */
  asked: string;
}

const agents = {
  http: new http.Agent({ keepAlive: true, maxSockets: 8 }),
  https: new https.Agent({ keepAlive: true, maxSockets: 8 }),
};
const TIMEOUT_MS = 60_000;

/** Sends a request and reads the whole answer. @throws Error when no answer comes within a minute */
export function send(root: string, request: Request, token: string | null = null): Promise<Answer> {
  const url = new URL(/^https?:/.test(request.path) ? request.path : root + request.path);
  const { method = 'GET', body } = request;
  const headers: Record<string, string | number> = { ...request.headers };
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (body instanceof Uint8Array) headers['content-length'] = body.byteLength;
  const asked = `${method} ${url.pathname}${url.search}${headers['accept'] === undefined ? '' : ` (Accept: ${headers['accept']})`}`;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const call = (secure ? https : http).request(
      url,
      { method, headers, agent: secure ? agents.https : agents.http, timeout: TIMEOUT_MS },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
            asked,
          }),
        );
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    call.on('error', (error) => reject(new Error(`${asked}: ${error.message}`)));
    if (body === undefined || body instanceof Uint8Array) call.end(body);
    else
      void (async () => {
        try {
          for await (const chunk of body)
            if (!call.write(chunk)) await new Promise((r) => call.once('drain', r));
          call.end();
        } catch (error) {
          call.destroy(error instanceof Error ? error : new Error('the body broke off'));
        }
      })();
  });
}

/** Value of a header of the answer; of several, all, joined. */
export function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Media type of the answer without parameters, lower case. */
export const mediaType = (answer: Answer): string =>
  (header(answer, 'content-type') ?? '').split(';')[0]!.trim().toLowerCase();

/** Parts of a multipart/related answer. @throws Error when it is none, or not well formed (RFC 2046, RFC 2387) */
export function parts(answer: Answer): Part[] {
  return parseMultipart(header(answer, 'content-type') ?? '', answer.body);
}
