import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { AUDIT_ACTIONS, type AuditAction } from '../auditEvent.ts';
import type { StoredAuditEvent } from '../readAudit.ts';
import { dicomAuditMessage } from './dicomMessage.ts';
import { AUDIT_WORDS } from './eventCodes.ts';
import { fhirAuditEvent } from './fhirAuditEvent.ts';

const anEvent = (given: Partial<StoredAuditEvent> = {}): StoredAuditEvent => ({
  writerId: '6f1f0a54-4f0e-4f0e-8f0e-6f1f0a544f0e',
  sequence: 7,
  at: '2026-11-22T04:05:06.789Z',
  action: 'retrieve',
  outcome: 'success',
  actorKind: 'person',
  actorId: 'zhang',
  actorName: '张医生',
  address: '192.0.2.7',
  purpose: 'TREAT',
  hospital: 'a',
  patientId: 'P-7',
  studyInstanceUid: '1.2.3',
  seriesInstanceUid: '1.2.3.4',
  count: 3,
  continues: null,
  requestId: 'r-1',
  detail: '{}',
  ...given,
});

interface Coding {
  system: string;
  code: string;
}
interface Agent {
  type: { coding: Coding[] };
  who?: object;
  requestor: boolean;
  network?: { address: string; type: string };
  media?: unknown;
  name?: string;
}
interface Entity {
  type?: Coding;
  role?: Coding;
  what?: { identifier?: { value?: string }; type?: string };
  query?: string;
  detail?: { type: string; valueString: string }[];
}
interface Resource {
  resourceType: string;
  id: string;
  meta?: { profile: string[] };
  type: Coding;
  subtype?: Coding[];
  action: string;
  recorded: string;
  outcome: string;
  purposeOfEvent?: { coding: Coding[] }[];
  agent: Agent[];
  source: { observer: object };
  entity: Entity[];
}

const told = (event: StoredAuditEvent) => fhirAuditEvent(event, 'images.example.org') as unknown as Resource;

const ROLE = 'http://terminology.hl7.org/CodeSystem/object-role';
const READ_ROLES = ['3', '4', '20'];
/** Codes of the client's and the server's agent, and of the user's, by profile (IHE BALP, input/fsh). */
const AGENTS: Record<
  string,
  { action: string; subtype: string; client: string; server: string; user: string[] }
> = {
  Create: { action: 'C', subtype: 'create', client: '110153', server: '110152', user: ['AUT', 'INF', 'CST'] },
  Read: { action: 'R', subtype: 'read', client: '110152', server: '110153', user: ['IRCP'] },
  Update: { action: 'U', subtype: 'update', client: '110153', server: '110152', user: ['AUT', 'INF', 'CST'] },
  Delete: {
    action: 'D',
    subtype: 'delete',
    client: '110150',
    server: 'custodian',
    user: ['AUT', 'INF', 'CST'],
  },
  Query: { action: 'E', subtype: 'search', client: '110153', server: '110152', user: ['IRCP'] },
};

/** What of a profile's rules the resource does not meet. */
function faultsOf(resource: Resource, profile: string): string[] {
  const name = profile.replace('Patient', '');
  const rules = AGENTS[name];
  if (rules === undefined) return [`profile ${profile}`];
  const { action, subtype, client, server, user } = rules;
  const agents = (codes: string[]) =>
    resource.agent.filter(({ type }) => type.coding.some(({ code }) => codes.includes(code)));
  const ofType = (code: string) => resource.entity.filter(({ type }) => type?.code === code);
  const [clients, servers, users] = [agents([client]), agents([server]), agents(user)];
  const [system, persons, requests] = [ofType('2'), ofType('1'), ofType('XrequestId')];
  const query = name === 'Query';
  const checks: Record<string, boolean> = {
    type: resource.type.code === 'rest',
    subtype: resource.subtype?.filter(({ code }) => code === subtype).length === 1,
    action: resource.action === action,
    outcome: resource.outcome === '0',
    client: clients.length === 1 && clients[0]?.who !== undefined && clients[0].network !== undefined,
    server: servers.length === 1 && servers[0]?.who !== undefined && servers[0].network !== undefined,
    user: users.length <= 1 && users.every((one) => one.requestor && one.network === undefined),
    media: resource.agent.every(({ media }) => media === undefined),
    request: requests.length <= 1 && requests.every(({ what }) => what?.identifier?.value !== undefined),
    data: query
      ? system.length === 1 &&
        system[0]?.role?.code === '24' &&
        system[0].what === undefined &&
        system[0].detail === undefined &&
        (system[0].query ?? '') !== ''
      : system.length === 1 &&
        system[0]?.what !== undefined &&
        READ_ROLES.includes(system[0].role?.code ?? '') &&
        system[0].role?.system === ROLE,
    patient: profile.startsWith('Patient')
      ? persons.length === 1 && persons[0]?.role?.code === '1' && persons[0].what?.type === 'Patient'
      : true,
  };
  return Object.entries(checks).flatMap(([rule, met]) => (met ? [] : [rule]));
}

