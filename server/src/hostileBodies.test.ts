/** Bodies of the registry, labels, persons, orders, reminders, recognition and figures, with each text in them hostile. */
import { createApiKey, KEY_SCOPES } from '@hutong/storage-config';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { API, FHIR } from './authorisationTable.ts';
import { startTestServer, type TestServer } from './testing.ts';

let server: TestServer;
let everything: string;

beforeAll(async () => {
  server = await startTestServer({
    env: { HUTONG_PERSON_KEY: Buffer.alloc(32, 7).toString('base64'), HUTONG_REQUESTS_PER_MINUTE: '0' },
  });
  for (const code of ['a', 'b']) await server.hospitalKey(code);
  everything = (await createApiKey(server.index, { hospital: null, scopes: KEY_SCOPES })).secret;
}, 60_000);
afterAll(() => server.close());
afterEach(() => {
  const failed = server.logged.splice(0).filter((line) => line['level'] === 50);
  expect(failed.map((line) => line['error'])).toEqual([]);
});

const UID = '1.2.3';
const ID = '01963f5e-7c1b-7000-8000-000000000001';
const REASON = { reason: '原因' };
const CONCEPT = { coding: [{ system: 'urn:x', code: 'HEAD', display: 'x' }], text: '头颅' };
const SUBJECT = { identifier: { system: 'urn:hutong:patient-id:a', value: 'P1' } };

