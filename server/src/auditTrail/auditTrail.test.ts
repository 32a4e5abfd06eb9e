import { type AuditEvent, AuditWriter, createApiKey, NOBODYS, silentLog } from '@hutong/storage-config';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditPage, AuditStatus, PatientHistoryBody } from '../contract/audit.ts';
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

const post = (path: string, body: unknown, key = regionAdmin, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const search = async (body: unknown, key = regionAdmin): Promise<AuditPage> => {
  const response = await post('/api/audit/search', body, key);
  expect(response.status).toBe(200);
  return (await response.json()) as AuditPage;
};

/** An event as another process would have written it. */
const record = (given: Partial<AuditEvent>, subject: Partial<AuditEvent['subject']> = {}) => {
  const writer = new AuditWriter(server.index, silentLog);
  const event: AuditEvent = {
    action: 'retrieve',
    outcome: 'success',
    actor: { kind: 'person', id: 'zhang', name: '张医生', address: '192.0.2.7', purpose: 'TREAT' },
    subject: { ...NOBODYS, ...subject },
    count: 1,
    requestId: 'r',
    detail: {},
    ...given,
  };
  return { writer, done: writer.record(event), event };
};

describe('a search', () => {
  test('goes by person, address, purpose, outcome, kind and patient, and says how much was added', async () => {
    const subject = { hospital: 'b', patientId: 'P-1', studyInstanceUid: '2.25.1' };
    const actor = {
      kind: 'person',
      id: 'li',
      name: '李_医生',
      address: '203.0.113.9',
      purpose: 'BTG',
    } as const;
    const { writer, done, event } = record({ actor, action: 'breakGlass' }, subject);
    await done;
    for (let times = 0; times < 3; times += 1)
      await writer.access('one', () => ({ ...event, action: 'render' }), 10);
    await writer.stop();
    const found = async (body: object) =>
      (await search({ ...body, kind: ['person'] })).events.map(({ action, total }) => `${action} ${total}`);
    const both = ['render 30', 'breakGlass 1'];
    expect((await found({ actor: '李_' })).toSorted()).toEqual(both.toSorted());
    expect(await found({ actor: '李%' })).toEqual([]);
    expect((await found({ actor: 'li' })).length).toBe(2);
    expect((await found({ address: '203.0.113.*' })).length).toBe(2);
    expect(await found({ address: '203.0.113' })).toEqual([]);
    expect((await found({ purpose: ['BTG'], action: ['render'] })).length).toBe(1);
    expect(await found({ outcome: ['failed'] })).toEqual([]);
    expect((await found({ patient: { hospital: 'b', patientId: 'P-1' } })).length).toBe(2);
    expect(await found({ patient: { hospital: 'a', patientId: 'P-1' } })).toEqual([]);
  });

  test('that names a patient stands on record with the patient, and in no address', async () => {
    await search({ patient: { hospital: 'b', patientId: 'P-9' }, limit: 1 });
    const { events } = await audit('action=auditRead');
    expect(events).toContainEqual(
      expect.objectContaining({ hospital: 'b', patientId: 'P-9', detail: { search: { limit: 1 } } }),
    );
    expect(JSON.stringify(server.logged)).not.toContain('P-9');
  });

  test('pages by a cursor that holds while events arrive', async () => {
    const first = await search({ action: ['search'], limit: 1 });
    await get('/hospitals/a/dicomweb/studies?PatientID=new', reader);
    const second = await search({ action: ['search'], limit: 1, cursor: first.next });
    expect(second.events[0]?.at.localeCompare(first.events[0]?.at ?? '')).toBeLessThanOrEqual(0);
    expect(second.events[0]?.id).not.toBe(first.events[0]?.id);
  });

  test.each([
    { limit: 0 },
    { cursor: 'x' },
    { action: ['nothing'] },
    { patient: { patientId: '7' } },
    { unknown: 1 },
    { from: 'yesterday' },
    [],
  ])('400 for %j', async (body) => {
    expect((await post('/api/audit/search', body)).status).toBe(400);
  });
});

describe('who audits one hospital', () => {
  const ofA = { hospital: 'a', patientId: 'SECRET-A', studyInstanceUid: '2.25.77' };
  test('finds nothing of another by any way of asking', async () => {
    await record({}, ofA).done;
    const bodies = [
      {},
      { hospital: ['a'] },
      { hospital: ['a', 'b'] },
      { patient: { hospital: 'a', patientId: ofA.patientId } },
      { study: ofA.studyInstanceUid },
      { actor: 'zhang' },
    ];
    for (const body of bodies)
      for (const path of ['search', 'overview', 'export']) {
        const answer = await post(`/api/audit/${path}`, body, hospitalAdmin);
        expect(answer.status).toBe(200);
        expect(await answer.text()).not.toMatch(/SECRET-A|2\.25\.77/);
      }
    const history = { hospital: 'a', patientId: ofA.patientId };
    const hidden = await post('/api/audit/patient-history', history, hospitalAdmin);
    const absent = await post('/api/audit/patient-history', { ...history, hospital: 'zz' }, hospitalAdmin);
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    const plain = async (answer: Response) => (await answer.text()).replace(/"requestId":"[^"]*"/, '');
    expect(await plain(hidden)).toBe(await plain(absent));
    expect((await post('/api/audit/verification', {}, hospitalAdmin)).status).toBe(403);
    const status = (await (await get('/api/audit/status', hospitalAdmin)).json()) as AuditStatus;
    expect(status).toMatchObject({ wholeRegion: false, destinations: null });
    expect(status.hospitals.map(({ code }) => code)).toEqual(['b']);
  });
});

describe('a table', () => {
  test('holds what the search finds, no formulas, and taking it is on record', async () => {
    const actor = {
      kind: 'person',
      id: '=cmd|x',
      name: '+1"\n@SUM(A1)',
      address: '-1',
      purpose: 'TREAT',
    } as const;
    await record({ actor }, { hospital: 'b', patientId: ' =1+1' }).done;
    const answer = await post('/api/audit/export', { actor: '=cmd|x' });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const rows = parse(await answer.text(), { bom: true });
    expect(rows).toHaveLength(2);
    expect(rows[1]).toContain("'=cmd|x");
    expect(rows[1]).toContain('\'+1"\n@SUM(A1)');
    expect(rows[1]).toContain("' =1+1");
    expect(rows[1]?.filter((cell) => /^\s*[=+@-]/.test(cell))).toEqual([]);
    const details = (await audit('action=auditRead')).events.map(({ detail }) => detail);
    expect(details).toContainEqual({ of: 'export', search: { actor: '=cmd|x' } });
  });
});

describe('the history of a patient', () => {
  test('says day by day who looked, marks emergencies, and leaves out addresses and other patients', async () => {
    const subject = { hospital: 'b', patientId: 'PH', studyInstanceUid: '2.25.5' };
    const { writer, done, event } = record({}, subject);
    await done;
    for (const series of ['1', '2', '3'])
      await writer.record({ ...event, subject: { ...event.subject, seriesInstanceUid: series } });
    const emergency = { ...event.actor, id: 'wu', name: '吴医生', purpose: 'BTG' };
    await writer.record({ ...event, actor: emergency });
    await writer.record({ ...event, action: 'auditRead' });
    await writer.record({ ...event, subject: { ...event.subject, patientId: 'OTHER' } });
    const answer = await post(
      '/api/audit/patient-history',
      { hospital: 'b', patientId: 'PH' },
      hospitalAdmin,
    );
    const text = await answer.text();
    expect(text).not.toMatch(/192\.0\.2\.7|OTHER/);
    const { entries, cut } = JSON.parse(text) as PatientHistoryBody;
    const told = entries.map(({ kind, who, times, emergency: broken }) => [kind, who.name, times, broken]);
    expect(told.toSorted()).toEqual([
      ['looked', '吴医生', 1, true],
      ['looked', '张医生', 1, false],
    ]);
    expect(cut).toBe(false);
  });
});

test('a verification goes on behind its answer, and says what it found', async () => {
  const begun = await post('/api/audit/verification', {});
  expect(begun.status).toBe(202);
  const status = async () =>
    ((await (await get('/api/audit/status', regionAdmin)).json()) as AuditStatus).verification.finished;
  await expect.poll(status).toMatchObject({ running: false, faults: [], error: null });
  expect((await status())?.events).toBeGreaterThan(5);
});

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