describe('FHIR AuditEvents', () => {
  test.each(AUDIT_ACTIONS)('of %s are valid R4 and meet the pattern that they name', (action) => {
    const kinds = ['person', 'machine', 'share', 'system', 'nobody'];
    for (const actorKind of kinds)
      for (const patientId of ['', 'P-7'])
        for (const studyInstanceUid of ['', '1.2.3'])
          for (const detail of ['{}', '{"query":"PatientID=7","level":"study"}', '{"query":""}']) {
            const resource = told(anEvent({ action, actorKind, patientId, studyInstanceUid, detail }));
            const [profile] = resource.meta?.profile ?? [];
            if (profile !== undefined)
              expect(faultsOf(resource, profile.split('.').at(-1) ?? ''), profile).toEqual([]);
            // Cardinalities of the resource itself.
            expect(resource.id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
            expect(resource.agent.length).toBeGreaterThan(1);
            expect(resource.agent.filter(({ requestor }) => requestor)).toHaveLength(1);
            for (const { detail: facts } of resource.entity)
              for (const { type, valueString } of facts ?? [])
                expect([type, valueString].every((text) => text !== '')).toBe(true);
            for (const { query } of resource.entity) expect(query).not.toBe('');
          }
  });

  test('patterns are named for what succeeded alone, with the patient where one is known', () => {
    const profile = (given: Partial<StoredAuditEvent>) =>
      told(anEvent(given)).meta?.profile[0]?.split('.').at(-1);
    expect(profile({})).toBe('PatientRead');
    expect(profile({ patientId: '' })).toBe('Read');
    expect(profile({ action: 'store' })).toBe('PatientCreate');
    expect(profile({ action: 'delete' })).toBe('PatientDelete');
    expect(profile({ action: 'search', studyInstanceUid: '', patientId: '' })).toBe('Query');
    expect(profile({ outcome: 'refused' })).toBeUndefined();
    expect(profile({ action: 'signIn' })).toBeUndefined();
  });

  test('breaking the glass is an emergency override for that purpose', () => {
    const resource = told(anEvent({ action: 'breakGlass', purpose: 'BTG' }));
    expect(resource.type.code).toBe('110113');
    expect(resource.subtype?.map(({ code }) => code)).toEqual(['110127']);
    expect(resource.purposeOfEvent?.[0]?.coding[0]).toMatchObject({ code: 'BTG' });
  });
});

test('a deleted study is told with one patient, and facts that are absent are not told', () => {
  const event = anEvent({
    action: 'delete',
    patientId: '',
    detail: '{"sopInstanceUid":null,"reason":"TEST"}',
  });
  const message = dicomAuditMessage(event, 'x');
  expect(message).toContain('csd-code="110105"');
  expect(message.match(/ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1"/g)).toHaveLength(1);
  expect(message).not.toContain('sopInstanceUid');
  expect(message).toContain('type="reason"');
});

test('what a later version records is told as an activity', () => {
  const unknown = anEvent({ action: 'constructor' });
  expect(told(unknown).type.code).toBe('110100');
  expect(dicomAuditMessage(unknown, 'x')).toContain('csd-code="110100"');
});

test('the page on the audit has every action with its codes', async () => {
  const page = await readFile(path.resolve(import.meta.dirname, '../../../../docs/audit.md'), 'utf8');
  const row = (action: AuditAction): string =>
    page.split('\n').find((line) => line.startsWith(`| \`${action}\``)) ?? '';
  for (const action of AUDIT_ACTIONS) {
    const { event, type, kind } = AUDIT_WORDS[action];
    expect(row(action)).toContain(`${event.code} ${event.display}`);
    expect(row(action)).toMatch(new RegExp(`\\| ${kind} +\\|`));
    if (type !== null) expect(row(action)).toContain(`${type.code} ${type.display}`);
  }
});
