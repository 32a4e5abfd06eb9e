import { createHmac } from 'node:crypto';

/** Headers of a signed delivery as Standard Webhooks defines them (https://www.standardwebhooks.com). */
export type SignedHeaders = Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;

/**
 * Signs a delivery: HMAC-SHA256 over id, timestamp and body, joined by dots, with the bytes behind `whsec_` as key.
 *
 * @param id the same for every attempt at one delivery; without a dot
 * @param seconds when this attempt is made, since 1970
 */
export function signDelivery(secret: string, id: string, seconds: number, body: string): SignedHeaders {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
