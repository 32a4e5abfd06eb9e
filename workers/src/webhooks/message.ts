import type { Change } from '@hutong/storage-config';
import type { WebhookMessage } from './sendWebhook.ts';

/** More instances than these are counted and not named; the change feed has them all. */
export const MAX_NAMED_INSTANCES = 100;

/** Body of a delivery: UIDs, codes and numbers, nothing of a patient. */
export interface WebhookBody {
  type: `change.${Change['action']}` | 'webhook.test';
  timestamp: string;
  data: Record<string, unknown>;
}

/** The delivery of a change to a webhook. */
export function changeMessage(webhookId: string, change: Change): WebhookMessage {
  const { number, previous, action, hospital, studyInstanceUid, seriesInstanceUid, sopInstanceUids, at } =
    change;
  const body: WebhookBody = {
    type: `change.${action}`,
    timestamp: at.toISOString(),
    data: {
      number,
      previous,
      action,
      hospital,
      studyInstanceUid,
      seriesInstanceUid,
      numberOfInstances: sopInstanceUids.length,
      ...(sopInstanceUids.length <= MAX_NAMED_INSTANCES ? { sopInstanceUids } : {}),
    },
  };
  return { id: `change-${number}-${webhookId}`, body: JSON.stringify(body) };
}

/** A delivery by which an operator tries a receiver. */
export function testMessage(webhookId: string, now: Date): WebhookMessage {
  const body: WebhookBody = { type: 'webhook.test', timestamp: now.toISOString(), data: {} };
  return { id: `test-${now.getTime()}-${webhookId}`, body: JSON.stringify(body) };
}