/** What each takes, with a value in every member that is a text. */
const BODIES: readonly (readonly [request: string, body: object])[] = [
  [
    'POST /api/registry/hospitals',
    { code: 'c', nameZh: '丙', nameEn: 'C', level: '三级甲等', region: '450000' },
  ],
  ['PATCH /api/registry/hospitals/a', { nameZh: '甲', nameEn: 'A', level: '三级甲等', region: '450000' }],
  [
    'PUT /api/registry/scopes',
    { name: '龙南', nameEn: 'x', kind: 'city', validityMonths: 6, within: ['广西'] },
  ],
  ['POST /api/registry/scopes/end', { name: '龙南' }],
  ['POST /api/registry/members', { scope: '龙南市', hospital: 'a', joinedOn: '2026-01-01' }],
  ['POST /api/registry/members/end', { scope: '龙南市', hospital: 'a', leftOn: '2026-01-01' }],
  ['PUT /api/registry/alliances', { code: 'x', nameZh: '联', nameEn: 'x' }],
  ['POST /api/registry/alliance-members', { alliance: 'x', hospital: 'a', day: '2026-01-01' }],
  [
    'PUT /api/registry/centres',
    { code: 'q', nameZh: '中心', nameEn: 'x', scope: '龙南市', modalities: ['CT'] },
  ],
  ['PUT /api/registry/centres/people', { code: 'q', usernames: ['li'] }],
  [
    'POST /api/registry/evaluations',
    {
      hospital: 'a',
      items: ['CT-01'],
      scope: '龙南市',
      evaluatedAt: '2026-01-01',
      validUntil: '2026-06-30',
      result: 'passed',
      centre: 'q',
      document: 'x',
    },
  ],
  ['POST /api/registry/evaluations/1/revoke', REASON],
  [
    'POST /api/registry/device-tests',
    {
      hospital: 'a',
      serialNumber: 's',
      manufacturer: 'm',
      model: 'm',
      stationName: 's',
      modality: 'CT',
      testedOn: '2026-01-01',
      result: 'passed',
      document: 'x',
    },
  ],
  ['POST /api/registry/device-tests/1/revoke', REASON],
  ['POST /api/registry/suspensions', { hospital: 'a', item: 'CT-01', scope: '龙南市', reason: 'x' }],
  ['POST /api/registry/suspensions/1/lift', REASON],
  [
    'PUT /api/label-policies',
    {
      scope: '龙南市',
      hospitalCode: 'a',
      release: 'proposed',
      lateQualification: true,
      deviceTestNeeded: true,
    },
  ],
  ['POST /api/label-withdrawals', { hospital: 'a', itemCode: 'CT-01', scope: '龙南市', reason: 'x' }],
  ['POST /api/label-withdrawals/preview', { hospital: 'a', itemCode: 'CT-01', scope: '龙南市' }],
  ['POST /api/label-withdrawals/1/lift', REASON],
  [
    'POST /api/labels/release',
    { labels: [{ hospital: 'a', studyInstanceUid: UID, itemCode: 'CT-01', scope: '龙南市' }] },
  ],
  ['POST /api/person-matches/1', { same: true, reason: 'x' }],
  ['POST /api/persons/search', { hospital: 'a', patientId: 'P1' }],
  ['POST /api/persons/merge', { one: ID, other: ID, reason: 'xx' }],
  ['POST /api/person-events/1/undo', { reason: 'xx' }],
  [
    'PUT /api/patients',
    {
      hospital: 'a',
      patients: [
        {
          patientId: 'P1',
          issuer: 'i',
          name: '张三',
          sex: 'M',
          birthDate: '1990-01-01',
          identifiers: [{ kind: 'other', value: 'X12345', issuer: 'x' }],
        },
      ],
    },
  ],
  [
    'PUT /api/orders',
    {
      hospital: 'a',
      orders: [
        {
          orderNumber: 'O1',
          accessionNumber: 'A1',
          patientId: 'P1',
          exam: { code: 'HEAD', scheme: 'x', name: '头' },
          modality: 'CT',
          department: 'x',
          requester: 'x',
          orderedAt: '2026-01-01T08:00:00+08:00',
        },
      ],
    },
  ],
  [
    'PUT /api/reports',
    {
      hospital: 'a',
      reports: [
        {
          reportNumber: 'R1',
          accessionNumber: 'A1',
          status: 'final',
          findings: 'x',
          impression: 'x',
          author: 'x',
          verifier: 'x',
        },
      ],
    },
  ],
  ['POST /api/orders/search', { hospital: 'a', q: 'x' }],
  ['POST /api/orders/inbox', { hospital: 'a' }],
  [
    'POST /api/reports/turnaround',
    { hospital: 'a', from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' },
  ],
  [
    'POST /api/reminders',
    {
      hospital: 'a',
      patient: { patientId: 'P1', issuer: 'i' },
      identifiers: [{ kind: 'other', value: 'X12345', issuer: 'x' }],
      exams: [{ code: 'HEAD', scheme: 'x', name: '头', modality: 'CT' }],
      orderNumber: 'O1',
      department: 'x',
      practitioner: 'x',
    },
  ],
  [
    'POST /api/recognition/decisions',
    {
      kind: 'examinedAgain',
      reasonCode: 'RX12',
      reasonText: 'x',
      on: { hospital: 'b', studyInstanceUid: UID, itemCode: 'CT-01' },
      hospital: 'a',
      department: 'x',
      practitioner: 'x',
      patientId: 'P1',
      issuerOfPatientId: 'i',
      orderNumber: 'O1',
    },
  ],
  [
    `POST /api/recognition/decisions/${ID}/correct`,
    { kind: 'examinedAgain', reasonCode: 'RX12', reasonText: 'x', department: 'x', practitioner: 'x' },
  ],
  [`POST /api/recognition/decisions/${ID}/withdraw`, REASON],
  ['POST /api/cds-clients', { issuer: 'x', name: 'x', hospital: 'a', jwksUrl: 'https://x.example/jwks' }],
  ['POST /api/reminder-cards', { token: `htrc_${'A'.repeat(43)}` }],
  [
    'POST /api/reminder-cards/decisions',
    { token: `htrc_${'A'.repeat(43)}`, reminder: ID, position: 0, kind: 'recognised' },
  ],
  [
    'POST /api/prices',
    {
      itemCode: 'CT-01',
      amountFen: 1,
      validFrom: '2026-01-01',
      region: '450000',
      level: '三级甲等',
      source: 'x',
    },
  ],
  ['POST /api/prices/1/revocation', REASON],
  ['POST /api/figures/reports', { month: '2026-01', hospital: 'a' }],
  [
    'POST /fhir/Patient',
    {
      resourceType: 'Patient',
      identifier: [
        { system: 'urn:hutong:patient-id:a', value: 'P1' },
        { system: 'urn:x', value: 'X12345' },
      ],
      name: [{ text: '张三', family: '张', given: ['三'] }],
      gender: 'male',
      birthDate: '1990-01-01',
    },
  ],
  [
    'POST /fhir/ServiceRequest',
    {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      identifier: [{ system: 'urn:hutong:order:a', value: 'O1' }],
      subject: SUBJECT,
      code: CONCEPT,
      requester: { display: 'x' },
      authoredOn: '2026-01-01',
    },
  ],
  [
    'POST /fhir/DiagnosticReport',
    {
      resourceType: 'DiagnosticReport',
      status: 'final',
      identifier: [{ system: 'urn:hutong:report:a', value: 'R1' }],
      basedOn: [{ reference: 'ServiceRequest/1' }],
      subject: SUBJECT,
      code: CONCEPT,
      conclusion: 'x',
      performer: [{ display: 'x' }],
      issued: '2026-01-01T08:00:00+08:00',
    },
  ],
  [
    'POST /fhir/',
    {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:1',
          resource: { resourceType: 'Patient', identifier: [{ value: 'P1' }] },
          request: { method: 'POST', url: 'Patient' },
        },
      ],
    },
  ],
];

