import { hostname } from 'node:os';
import { dicomAuditMessage, type StoredAuditEvent } from '@hutong/storage-config';

/** Facility "security/authorization messages", as IHE ITI-20 recommends. */
const FACILITY = 10;
/** Severities: notice for what succeeded, warning for refusals and alerts, error for failures. */
const NOTICE = 5;
const WARNING = 4;
const ERROR = 3;

/** MSGID of DICOM audit messages (PS3.15 A.6.1). */
const MSGID = 'DICOM+RFC3881';
const BOM = '\ufeff';

function severityOf({ action, outcome }: StoredAuditEvent): number {
  if (outcome === 'failed') return ERROR;
  return outcome === 'refused' || action === 'securityAlert' || action === 'breakGlass' ? WARNING : NOTICE;
}

/** A header field: printable ASCII without spaces, at most so long (RFC 5424 section 6). */
const field = (text: string, longest: number): string =>
  text.replace(/[^\x21-\x7e]/g, '').slice(0, longest) || '-';

/**
 * An audit event as a syslog message (RFC 5424) with a DICOM audit message in UTF-8 behind a byte order mark. The process
 * id is the writer of the event. The text is on one line: what the message quotes is escaped.
 *
 * @param source AuditSourceID of the message
 */
export function syslogMessage(event: StoredAuditEvent, source: string, machine = hostname()): string {
  const priority = FACILITY * 8 + severityOf(event);
  const header = `<${priority}>1 ${event.at} ${field(machine, 255)} hutong ${field(event.writerId, 128)} ${MSGID} -`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?>${dicomAuditMessage(event, source)}`;
  return `${header} ${BOM}${xml}`;
}

/** A message as the stream has it: its length in octets before it (RFC 5425 section 4.3, RFC 6587 section 3.4.1). */
export function frame(message: string): Buffer {
  const octets = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${octets.length} `), octets]);
}
