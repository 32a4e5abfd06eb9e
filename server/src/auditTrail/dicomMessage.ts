import type { AuditAction } from '@hutong/storage-config';
import type { AuditEventBody } from '../contract/audit.ts';
import { AUDIT_WORDS, type Code, OUTCOMES } from './words.ts';

/** Object types of participating objects (PS3.15 A.5.1): a person, or a system object. */
const PERSON = '1';
const SYSTEM_OBJECT = '2';

/** What XML 1.0 cannot hold at all, by number, so that no control character stands in this file. */
const isWritable = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return code === 9 || code === 10 || code === 13 || (code >= 32 && code !== 0xfffe && code !== 0xffff);
};

const escaped = (text: string): string =>
  Array.from(text)
    .filter(isWritable)
    .join('')
    .replace(/[<>&"'\t\n\r]/g, (character) => `&#${character.codePointAt(0) ?? 32};`);

const attributes = (given: Record<string, string>): string =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');

const coded = (element: string, { code, display }: Code, system = 'DCM'): string =>
  `<${element}${attributes({ 'csd-code': code, codeSystemName: system, originalText: display })}/>`;

/**
 * An audit event as a DICOM audit message (PS3.15 A.5.1, the schema of RFC 3881 as DICOM amended it).
 *
 * @param source AuditSourceID: which system tells it
 */
export function dicomAuditMessage(event: AuditEventBody, source: string): string {
  const words = AUDIT_WORDS[event.action as AuditAction];
  const identification = attributes({
    EventActionCode: words.kind,
    EventDateTime: event.at,
    EventOutcomeIndicator: OUTCOMES[event.outcome],
  });
  const type = words.type === null ? '' : coded('EventTypeCode', words.type);
  const requestor = attributes({
    UserID: event.actor.id === '' ? event.actor.kind : event.actor.id,
    ...(event.actor.name === '' ? {} : { UserName: event.actor.name }),
    UserIsRequestor: 'true',
    ...(event.actor.address === ''
      ? {}
      : { NetworkAccessPointID: event.actor.address, NetworkAccessPointTypeCode: '2' }),
  });
  const purpose = coded('PurposeOfUse', { code: event.purpose, display: event.purpose }, 'HL7 PurposeOfUse');
  return (
    `<AuditMessage><EventIdentification${identification}>${coded('EventID', words.event)}${type}${purpose}</EventIdentification>` +
    `<ActiveParticipant${requestor}>${coded('RoleIDCode', { code: '110153', display: 'Source Role ID' })}</ActiveParticipant>` +
    `<ActiveParticipant${attributes({ UserID: source, UserIsRequestor: 'false' })}>${coded('RoleIDCode', { code: '110152', display: 'Destination Role ID' })}</ActiveParticipant>` +
    `<AuditSourceIdentification${attributes({ AuditSourceID: source, ...(event.hospital === '' ? {} : { AuditEnterpriseSiteID: event.hospital }) })}><AuditSourceTypeCode csd-code="4"/></AuditSourceIdentification>` +
    `${objects(event)}</AuditMessage>`
  );
}

function objects(event: AuditEventBody): string {
  const found: string[] = [];
  if (event.studyInstanceUid !== '') {
    const series = event.seriesInstanceUid === '' ? '' : detail('SeriesInstanceUID', event.seriesInstanceUid);
    found.push(
      object(event.studyInstanceUid, SYSTEM_OBJECT, '3', { code: '110180', display: 'Study Instance UID' }) +
        `${series}${detail('Count', String(event.count))}</ParticipantObjectIdentification>`,
    );
  }
  if (event.patientId !== '') {
    const issued = `${event.patientId}^^^${event.hospital}`;
    found.push(
      `${object(issued, PERSON, '1', { code: '2', display: 'Patient Number' }, 'RFC-3881')}</ParticipantObjectIdentification>`,
    );
  }
  if (typeof event.detail['query'] === 'string') {
    const query = Buffer.from(event.detail['query']).toString('base64');
    found.push(
      `${object('query', SYSTEM_OBJECT, '24', { code: '10', display: 'Search Criteria' }, 'RFC-3881')}<ParticipantObjectQuery>${query}</ParticipantObjectQuery></ParticipantObjectIdentification>`,
    );
  }
  return found.join('');
}

/** The beginning of a participating object, up to its name; XML wants the parts in this order. */
function object(id: string, type: string, role: string, idType: Code, system = 'DCM'): string {
  const given = attributes({
    ParticipantObjectID: id,
    ParticipantObjectTypeCode: type,
    ParticipantObjectTypeCodeRole: role,
  });
  const named = id === 'query' ? '' : '<ParticipantObjectName/>';
  return `<ParticipantObjectIdentification${given}>${coded('ParticipantObjectIDTypeCode', idType, system)}${named}`;
}

const detail = (type: string, value: string): string =>
  `<ParticipantObjectDetail${attributes({ type, value: Buffer.from(value).toString('base64') })}/>`;

/** Several messages as one document. */
export function dicomAuditMessages(events: readonly AuditEventBody[], source: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<AuditMessages>${events
    .map((event) => dicomAuditMessage(event, source))
    .join('\n')}</AuditMessages>\n`;
}