/** The value with one of its leaves replaced, each in turn. */
function* withEach(value: unknown, hostile: unknown): Generator {
  if (typeof value !== 'object' || value === null) {
    yield hostile;
    return;
  }
  for (const [name, inner] of Object.entries(value))
    for (const changed of withEach(inner, hostile))
      if (Array.isArray(value)) yield value.map((one: unknown, at) => (String(at) === name ? changed : one));
      else yield { ...value, [name]: changed };
}

/** Stands for 50 000 arrays in each other. */
const NESTED = 'nested without end';
const HOSTILE: readonly unknown[] = ['a\0b', '\ud800', "'; --%_\\", null, -1, {}, [[null]], NESTED];
const textOf = (body: unknown): string =>
  JSON.stringify(body).replace(JSON.stringify(NESTED), '['.repeat(50_000) + ']'.repeat(50_000));

describe('a body in which one member is hostile is answered, and never by a failure of the server', () => {
  test.each(BODIES)('%s', async (request, body) => {
    const [method = '', path = ''] = request.split(' ');
    const fhir = path.startsWith('/fhir');
    const secret = fhir ? await ofHospital() : everything;
    const failed: unknown[] = [];
    for (const hostile of HOSTILE)
      for (const changed of withEach(body, hostile)) {
        const answer = await fetch(server.url + path, {
          method,
          headers: {
            Authorization: `Bearer ${secret}`,
            'Content-Type': fhir ? 'application/fhir+json' : 'application/json',
          },
          body: textOf(changed),
        });
        await answer.arrayBuffer();
        if (answer.status >= 500) failed.push([answer.status, JSON.stringify(changed).slice(0, 300)]);
      }
    expect(failed).toEqual([]);
  });
});

/** Names in addresses: NUL, half a character, no UTF-8, paths, numbers without end. */
const NAMES = ['a%00b', '%ED%A0%80', '%FF', '..%2F..%2Fa', '9'.repeat(40), '-1', '%27%3B--%25', '0x1'];
const CURSORS: readonly unknown[] = [
  [],
  [null],
  [-1],
  [1e308],
  ['a\0b', 'a\0b'],
  ['2026-13-45', '01963f5e'],
  ['9999-12-31T23:59:59Z', ID],
  ['infinity', ID],
  ['2026-01-01T00:00:00Z', ID, 99999999999],
  [1e20, 1],
  [1, 1e20],
];
/** Answers that last. */
const LONG = /\/changes$/;
const ROUTES = [
  ...Object.keys(API).map((route) => route.replace(' /', ' /api/')),
  ...Object.keys(FHIR).map((route) => route.replace(' /', ' /fhir/')),
];

describe('an address with a hostile name, or a hostile place in a list, is answered, and never by a failure', () => {
  const ask = async (method: string, path: string): Promise<number> => {
    const answer = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${everything}`, 'Content-Type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{}' }),
      signal: AbortSignal.timeout(20_000),
    });
    await answer.arrayBuffer();
    return answer.status;
  };

  test.each(ROUTES.filter((route) => route.includes(':')))('%s', async (route) => {
    const [method = '', path = ''] = route.split(' ');
    const failed: string[] = [];
    for (const name of NAMES) if ((await ask(method, path.replace(/:\w+/g, name))) >= 500) failed.push(name);
    expect(failed).toEqual([]);
  });

  test.each(ROUTES.filter((route) => route.startsWith('GET ') && !route.includes(':') && !LONG.test(route)))(
    '%s with a cursor',
    async (route) => {
      const failed: unknown[] = [];
      for (const cursor of CURSORS) {
        const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
        if ((await ask('GET', `${route.slice(4)}?cursor=${text}`)) >= 500) failed.push(cursor);
      }
      expect(failed).toEqual([]);
    },
  );
});

let ofA: string | undefined;
const ofHospital = async (): Promise<string> =>
  (ofA ??= (await createApiKey(server.index, { hospital: 'a', scopes: ['orders', 'read'] })).secret);
