import type { AuditExportConfig, StoredAuditEvent } from '@hutong/storage-config';
import { errorCode } from '@hutong/storage-config';

/** How the receiver answered: events it confirmed to have, and those it will never take. */
export interface Receipt {
  delivered: number;
  rejected: number;
}

/**
 * Somewhere events are sent to. One delivery at a time; it resolves when the receiver has confirmed everything.
 *
 * @throws DeliveryFailed when it is not known to have everything; then all is sent again
 */
export interface AuditReceiver {
  deliver(events: AsyncIterable<readonly StoredAuditEvent[]>, signal: AbortSignal): Promise<Receipt>;
}

/** The receiver is away or does not confirm. The reason quotes nothing of an event. */
export class DeliveryFailed extends Error {
  override name = 'DeliveryFailed';
}

/** What an error of the network says, without what was sent. */
export function networkReason(error: unknown): string {
  if (error instanceof DeliveryFailed) return error.message;
  return errorCode(error) ?? (error instanceof Error ? error.name : 'unknown');
}

/** Files of the operator that receivers are spoken to with. */
export type ReceiverFiles = Pick<AuditExportConfig, 'caFile' | 'certFile' | 'keyFile' | 'tokenFile'>;
