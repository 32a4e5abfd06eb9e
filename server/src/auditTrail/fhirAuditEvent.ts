import type { AuditAction } from '@hutong/storage-config';
import type { AuditEventBody } from '../contract/audit.ts';
import { AUDIT_WORDS, OUTCOMES } from './words.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const ENTITY_TYPE = 'http://terminology.hl7.org/CodeSystem/audit-entity-type';
const ENTITY_ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';

type Json = Record<string, unknown>;

/** An audit event as a FHIR R4 AuditEvent, after IHE Basic Audit Log Patterns: the client is the source, this server the destination. */
export function fhirAuditEvent(event: AuditEventBody, source: string): Json {
  const words = AUDIT_WORDS[event.action as AuditAction];
  return {
    resourceType: 'AuditEvent',
    id: event.id,
    type: { system: DCM, code: words.event.code, display: words.event.display },
    subtype: [
      ...(words.type === null ? [] : [{ system: DCM, code: words.type.code, display: words.type.display }]),
      {
        system: 'http://hl7.org/fhir/restful-interaction',
        code: words.interaction,
        display: words.interaction,
      },
    ],
    action: words.kind,
    recorded: event.at,
    outcome: OUTCOMES[event.outcome],
    purposeOfEvent: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: event.purpose }] },
    ],
    agent: [
      {
        type: coding(DCM, '110153', 'Source Role ID'),
        who: {
          identifier: { value: event.actor.id === '' ? event.actor.kind : event.actor.id },
          ...(event.actor.name === '' ? {} : { display: event.actor.name }),
        },
        requestor: true,
        ...(event.actor.address === '' ? {} : { network: { address: event.actor.address, type: '2' } }),
      },
      {
        type: coding(DCM, '110152', 'Destination Role ID'),
        who: { identifier: { value: source } },
        requestor: false,
      },
    ],
    source: {
      ...(event.hospital === '' ? {} : { site: event.hospital }),
      observer: { identifier: { value: source } },
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: entities(event),
  };
}

const coding = (system: string, code: string, display: string): Json => ({
  coding: [{ system, code, display }],
});

function entities(event: AuditEventBody): Json[] {
  const found: Json[] = [
    {
      what: { identifier: { value: event.requestId } },
      type: {
        system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
        code: 'XrequestId',
      },
    },
  ];
  if (event.studyInstanceUid !== '') {
    found.push({
      what: { identifier: { system: 'urn:dicom:uid', value: `urn:oid:${event.studyInstanceUid}` } },
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: ENTITY_ROLE, code: '3', display: 'Report' },
      detail: [
        ...(event.seriesInstanceUid === ''
          ? []
          : [{ type: 'SeriesInstanceUID', valueString: event.seriesInstanceUid }]),
        { type: 'Count', valueString: String(event.count) },
      ],
    });
  }
  if (event.patientId !== '') {
    found.push({
      what: { identifier: { value: event.patientId, assigner: { display: event.hospital } } },
      type: { system: ENTITY_TYPE, code: '1', display: 'Person' },
      role: { system: ENTITY_ROLE, code: '1', display: 'Patient' },
    });
  }
  if (typeof event.detail['query'] === 'string') {
    found.push({
      type: { system: ENTITY_TYPE, code: '2', display: 'System Object' },
      role: { system: ENTITY_ROLE, code: '24', display: 'Query' },
      query: Buffer.from(event.detail['query']).toString('base64'),
    });
  }
  return found;
}

/** A page of events as a FHIR Bundle. */
export function fhirBundle(events: readonly AuditEventBody[], source: string, next: string | null): Json {
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(next === null ? {} : { link: [{ relation: 'next', url: next }] }),
    entry: events.map((event) => ({ resource: fhirAuditEvent(event, source), search: { mode: 'match' } })),
  };
}
