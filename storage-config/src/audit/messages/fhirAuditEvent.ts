import { isIP } from 'node:net';
import type { StoredAuditEvent } from '../readAudit.ts';
import { auditEventId } from './dicomMessage.ts';
import { type AuditWords, OUTCOMES, PURPOSE_WORDS, wordsOf } from './eventCodes.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const ENTITY_TYPE = `${TERMINOLOGY}/audit-entity-type`;
const ENTITY_ROLE = `${TERMINOLOGY}/object-role`;
const BALP = 'https://profiles.ihe.net/ITI/BALP';

type Json = Record<string, unknown>;

const SOURCE_ROLE = coding(DCM, '110153', 'Source Role ID');
const DESTINATION_ROLE = coding(DCM, '110152', 'Destination Role ID');

/** Which end of the line client and server are: data flows to who reads (BALP Read), queries and stores to the server. */
const ENDS = {
  read: { client: DESTINATION_ROLE, server: SOURCE_ROLE },
  delete: {
    client: coding(DCM, '110150', 'Application'),
    server: coding(`${TERMINOLOGY}/provenance-participant-type`, 'custodian', 'Custodian'),
  },
  other: { client: SOURCE_ROLE, server: DESTINATION_ROLE },
} as const;

const RECIPIENT = coding(`${TERMINOLOGY}/v3-ParticipationType`, 'IRCP', 'information recipient');
const AUTHOR = coding(`${TERMINOLOGY}/v3-ParticipationType`, 'AUT', 'author (originator)');

const PROFILES = {
  create: 'Create',
  read: 'Read',
  update: 'Update',
  delete: 'Delete',
  search: 'Query',
} as const;

/**
 * An audit event as a FHIR R4 AuditEvent after IHE Basic Audit Log Patterns: create, read, update, delete and search follow
 * their patterns and name them; what is none of these is told by its DICOM codes alone.
 *
 * @param source which system tells it: a host name
 */
export function fhirAuditEvent(event: StoredAuditEvent, source: string): Json {
  const words = wordsOf(event.action);
  const { interaction } = words;
  const profile = profileOf(event, interaction);
  const dicom = { system: DCM, code: words.event.code, display: words.event.display };
  const subtypes = [
    ...(interaction === null ? [] : [restCode(interaction), dicom]),
    ...(words.type === null ? [] : [{ system: DCM, code: words.type.code, display: words.type.display }]),
  ];
  return {
    resourceType: 'AuditEvent',
    id: auditEventId(event.writerId, event.sequence),
    ...(profile === null ? {} : { meta: { profile: [profile] } }),
    type:
      interaction === null
        ? dicom
        : { system: `${TERMINOLOGY}/audit-event-type`, code: 'rest', display: 'Restful Operation' },
    ...(subtypes.length === 0 ? {} : { subtype: subtypes }),
    action: words.kind,
    recorded: event.at,
    outcome: OUTCOMES[event.outcome] ?? '0',
    ...(event.purpose === '' ? {} : { purposeOfEvent: [purposeOf(event)] }),
    agent: agents(event, source, interaction),
    source: {
      ...(event.hospital === '' ? {} : { site: event.hospital }),
      observer: observer(source),
      type: [{ system: `${TERMINOLOGY}/security-source-type`, code: '4', display: 'Application Server' }],
    },
    entity: entities(event, interaction),
  };
}

/** The pattern that an event meets in full, or null: patterns are of what succeeded, over the network, on something. */
function profileOf(event: StoredAuditEvent, interaction: AuditWords['interaction']): string | null {
  if (interaction === null || event.outcome !== 'success' || event.address === '') return null;
  if (interaction !== 'search' && event.studyInstanceUid === '') return null;
  const patient = event.patientId === '' ? '' : 'Patient';
  return `${BALP}/StructureDefinition/IHE.BasicAudit.${patient}${PROFILES[interaction]}`;
}

const restCode = (interaction: string): Json => ({
  system: 'http://hl7.org/fhir/restful-interaction',
  code: interaction,
  display: interaction,
});

