import { fhirReceiver } from './fhirReceiver.ts';
import type { AuditReceiver, ReceiverFiles } from './receiver.ts';
import { syslogReceiver } from './syslogReceiver.ts';

/**
 * The receiver at an address of the configuration.
 *
 * @param source what the messages name as their source
 */
export function receiverAt(destination: string, files: ReceiverFiles, source: string): AuditReceiver {
  const url = new URL(destination);
  return url.protocol === 'tls:' || url.protocol === 'tcp:'
    ? syslogReceiver(url, files, source)
    : fhirReceiver(url, files, source);
}
