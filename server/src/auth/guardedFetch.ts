import { type AllowedAddresses, checkedLookup, checkLiteralAddress } from '@hutong/storage-config';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

const LONGEST_ANSWER = 64 * 1024;
const LONGEST_MS = 5000;

/**
 * What this server asks or tells others by itself (that somebody signed out; the keys of a system that asks), at addresses
 * that HUTONG_WEBHOOK_ADDRESSES allows: names are
 * judged when they are resolved, and redirects are not followed.
 */
export function guardedFetch(allowed: AllowedAddresses) {
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input);
    checkLiteralAddress(url, allowed);
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body;
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new TypeError('only texts are sent');
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const headers = Object.fromEntries(new Headers(init.headers));
    if (init.body instanceof URLSearchParams)
      headers['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
    const sent = send(
      url,
      {
        method: init.method ?? 'GET',
        headers,
        lookup: checkedLookup(allowed),
        signal: AbortSignal.timeout(LONGEST_MS),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > LONGEST_ANSWER) answer.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        answer.on('error', reject);
        answer.on('end', () => {
          const status = answer.statusCode ?? 502;
          const none = status === 204 || status === 304;
          const type = answer.headers['content-type'];
          resolve(
            new Response(none ? null : Buffer.concat(chunks), {
              status,
              ...(type === undefined ? {} : { headers: { 'Content-Type': type } }),
            }),
          );
        });
      },
    );
    sent.on('error', reject);
    sent.end(body ?? undefined);
    return promise;
  };
}