const purposeOf = ({ purpose }: StoredAuditEvent): Json =>
  coding(`${TERMINOLOGY}/v3-ActReason`, purpose, PURPOSE_WORDS[purpose] ?? purpose);

const observer = (source: string): Json => ({ identifier: { value: source }, display: source });

const network = (address: string): Json =>
  address === '' ? {} : { network: { address, type: isIP(address) === 0 ? '1' : '2' } };

/** Client and server as the two ends of the network, and the person who asked, where there is one. */
function agents(event: StoredAuditEvent, source: string, interaction: AuditWords['interaction']): Json[] {
  const ends = interaction === 'read' || interaction === 'delete' ? ENDS[interaction] : ENDS.other;
  const isPerson = event.actorKind === 'person' || event.actorKind === 'system';
  const who = {
    identifier: { value: event.actorId === '' ? event.actorKind : event.actorId },
    ...(event.actorName === '' ? {} : { display: event.actorName }),
  };
  const user = {
    type: interaction === 'read' || interaction === 'search' ? RECIPIENT : AUTHOR,
    who,
    ...(event.actorName === '' ? {} : { name: event.actorName }),
    requestor: true,
    ...(event.purpose === '' ? {} : { purposeOfUse: [purposeOf(event)] }),
  };
  return [
    {
      type: ends.client,
      who: isPerson ? { display: event.address === '' ? 'local' : event.address } : who,
      requestor: !isPerson,
      ...network(event.address),
    },
    { type: ends.server, who: observer(source), requestor: false, ...network(source) },
    ...(isPerson ? [user] : []),
  ];
}

function coding(system: string, code: string, display: string): Json {
  return { coding: [{ system, code, display }] };
}

/** What was touched: the study, or else the query, the patient, and the request. */
function entities(event: StoredAuditEvent, interaction: AuditWords['interaction']): Json[] {
  const { query, ...others } = JSON.parse(event.detail) as Record<string, unknown>;
  const ofStudy = event.studyInstanceUid !== '' && interaction !== 'search';
  // A pattern takes one system object: the study, with the query as a detail of it, or the query.
  const facts = ofStudy && query !== undefined ? { ...others, query } : others;
  const told = Object.entries(facts).map(([name, value]) => ({
    type: name,
    valueString: (typeof value === 'string' ? value : JSON.stringify(value)) || '-',
  }));
  const counted = [
    { type: 'Count', valueString: String(event.count) },
    ...(event.continues === null
      ? []
      : [{ type: 'Continues', valueString: auditEventId(event.writerId, event.continues) }]),
  ];
  const found: Json[] = [
    {
      what: { identifier: { value: event.requestId === '' ? 'none' : event.requestId } },
      type: { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' },
      // A query takes no details of its own.
      ...(ofStudy ? {} : { detail: [...counted, ...told] }),
    },
  ];
  if (!ofStudy && (interaction === 'search' || typeof query === 'string')) {
    found.push({
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: ENTITY_ROLE, code: '24', display: 'Query' },
      query: Buffer.from(typeof query === 'string' && query !== '' ? query : '?').toString('base64'),
    });
  }
  if (ofStudy) {
    found.push({
      what: { identifier: { system: 'urn:dicom:uid', value: `urn:oid:${event.studyInstanceUid}` } },
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: ENTITY_ROLE, code: '3', display: 'Report' },
      detail: [
        ...(event.seriesInstanceUid === ''
          ? []
          : [{ type: 'SeriesInstanceUID', valueString: event.seriesInstanceUid }]),
        ...counted,
        ...told,
      ],
    });
  }
  if (event.patientId !== '') {
    found.push({
      what: {
        type: 'Patient',
        identifier: { value: event.patientId, assigner: { display: event.hospital } },
      },
      type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
      role: { system: ENTITY_ROLE, code: '1', display: 'Patient' },
    });
  }
  return found;
}

/** A page of events as a FHIR Bundle. */
export function fhirBundle(events: readonly StoredAuditEvent[], source: string, next: string | null): Json {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(next === null ? {} : { link: [{ relation: 'next', url: next }] }),
    entry: events.map((event) => ({ resource: fhirAuditEvent(event, source), search: { mode: 'match' } })),
  };
}
