import { once } from 'node:events';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { fhirAuditEvent, type StoredAuditEvent } from '@hutong/storage-config';
import { tlsFiles, tokenIn } from './credentialFiles.ts';
import { type AuditReceiver, DeliveryFailed, networkReason, type ReceiverFiles } from './receiver.ts';

/** Longest that one event may take, in milliseconds. */
const ATTEMPT_MS = 20_000;

/** The receiver understood the event and will not take it, however often it is sent. */
const NEVER: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/**
 * A FHIR server that takes AuditEvents: each is created by a POST (IHE ITI-20, ATX: FHIR Feed), one after the other.
 * Redirects are not followed.
 *
 * @param url base of the FHIR server
 */
export function fhirReceiver(url: URL, files: ReceiverFiles, source: string): AuditReceiver {
  const target = new URL(`${url.href.replace(/\/+$/, '')}/AuditEvent`);
  return {
    async deliver(events, signal) {
      const secure = target.protocol === 'https:';
      const agent = secure
        ? new HttpsAgent({
            keepAlive: true,
            maxSockets: 1,
            rejectUnauthorized: true,
            ...(await tlsFiles(files)),
          })
        : new HttpAgent({ keepAlive: true, maxSockets: 1 });
      const token = await tokenIn(files);
      const receipt = { delivered: 0, rejected: 0 };
      try {
        for await (const page of events) {
          for (const event of page) {
            const status = await post(target, agent, token, resourceOf(event, source), signal);
            if (status >= 200 && status < 300) receipt.delivered += 1;
            else if (NEVER.has(status)) receipt.rejected += 1;
            else throw new DeliveryFailed(`HTTP status ${status}`);
          }
        }
        return receipt;
      } catch (error) {
        throw new DeliveryFailed(signal.aborted ? 'the worker stops' : networkReason(error));
      } finally {
        agent.destroy();
      }
    },
  };
}

/** The event as it is created: its id is the receiver's to give, so ours goes along as an identity of the request. */
function resourceOf(event: StoredAuditEvent, source: string): Buffer {
  const { id, ...resource } = fhirAuditEvent(event, source);
  const meta = resource['meta'] ?? {};
  const tag = [{ system: 'urn:hutong:audit', code: String(id) }];
  return Buffer.from(JSON.stringify({ ...resource, meta: { ...meta, tag } }));
}

async function post(
  target: URL,
  agent: HttpAgent | HttpsAgent,
  token: string | null,
  body: Buffer,
  signal: AbortSignal,
): Promise<number> {
  const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
    method: 'POST',
    agent,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    headers: {
      'Content-Type': 'application/fhir+json; charset=utf-8',
      'Content-Length': body.length,
      Accept: 'application/fhir+json',
      Prefer: 'return=minimal',
      'User-Agent': 'Hutong',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
  });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  // Let through, so that the connection can be used again.
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode ?? 0;
}
