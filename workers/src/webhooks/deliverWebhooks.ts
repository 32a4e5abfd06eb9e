import {
  advanceWebhook,
  type ChangeFilter,
  failWebhook,
  leaseDueWebhook,
  type LeasedWebhook,
  numberChanges,
  readChanges,
  releaseWebhook,
  type SecretBox,
  type WebhookBackoff,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';
import { fhirMessage } from './fhirMessage.ts';
import { changeMessage } from './message.ts';
import type { WebhookSender } from './sendWebhook.ts';

export interface DeliveryParts {
  index: pg.Pool;
  /** Opens secrets that are sealed; none where they lie there as they are. */
  secrets?: SecretBox;
  sender: WebhookSender;
  log: Logger;
  /** Address of the server, by which FHIR resources name one another; null: it is not known. */
  publicUrl?: string | null;
  backoff?: WebhookBackoff;
  pollMs?: number;
  /** How long a webhook is delivered to before the others that wait have their turn, in milliseconds. */
  turnMs?: number;
}

/** Webhooks that a worker delivers to at once. */
const AT_ONCE = 4;
const PAGE = 100;
const POLL_MS = 1000;
const TURN_MS = 20_000;
const BACKOFF: WebhookBackoff = { firstSeconds: 5, maxSeconds: 900 };

/**
 * Delivers the change feed to the webhooks. Any number of workers may: each webhook is held by one of them at a time, and
 * gets its changes in order, each at least once; where it stands is recorded after each answer, so whoever comes after a
 * worker that was killed goes on from there. A receiver that fails is tried again without end, later each time.
 */
export function startWebhookDelivery(parts: DeliveryParts): Loop {
  const { index, log, pollMs = POLL_MS } = parts;
  const stopping = new AbortController();
  const atWork = new Set<Promise<void>>();
  const loop = startLoop('webhooks', log, async () => {
    await numberChanges(index);
    while (atWork.size < AT_ONCE && !stopping.signal.aborted) {
      const webhook = await leaseDueWebhook(index, parts.secrets);
      if (webhook === null) break;
      const work = deliverTo(parts, webhook, stopping.signal)
        .catch((error: unknown) => {
          // The index is away: the lease runs out, and the change is delivered once more.
          log.warn(
            { webhook: webhook.id, error: error instanceof Error ? error.name : 'unknown' },
            'webhook let go',
          );
        })
        .finally(() => atWork.delete(work));
      atWork.add(work);
    }
    return pollMs;
  });
  return {
    stop: async () => {
      stopping.abort();
      await loop.stop();
      await Promise.all(atWork);
      parts.sender.close();
    },
  };
}

/** Delivers until nothing is left, its turn is over, an attempt fails, the webhook is taken away, or the worker stops. */
async function deliverTo(
  { index, sender, log, backoff = BACKOFF, turnMs = TURN_MS, publicUrl = null }: DeliveryParts,
  webhook: LeasedWebhook,
  stopping: AbortSignal,
): Promise<void> {
  const filter: ChangeFilter = {
    hospitals: webhook.hospitalCode === null ? null : [webhook.hospitalCode],
    actions: webhook.actions,
  };
  const stopped = (): boolean => stopping.aborted;
  let { cursor, failures } = webhook;
  // A slow receiver with much to come would otherwise keep its place from those that are quick.
  const turnEnds = Date.now() + turnMs;
  while (!stopped()) {
    const { last, forgotten } = await numberChanges(index);
    if (cursor < forgotten)
      log.warn({ webhook: webhook.id, cursor, forgotten }, 'webhook missed changes no longer kept');
    const changes = await readChanges(index, cursor, filter, PAGE);
    for (const change of changes) {
      const message =
        webhook.format === 'fhir'
          ? await fhirMessage(index, webhook, change, publicUrl)
          : changeMessage(webhook.id, change);
      const outcome = await sender.send(webhook, message, stopping);
      if (outcome.kind !== 'ok') {
        // Cut off by our own end is no failure of the receiver.
        if (stopped()) await releaseWebhook(index, webhook);
        else await recordFailure(outcome);
        return;
      }
      if (failures > 0) log.info({ webhook: webhook.id, failures }, 'webhook works again');
      failures = 0;
      cursor = change.number;
      if (!(await advanceWebhook(index, webhook, cursor, true))) return;
      if (stopped()) break;
      if (Date.now() >= turnEnds) {
        await releaseWebhook(index, webhook, { asLast: true });
        return;
      }
    }
    if (changes.length < PAGE && !stopped()) {
      if (last > cursor) await advanceWebhook(index, webhook, last, false);
      break;
    }
  }
  await releaseWebhook(index, webhook);

  async function recordFailure(outcome: { kind: 'failed' | 'gone'; reason: string }): Promise<void> {
    const stop = outcome.kind === 'gone';
    const count = await failWebhook(index, webhook, outcome.reason, { backoff, stop });
    const details = { webhook: webhook.id, failures: count, reason: outcome.reason };
    if (stop) log.error(details, 'webhook paused: its receiver asks for no more');
    else log.warn(details, 'webhook failed; will be tried again');
  }
}
