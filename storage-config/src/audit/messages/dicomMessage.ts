import { isIP } from 'node:net';
import type { StoredAuditEvent } from '../readAudit.ts';
import { type Code, OUTCOMES, PURPOSE_WORDS, wordsOf } from './eventCodes.ts';

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

/** Where somebody is in the network: an address, or the name of a machine. */
const accessPoint = (address: string): Record<string, string> =>
  address === ''
    ? {}
    : { NetworkAccessPointID: address, NetworkAccessPointTypeCode: isIP(address) === 0 ? '1' : '2' };

/**
 * An audit event as a DICOM audit message (PS3.15 A.5.1, the schema of RFC 3881 as DICOM amended it), on one line. Values
 * that nobody of us wrote stand in attributes, escaped, or as Base64. PurposeOfUse is IHE's addition (ITI TF-2 3.20).
 *
 * @param source AuditSourceID: which system tells it
 */
export function dicomAuditMessage(event: StoredAuditEvent, source: string): string {
  const words = wordsOf(event.action);
  const identification = attributes({
    EventActionCode: words.kind,
    EventDateTime: event.at,
    EventOutcomeIndicator: OUTCOMES[event.outcome] ?? '0',
  });
  const type = words.type === null ? '' : coded('EventTypeCode', words.type);
  const requestor = attributes({
    UserID: event.actorId === '' ? event.actorKind : event.actorId,
    ...(event.actorName === '' ? {} : { UserName: event.actorName }),
    UserIsRequestor: 'true',
    ...accessPoint(event.address),
  });
  const meaning = PURPOSE_WORDS[event.purpose] ?? event.purpose;
  const purpose =
    event.purpose === ''
      ? ''
      : coded('PurposeOfUse', { code: event.purpose, display: meaning }, 'HL7 PurposeOfUse');
  const site = event.hospital === '' ? {} : { AuditEnterpriseSiteID: event.hospital };
  return (
    `<AuditMessage><EventIdentification${identification}>${coded('EventID', words.event)}${type}${purpose}</EventIdentification>` +
    `<ActiveParticipant${requestor}>${coded('RoleIDCode', { code: '110153', display: 'Source Role ID' })}</ActiveParticipant>` +
    `<ActiveParticipant${attributes({ UserID: source, UserIsRequestor: 'false' })}>${coded('RoleIDCode', { code: '110152', display: 'Destination Role ID' })}</ActiveParticipant>` +
    `<AuditSourceIdentification${attributes({ ...site, AuditSourceID: source })}><AuditSourceTypeCode csd-code="4"/></AuditSourceIdentification>` +
    `${objects(event)}</AuditMessage>`
  );
}

const URI: Code = { code: '12', display: 'URI' };

function objects(event: StoredAuditEvent): string {
  const found: string[] = [];
  const { query, ...facts } = JSON.parse(event.detail) as Record<string, unknown>;
  if (event.studyInstanceUid !== '') {
    const series = event.seriesInstanceUid === '' ? '' : detail('SeriesInstanceUID', event.seriesInstanceUid);
    const idType = { code: '110180', display: 'Study Instance UID' };
    found.push(
      object(
        event.studyInstanceUid,
        [SYSTEM_OBJECT, '3'],
        coded(ID_TYPE, idType),
        `${NO_NAME}${series}${detail('Count', String(event.count))}`,
      ),
    );
  }
  // A deleted study is told with its patient (PS3.15 Table A.5.3.8-1), also where its PatientID is empty.
  if (event.patientId !== '' || (event.action === 'delete' && event.studyInstanceUid !== '')) {
    const idType = coded(ID_TYPE, { code: '2', display: 'Patient Number' }, 'RFC-3881');
    found.push(object(`${event.patientId}^^^${event.hospital}`, [PERSON, '1'], idType, NO_NAME));
  }
  if (typeof query === 'string') {
    const idType = coded(ID_TYPE, { code: '10', display: 'Search Criteria' }, 'RFC-3881');
    const base64 = Buffer.from(query).toString('base64');
    const asked = `<ParticipantObjectQuery>${base64}</ParticipantObjectQuery>`;
    found.push(object('query', [SYSTEM_OBJECT, '24'], idType, asked));
  }
  // The event itself, by an id that says to a receiver whether it has it already, and what else is known of it.
  const known: [string, unknown][] = Object.entries({
    ...facts,
    request: event.requestId,
    ...(event.continues === null ? {} : { continues: auditEventId(event.writerId, event.continues) }),
  });
  const told = known.flatMap(([name, value]) =>
    value === null || value === undefined
      ? []
      : detail(name, typeof value === 'string' ? value : JSON.stringify(value)),
  );
  const id = `urn:hutong:audit:${auditEventId(event.writerId, event.sequence)}`;
  found.push(
    object(id, [SYSTEM_OBJECT, '13'], coded(ID_TYPE, URI, 'RFC-3881'), `${NO_NAME}${told.join('')}`),
  );
  return found.join('');
}

/** Names an event everywhere: its writer and its place there. */
export const auditEventId = (writerId: string, sequence: number): string => `${writerId}-${sequence}`;

const ID_TYPE = 'ParticipantObjectIDTypeCode';
/** The schema wants a name or a query. */
const NO_NAME = '<ParticipantObjectName/>';

/** A participating object; XML wants the parts in this order. */
function object(id: string, [type, role]: [string, string], idType: string, parts: string): string {
  const given = attributes({
    ParticipantObjectID: id,
    ParticipantObjectTypeCode: type,
    ParticipantObjectTypeCodeRole: role,
  });
  return `<ParticipantObjectIdentification${given}>${idType}${parts}</ParticipantObjectIdentification>`;
}

const detail = (type: string, value: string): string =>
  `<ParticipantObjectDetail${attributes({ type, value: Buffer.from(value).toString('base64') })}/>`;

/** Several messages as one document. */
export function dicomAuditMessages(events: readonly StoredAuditEvent[], source: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<AuditMessages>${events
    .map((event) => dicomAuditMessage(event, source))
    .join('\n')}</AuditMessages>\n`;
}
