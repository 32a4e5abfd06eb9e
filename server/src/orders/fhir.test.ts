import type {
  Bundle,
  CapabilityStatement,
  DiagnosticReport,
  OperationOutcome,
  ServiceRequest,
} from 'fhir/r4.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StudyReports } from '../contract/orders.ts';
import { faultsOfFhir } from '../fhirResources/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
const keys = { a: '', b: '' };
beforeAll(async () => {
  server = await startTestServer();
  for (const code of ['a', 'b'] as const) keys[code] = await server.hospitalKey(code, ['orders', 'read']);
});
afterAll(() => server.close());
beforeEach(() =>
  server.index.query(
    'TRUNCATE study, patient, patient_link, exam_order, diagnostic_report, exam_name CASCADE',
  ),
);

const ask = (
  method: string,
  path: string,
  body?: unknown,
  { key = keys.a, prefer = '' }: { key?: string; prefer?: string } = {},
) =>
  fetch(`${server.url}/fhir${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/fhir+json' }),
      ...(prefer === '' ? {} : { Prefer: prefer }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const json = async <T>(answer: Response | Promise<Response>): Promise<T> =>
  (await (await answer).json()) as T;

const PDF = Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
const subject = { identifier: { system: 'urn:hutong:patient-id:a', value: 'P1' } };
const order = (over: object = {}) => ({
  resourceType: 'ServiceRequest',
  identifier: [
    { system: 'urn:hutong:order:a', value: 'O1' },
    { type: { coding: [{ code: 'ACSN' }] }, value: 'X1' },
  ],
  status: 'active',
  intent: 'order',
  priority: 'stat',
  category: [{ coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }] }],
  code: {
    coding: [
      { system: 'http://loinc.org', code: '24627-2' },
      { code: 'CT01', display: '胸部CT平扫' },
    ],
  },
  subject,
  authoredOn: '2026-03-01T07:50:00+08:00',
  ...over,
});
const report = (over: object = {}) => ({
  resourceType: 'DiagnosticReport',
  identifier: [{ system: 'urn:hutong:report:a', value: 'R1' }],
  basedOn: [{ identifier: { system: 'urn:hutong:order:a', value: 'O1' } }],
  status: 'final',
  code: { text: 'CT' },
  subject,
  issued: '2026-03-01T10:00:00+08:00',
  conclusion: '未见异常',
  presentedForm: [{ contentType: 'application/pdf', data: PDF.toString('base64') }],
  ...over,
});
async function study(): Promise<void> {
  await server.index.query(
    `INSERT INTO study (hospital_code, study_instance_uid, accession_number, patient_id, modalities) VALUES ('a', '1.2.3', 'X1', 'P1', '{CT}')`,
  );
}
const reportsOfStudy = async (): Promise<StudyReports['reports']> => {
  const answer = await fetch(`${server.url}/api/studies/1.2.3/reports`, {
    headers: { Authorization: `Bearer ${keys.a}` },
  });
  return ((await answer.json()) as StudyReports).reports;
};

describe('orders and reports as FHIR R4', () => {
  test('an order is created, updated by its identifier, and read as it is', async () => {
    const created = await ask('POST', '/ServiceRequest', order());
    expect(created.status).toBe(201);
    const first = await json<ServiceRequest>(created);
    expect(faultsOfFhir(first)).toEqual([]);
    expect(first).toMatchObject({
      status: 'active',
      priority: 'stat',
      code: { coding: [{ code: 'CT01' }], text: '胸部CT平扫' },
    });
    const put = (body: object, prefer = '') =>
      ask('PUT', '/ServiceRequest?identifier=urn:hutong:order:a|O1', body, { prefer });
    const updated = await put(order({ status: 'completed' }), 'return=minimal');
    expect([updated.status, await updated.text()]).toEqual([200, '']);
    const location = updated.headers.get('location') ?? '';
    const read = await json<ServiceRequest>(ask('GET', location.slice(location.indexOf('/fhir') + 5)));
    expect(read).toMatchObject({ id: first.id, status: 'completed' });
    const { rows } = await server.index.query(
      'SELECT hospital_code, order_number, accession_number, exam_code, modality, priority, patient_id FROM exam_order',
    );
    expect(rows).toEqual([
      {
        hospital_code: 'a',
        order_number: 'O1',
        accession_number: 'X1',
        exam_code: 'CT01',
        modality: 'CT',
        priority: 'stat',
        patient_id: 'P1',
      },
    ]);
  });

  test('a report based on its order stands beside the study, with its PDF', async () => {
    await study();
    await ask('POST', '/ServiceRequest', order());
    const answer = await ask('POST', '/DiagnosticReport', report());
    expect(answer.status).toBe(201);
    expect(faultsOfFhir(await json<DiagnosticReport>(answer))).toEqual([]);
    expect(await reportsOfStudy()).toMatchObject([
      { source: 'fhir', status: 'final', impression: '未见异常', document: expect.any(String) as string },
    ]);
    expect((await ask('POST', '/DiagnosticReport', report())).status).toBe(200);
  });

  test('text is the findings, and the study is named by its UID', async () => {
    await study();
    const given = report({
      basedOn: undefined,
      imagingStudy: [{ identifier: { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' } }],
      presentedForm: [
        { contentType: 'text/plain; charset=utf-8', data: Buffer.from('双肺清晰').toString('base64') },
      ],
    });
    expect((await ask('POST', '/DiagnosticReport', given)).status).toBe(201);
    expect(await reportsOfStudy()).toMatchObject([{ findings: '双肺清晰', document: null }]);
  });

  test('a transaction takes patient, order and report that refer to each other', async () => {
    await study();
    const entry = (fullUrl: string, resource: { resourceType: string }) => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    });
    const patient = {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:hutong:patient-id:a', value: 'P1' }],
      name: [{ text: '张三' }],
      gender: 'male',
      birthDate: '1980-05-01',
    };
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        entry(
          'urn:uuid:3',
          report({ subject: { reference: 'urn:uuid:1' }, basedOn: [{ reference: 'urn:uuid:2' }] }),
        ),
        entry('urn:uuid:2', order({ subject: { reference: 'urn:uuid:1' } })),
        entry('urn:uuid:1', patient),
      ],
    };
    const answer = await json<Bundle>(ask('POST', '', bundle));
    expect(answer, JSON.stringify(answer)).toMatchObject({ type: 'transaction-response' });
    expect(answer.entry?.map(({ response }) => response?.status)).toEqual(['201', '201', '201']);
    expect(faultsOfFhir(answer)).toEqual([]);
    expect(await reportsOfStudy()).toHaveLength(1);
    expect((await server.index.query('SELECT name FROM patient')).rows).toEqual([{ name: '张三' }]);
  });

  test('a transaction with one wrong entry takes nothing', async () => {
    const entry = (resource: { resourceType: string }) => ({
      resource,
      request: { method: 'POST', url: resource.resourceType },
    });
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry(order()), entry(report({ status: 'unknown' }))],
    };
    const answer = await ask('POST', '', bundle);
    expect(answer.status).toBe(422);
    expect((await json<OperationOutcome>(answer)).issue[0]?.diagnostics).toMatch(/status/);
    expect((await server.index.query('SELECT FROM exam_order')).rowCount).toBe(0);
  });

  test('the capability statement tells it', async () => {
    const statement = await json<CapabilityStatement>(ask('GET', '/metadata'));
    expect(faultsOfFhir(statement)).toEqual([]);
    const [rest] = statement.rest ?? [];
    expect(rest?.interaction).toEqual([{ code: 'transaction' }]);
    expect(rest?.resource?.find(({ type }) => type === 'ServiceRequest')).toMatchObject({
      conditionalUpdate: true,
    });
  });
});

describe('what is refused, as an OperationOutcome', () => {
  test.each([
    ['a modifier extension', order({ modifierExtension: [{ url: 'x', valueBoolean: true }] })],
    ['one deep inside', order({ code: { text: 'CT', modifierExtension: [{ url: 'x' }] } })],
    ['implicit rules', order({ implicitRules: 'http://x' })],
    ['an order not to do it', order({ doNotPerform: true })],
    ['a proposal', order({ intent: 'proposal' })],
    ['an unknown status', order({ status: 'unknown' })],
    [
      'a patient of another hospital',
      order({ subject: { identifier: { system: 'urn:hutong:patient-id:b', value: 'P1' } } }),
    ],
    ['a number of another hospital', order({ identifier: [{ system: 'urn:hutong:order:b', value: 'O1' }] })],
    ['an order of nobody', order({ subject: undefined })],
    ['an exam without words', order({ code: {} })],
    ['another resource', { resourceType: 'Observation' }],
    ['nonsense', []],
  ])('%s', async (_what, body) => {
    const answer = await ask('POST', '/ServiceRequest', body);
    expect(answer.status).toBe(422);
    const outcome = await json<OperationOutcome>(answer);
    expect(outcome.resourceType).toBe('OperationOutcome');
    expect(faultsOfFhir(outcome)).toEqual([]);
    expect(JSON.stringify(outcome)).not.toContain('P1');
    expect((await server.index.query('SELECT FROM exam_order')).rowCount).toBe(0);
  });

  test.each([
    ['', 412],
    ['?identifier=urn:hutong:order:a|O2', 412],
    ['?patient=P1', 412],
    ['?identifier=urn:hutong:order:a|O1&status=active', 412],
  ])('an update by %j', async (query, status) => {
    expect((await ask('PUT', `/ServiceRequest${query}`, order())).status).toBe(status);
  });

  test.each([
    ['by address alone', [{ contentType: 'application/pdf', url: 'http://169.254.169.254/' }]],
    ['that is no PDF', [{ contentType: 'application/pdf', data: 'TVo=' }]],
    ['of a page', [{ contentType: 'text/html', data: 'PGI+' }]],
  ])('a document %s', async (_what, presentedForm) => {
    expect((await ask('POST', '/DiagnosticReport', report({ presentedForm }))).status).toBe(422);
  });

  test('what belongs to another hospital is absent to it', async () => {
    const { id } = await json<ServiceRequest>(ask('POST', '/ServiceRequest', order()));
    const made = await json<DiagnosticReport>(ask('POST', '/DiagnosticReport', report()));
    for (const path of [`/ServiceRequest/${id}`, `/DiagnosticReport/${made.id}`]) {
      expect((await ask('GET', path)).status).toBe(200);
      expect((await ask('GET', path, undefined, { key: keys.b })).status).toBe(404);
    }
    // A reference to it leads nowhere.
    const stolen = report({
      identifier: [{ value: 'R9' }],
      subject: { identifier: { value: 'P1' } },
      basedOn: [{ reference: `ServiceRequest/${id}` }],
    });
    expect((await ask('POST', '/DiagnosticReport', stolen, { key: keys.b })).status).toBe(422);
  });
});
