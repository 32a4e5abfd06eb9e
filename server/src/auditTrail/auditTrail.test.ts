import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../contract/audit.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let [reader, hospitalAdmin, regionAdmin] = ['', '', ''];

beforeAll(async () => {
  server = await startTestServer();
  reader = await server.hospitalKey('a', ['read']);
  await server.hospitalKey('b');
  hospitalAdmin = (await createApiKey(server.index, { hospital: 'b', scopes: ['read', 'audit'] })).secret;
  regionAdmin = (await createApiKey(server.index, { hospital: null, scopes: ['read', 'audit'] })).secret;
});
afterAll(() => server.close());

const get = (path: string, key: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${key}`, ...headers } });

const audit = async (query: string, key = regionAdmin): Promise<AuditPage> => {
  const response = await get(`/api/audit?${query}`, key);
  expect(response.status).toBe(200);
  return (await response.json()) as AuditPage;
};

test('a search is on record with its keys before it is answered', async () => {
  await get('/hospitals/a/dicomweb/studies?PatientName=%E5%BC%A0*', reader);
  const { events } = await audit('action=search&hospital=a');
  expect(events[0]).toMatchObject({
    action: 'search',
    outcome: 'success',
    actor: { kind: 'machine', address: expect.stringContaining('127.0.0.1') as string },
    hospital: 'a',
    count: 1,
    detail: { level: 'study', query: 'PatientName=%E5%BC%A0*' },
  });
});

test('the same search again is counted, not recorded again', async () => {
  for (let times = 0; times < 5; times += 1) await get('/hospitals/a/dicomweb/studies?PatientID=7', reader);
  const { events } = await audit('action=search&hospital=a');
  expect(events.filter(({ detail }) => detail['query'] === 'PatientID=7')).toHaveLength(1);
});

test('refusals of a known caller and of a wrong key are on record; asking without any is not', async () => {
  expect((await get('/api/audit', reader)).status).toBe(403);
  expect((await get('/api/worklist', 'wrong')).status).toBe(401);
  expect((await fetch(`${server.url}/api/worklist`)).status).toBe(401);
  await expect
    .poll(async () => (await audit('action=refused')).events.map(({ detail }) => detail['code']))
    .toEqual(expect.arrayContaining(['forbidden', 'unauthenticated']));
  expect((await audit('action=refused')).events).toHaveLength(2);
});

test('the administrator of a hospital sees what was done with its data, and nothing else', async () => {
  await get('/hospitals/b/dicomweb/studies', regionAdmin);
  const { events } = await audit('', hospitalAdmin);
  expect(events.length).toBeGreaterThan(0);
  expect(new Set(events.map(({ hospital }) => hospital))).toEqual(new Set(['b']));
  expect((await audit('hospital=a', hospitalAdmin)).events).toEqual([]);
});

test('pages go on where the one before ended', async () => {
  const whole = (await audit('actor=none&limit=5')).events;
  expect(whole).toEqual([]);
  const first = await audit('limit=2&action=search');
  const second = await audit(`limit=2&action=search&cursor=${first.next ?? ''}`);
  const ids = [...first.events, ...second.events].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(first.events).toHaveLength(2);
});

test('reading the trail is on record too', async () => {
  await audit('study=1.2.3');
  const { events } = await audit('action=auditRead');
  expect(events.map(({ studyInstanceUid }) => studyInstanceUid)).toContain('1.2.3');
});

test.each(['limit=0', 'limit=x', 'action=nothing', 'patient=7', 'from=yesterday', 'cursor=1', 'study=a%2Fb'])(
  '400 for %s',
  async (query) => {
    expect((await get(`/api/audit?${query}`, regionAdmin)).status).toBe(400);
  },
);

test('FHIR AuditEvents name the event, the requestor and the query', async () => {
  const response = await get('/api/audit?action=search&limit=1', regionAdmin, {
    Accept: 'application/fhir+json',
  });
  expect(response.headers.get('content-type')).toBe('application/fhir+json');
  const bundle = (await response.json()) as {
    entry: { resource: Record<string, unknown> }[];
    link?: object[];
  };
  expect(bundle.entry[0]?.resource).toMatchObject({
    resourceType: 'AuditEvent',
    meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Query'] },
    type: { code: 'rest' },
    subtype: [{ code: 'search' }, { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110112' }],
    action: 'E',
    outcome: '0',
    agent: [{ requestor: true }, { requestor: false }],
  });
  expect(bundle.link).toHaveLength(1);
});

test('DICOM audit messages are well-formed, whatever a query holds', async () => {
  await get('/hospitals/b/dicomweb/studies?PatientName=%3C%26%22x', regionAdmin);
  const response = await get('/api/audit?action=search', regionAdmin, { Accept: 'application/xml' });
  const xml = await response.text();
  expect(xml).toContain('<EventID csd-code="110112" codeSystemName="DCM" originalText="Query"/>');
  const query = /<ParticipantObjectQuery>([^<]*)</.exec(xml)?.[1] ?? '';
  expect(Buffer.from(query, 'base64').toString()).toBe('PatientName=%3C%26%22x');
  // Every element that is opened is closed.
  const opened = [...xml.matchAll(/<([A-Za-z]+)(?:\s[^<>]*)?(?<!\/)>/g)].map(([, name]) => name);
  const closed = [...xml.matchAll(/<\/([A-Za-z]+)>/g)].map(([, name]) => name);
  expect(opened.toSorted()).toEqual(closed.toSorted());
});
