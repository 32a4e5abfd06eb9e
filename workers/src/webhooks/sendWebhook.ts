import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { errorCode } from '@hutong/storage-config';
import {
  AddressRefused,
  type AllowedAddresses,
  checkedLookup,
  checkLiteralAddress,
} from './addressPolicy.ts';
import { signDelivery } from './signature.ts';

export interface WebhookTarget {
  url: string;
  secret: string;
}

/** One delivery. `id` is the same for every attempt at it. */
export interface WebhookMessage {
  id: string;
  body: string;
  /** `application/json` when absent. */
  contentType?: string;
}

/** `ok`: answered 2xx. `gone`: answered 410, which asks for no more. The reason holds nothing of the answer's body. */
export type WebhookOutcome = { kind: 'ok' } | { kind: 'failed' | 'gone'; reason: string };

export interface WebhookSender {
  send(target: WebhookTarget, message: WebhookMessage, signal?: AbortSignal): Promise<WebhookOutcome>;
  close(): void;
}

/** Longest that one attempt may take, in milliseconds. */
const ATTEMPT_MS = 10_000;
const IDLE_CONNECTION_MS = 5_000;

/**
 * Sends signed deliveries. Redirects are not followed, for they could lead anywhere; of the answer nothing but the status
 * is looked at.
 */
export function webhookSender(allowed: AllowedAddresses): WebhookSender {
  const options = { keepAlive: true, timeout: IDLE_CONNECTION_MS, maxSockets: 4 };
  const agents = { 'http:': new HttpAgent(options), 'https:': new HttpsAgent(options) };
  const lookup = checkedLookup(allowed);

  function attempt(
    target: WebhookTarget,
    message: WebhookMessage,
    signal: AbortSignal,
  ): Promise<WebhookOutcome> {
    const url = new URL(target.url);
    const secure = url.protocol === 'https:';
    checkLiteralAddress(url, allowed);
    const body = Buffer.from(message.body);
    return new Promise((resolve, reject) => {
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method: 'POST',
          agent: agents[secure ? 'https:' : 'http:'],
          lookup,
          signal,
          headers: {
            'Content-Type': message.contentType ?? 'application/json',
            'Content-Length': body.length,
            'User-Agent': 'Hutong',
            ...signDelivery(target.secret, message.id, Math.floor(Date.now() / 1000), message.body),
          },
        },
        (answer) => {
          const status = answer.statusCode ?? 0;
          // An answer is not read: a short one is let through so that the connection can be used again.
          answer.once('error', () => undefined);
          if (
            Number(answer.headers['content-length'] ?? 0) <= 65_536 &&
            answer.headers['transfer-encoding'] === undefined
          )
            answer.resume();
          else answer.destroy();
          if (status >= 200 && status < 300) resolve({ kind: 'ok' });
          else resolve({ kind: status === 410 ? 'gone' : 'failed', reason: `HTTP status ${status}` });
        },
      );
      request.on('error', (error) => {
        // A connection that was kept open may have ended at the other side just now: that says nothing.
        if (request.reusedSocket && errorCode(error) === 'ECONNRESET')
          attempt(target, message, signal).then(resolve, reject);
        else reject(error);
      });
      request.end(body);
    });
  }

  return {
    async send(target, message, signal) {
      const timeout = AbortSignal.timeout(ATTEMPT_MS);
      try {
        return await attempt(
          target,
          message,
          signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        );
      } catch (error) {
        return { kind: 'failed', reason: timeout.aborted ? 'no answer in time' : describe(error) };
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

function describe(error: unknown): string {
  if (error instanceof AddressRefused) return error.message;
  return errorCode(error) ?? (error instanceof Error ? error.name : 'unknown');
}
