import { createApiKey } from '@hutong/storage-config';
import type { Bundle, CapabilityStatement, ImagingStudy, OperationOutcome, Patient } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import { seedStudy } from '../dicomweb/testing.ts';
import { imagingStudyId, studyOfId } from '../fhirResources/references.ts';
import { faultsOfFhir } from '../fhirResources/testing.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let [keyOfA, keyOfB, keyOfRegion, storeOnly] = ['', '', '', ''];
const stored = aCtStudy({
  seed: 'fhir',
  overrides: { PatientName: 'ZHANG^SAN', PatientID: 'P-1', AccessionNumber: 'ACC-1' },
});
const UIDS = { one: '1.2.3.1', two: '1.2.3.2', three: '1.2.3.3' };

beforeAll(async () => {
  server = await startTestServer();
  keyOfA = await server.hospitalKey('a');
  keyOfB = await server.hospitalKey('b');
  keyOfRegion = (await createApiKey(server.index, { hospital: null, scopes: ['read'] })).secret;
  storeOnly = (await createApiKey(server.index, { hospital: 'a', scopes: ['store'] })).secret;
  const body = multipartBody(stored.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key: keyOfA })).status).toBe(200);
  const seed = (hospital: string, uid: string, columns: Record<string, unknown>, modality = 'MR') =>
    seedStudy(server, {
      hospital,
      uid,
      columns: {
        patient_name_alphabetic: 'Li^Si',
        modalities: [modality],
        number_of_instances: 3,
        ...columns,
      },
      series: [{ uid: `${uid}.1`, columns: { modality, series_number: 1, body_part_examined: 'HEAD' } }],
    });
  await seed('b', UIDS.one, { patient_id: 'P-2', study_date: '20260110', study_time: '093000' });
  const labelled = await seed('b', UIDS.two, {
    patient_id: 'P-2',
    study_date: '20260111',
    study_time: '101500.5',
    timezone_offset: '+0900',
    accession_number: 'ACC-9',
    judged_revision: 1,
  });
  await seed('b', UIDS.three, { patient_id: 'P-3', study_date: '20260211', number_of_instances: 0 }, 'CT');
  await server.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, 'MR-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine'),
            ($1, 'MR-02', '龙南市', '龙南市HR', 'withdrawn', '', '', 'engine')`,
    [labelled],
  );
  await server.index.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict) VALUES ($1, 'b', 'MR-01', 'PASS', 'PASS')`,
    [labelled],
  );
});
afterAll(() => server.close());

interface Answer<T> {
  status: number;
  type: string | null;
  headers: Headers;
  body: T;
}

async function get<T = Bundle<ImagingStudy>>(
  path: string,
  key: string | null = keyOfRegion,
  init: RequestInit = {},
): Promise<Answer<T>> {
  const answer = await fetch(path.startsWith('http') ? path : `${server.url}/fhir${path}`, {
    ...init,
    headers: {
      Accept: 'application/fhir+json',
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(init.headers as Record<string, string> | undefined),
    },
  });
  const text = await answer.text();
  const body = JSON.parse(text) as T;
  expect(faultsOfFhir(body as object)).toEqual([]);
  return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, body };
}

const post = <T = Bundle<ImagingStudy>>(path: string, fields: Record<string, string>, key = keyOfRegion) =>
  get<T>(path, key, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });

const uidsOf = ({ entry = [] }: Bundle<ImagingStudy>): string[] =>
  entry.flatMap(({ resource }) => resource?.identifier?.[0]?.value?.replace('urn:oid:', '') ?? []);

test('what is no valid R4 is told', () => {
  const wrong = { resourceType: 'ImagingStudy', status: 'x', colour: 'red' };
  expect(faultsOfFhir(wrong).join()).toMatch(/subject/);
});

describe('the capability statement', () => {
  test('is open, names what is mounted and nothing else, and is valid R4', async () => {
    const { status, type, body } = await get<CapabilityStatement>('/metadata', null);
    expect([status, type]).toEqual([200, 'application/fhir+json; charset=utf-8']);
    const [rest] = body.rest ?? [];
    const study = rest?.resource?.find((one) => one.type === 'ImagingStudy');
    expect(study?.interaction?.map(({ code }) => code).toSorted()).toEqual(['read', 'search-type']);
    expect(study?.searchParam?.map(({ name }) => name)).toContain('modality');
    expect(study?.searchInclude).toContain('ImagingStudy:endpoint');
    const { body: organizations } = await get<CapabilityStatement>('/metadata', null);
    expect(organizations.rest?.[0]?.resource?.map((one) => one.type)).toContain('Organization');
  });
});

describe('errors are OperationOutcomes', () => {
  test.each<[string, number, string, () => Promise<Answer<OperationOutcome>>]>([
    ['no credential', 401, 'login', () => get('/ImagingStudy', null)],
    ['a wrong one', 401, 'login', () => get('/ImagingStudy', 'htk_wrong')],
    ['a key that may not read', 403, 'forbidden', () => get('/ImagingStudy', storeOnly)],
    ['no such type', 404, 'not-found', () => get('/Medication')],
    ['no such id', 404, 'not-found', () => get('/ImagingStudy/x')],
    ['a method that is none', 405, 'not-supported', () => get('/ImagingStudy', keyOfA, { method: 'DELETE' })],
    [
      'XML that is wanted',
      406,
      'not-supported',
      () => get('/ImagingStudy?_format=application/fhir%2Bxml', keyOfA),
    ],
    [
      'XML by Accept',
      406,
      'not-supported',
      () => get('/ImagingStudy', keyOfA, { headers: { Accept: 'application/fhir+xml' } }),
    ],
    [
      'a search in a body of another kind',
      415,
      'not-supported',
      () =>
        get('/ImagingStudy/_search', keyOfA, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: '{}',
        }),
    ],
    ['a parameter that is not known', 400, 'invalid', () => get('/ImagingStudy?patientt=x')],
    ['a modifier', 400, 'invalid', () => get('/ImagingStudy?modality:not=CT')],
    ['a date that is none', 400, 'invalid', () => get('/ImagingStudy?started=ge2026-02-30')],
    ['an include that is not followed', 400, 'invalid', () => get('/ImagingStudy?_include=*')],
    ['a cursor of somebody’s making', 400, 'invalid', () => get('/ImagingStudy?cursor=WyIxIl0')],
    ['NUL', 400, 'invalid', () => get('/ImagingStudy?identifier=%00')],
    ['a count that is none', 400, 'invalid', () => get('/ImagingStudy?_count=-1')],
    ['patients without a name', 400, 'invalid', () => get('/Patient')],
  ])('%s: %i', async (_title, status, code, ask) => {
    const { status: answered, type, body } = await ask();
    expect([answered, type]).toEqual([status, 'application/fhir+json; charset=utf-8']);
    expect(body.resourceType).toBe('OperationOutcome');
    expect(body.issue[0]?.code).toBe(code);
    expect(body.issue[0]?.details?.text).toMatch(/[\u4e00-\u9fff]/);
  });

  test('identifiers of patients are refused in addresses and taken in bodies', async () => {
    for (const address of [
      '/Patient?identifier=P-1',
      '/ImagingStudy?patient.identifier=P-1',
      '/ImagingStudy/_search?patient.identifier=P-1',
    ]) {
      const method = address.includes('_search') ? 'POST' : 'GET';
      const { status, body } = await get<OperationOutcome>(address, keyOfA, {
        method,
        ...(method === 'GET'
          ? {}
          : { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: '' }),
      });
      expect([address, status, body.issue[0]?.diagnostics]).toEqual([
        address,
        400,
        expect.stringContaining('_search') as string,
      ]);
    }
    const { status, body } = await post('/ImagingStudy/_search', { 'patient.identifier': 'P-1' }, keyOfA);
    expect([status, uidsOf(body)]).toEqual([200, [stored.studyInstanceUid]]);
    // Where the page goes on says who by an id alone.
    expect(JSON.stringify(body.link)).not.toContain('P-1');
    const self = await get(body.link?.[0]?.url ?? '', keyOfA);
    expect(uidsOf(self.body)).toEqual([stored.studyInstanceUid]);
  });
});

describe('ImagingStudy', () => {
  test('says what a stored study holds, and is read by the id that a search gives', async () => {
    const { body } = await get(
      `/ImagingStudy?identifier=urn:dicom:uid|urn:oid:${stored.studyInstanceUid}`,
      keyOfA,
    );
    const [found] = body.entry ?? [];
    expect(found?.resource).toMatchObject({
      status: 'available',
      numberOfInstances: stored.instances.length,
      modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }],
      endpoint: [{ reference: 'Endpoint/a.wado-rs' }, { reference: 'Endpoint/a.qido-rs' }],
    });
    expect(found?.resource?.series?.[0]).toMatchObject({
      numberOfInstances: stored.instances.length,
      performer: [{ actor: { reference: 'Organization/a', display: 'a医院' } }],
    });
    expect(found?.resource?.identifier?.[1]).toMatchObject({
      system: 'urn:hutong:accession:a',
      value: 'ACC-1',
    });
    const { status, body: read } = await get<ImagingStudy>(found?.fullUrl ?? '', keyOfA);
    expect([status, read]).toEqual([200, found?.resource]);
    expect(JSON.stringify(read)).not.toMatch(/ZHANG|P-1/);
  });

  test('carries the labels in force and the item, and its time with its zone', async () => {
    const { body } = await get('/ImagingStudy?hr-label=龙南市HR');
    const [{ resource } = {}] = body.entry ?? [];
    expect(uidsOf(body)).toEqual([UIDS.two]);
    expect(resource?.started).toBe('2026-01-11T10:15:00+09:00');
    expect(resource?.extension).toHaveLength(1);
    expect(
      resource?.extension?.[0]?.extension?.map((one) => one.valueString ?? one.valueCoding?.code),
    ).toEqual(['龙南市HR', '龙南市', 'MR-01', undefined]);
    expect(resource?.procedureCode?.[0]?.coding?.[0]).toMatchObject({
      system: 'urn:hutong:item',
      code: 'MR-01',
    });
  });

  test.each([
    ['modality=MR', [UIDS.two, UIDS.one]],
    ['modality=CT,MR&performer=b', [UIDS.three, UIDS.two, UIDS.one]],
    ['modality=http://example.org|MR', []],
    ['started=2026-01-11', [UIDS.two]],
    ['started=2026-01', [UIDS.two, UIDS.one]],
    ['started=ge2026-01-11&started=lt2026-02-01&performer=b', [UIDS.two]],
    ['started=gt2026-01-11&performer=b', [UIDS.three]],
    ['started=le2026-01-10&performer=Organization/b', [UIDS.one]],
    ['started=ge2026-01-10T09:30:00%2B08:00&started=lt2026-01-10T09:31:00%2B08:00', [UIDS.one]],
    ['status=registered', [UIDS.three]],
    ['status=cancelled', []],
    ['identifier=ACC-9', [UIDS.two]],
    ['identifier=urn:hutong:accession:a|ACC-9', []],
    ['identifier=urn:oid:1.2.3.1', [UIDS.one]],
    ['item=MR-01', [UIDS.two]],
    ['_lastUpdated=lt2020', []],
    ['_lastUpdated=ge2020&performer=b', [UIDS.three, UIDS.two, UIDS.one]],
    ['_id=none', []],
  ])('is found by %s', async (query, expected) => {
    const { status, body } = await get(`/ImagingStudy?${query}`);
    expect([status, uidsOf(body)]).toEqual([200, expected]);
  });

  test('an unknown parameter is left out for who asks to be lenient', async () => {
    const { body } = await get('/ImagingStudy?colour=red&performer=b', keyOfRegion, {
      headers: { Prefer: 'handling=lenient' },
    });
    expect(uidsOf(body)).toHaveLength(3);
    expect(body.link?.[0]?.url).not.toContain('colour');
  });

  test('pages follow one another without a gap while studies arrive', async () => {
    const seen: string[] = [];
    let next: string | undefined = '/ImagingStudy?performer=b&_count=1';
    for (let page = 0; next !== undefined && page < 9; page += 1) {
      const { body }: Answer<Bundle<ImagingStudy>> = await get(next);
      expect(body.entry).toHaveLength(1);
      seen.push(...uidsOf(body));
      if (page === 0)
        await seedStudy(server, { hospital: 'b', uid: '1.2.3.99', columns: { study_date: '20261231' } });
      next = body.link?.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toEqual([UIDS.three, UIDS.two, UIDS.one]);
    await server.index.query(`DELETE FROM study WHERE study_instance_uid = '1.2.3.99'`);
  });

  test('is counted without a page', async () => {
    for (const query of ['_summary=count', '_count=0'])
      expect((await get(`/ImagingStudy?performer=b&${query}`)).body).toMatchObject({ total: 3 });
  });

  test('brings along what it refers to', async () => {
    const { body } = await get<Bundle>(
      '/ImagingStudy?identifier=ACC-9&_include=ImagingStudy:patient&_include=ImagingStudy:endpoint&_include=ImagingStudy:performer',
    );
    const included = body.entry?.filter(({ search }) => search?.mode === 'include') ?? [];
    expect(included.map(({ resource }) => resource?.resourceType).toSorted()).toEqual([
      'Endpoint',
      'Endpoint',
      'Organization',
      'Patient',
    ]);
    const endpoint = included.find(({ resource }) => resource?.resourceType === 'Endpoint');
    expect(endpoint?.resource).toMatchObject({ address: `${server.url}/hospitals/b/dicomweb` });
  });
});

describe('what a caller may not read is absent', () => {
  test('a study of another hospital, by whatever it is asked for', async () => {
    const id = imagingStudyId('b', UIDS.two);
    const hidden = await get<OperationOutcome>(`/ImagingStudy/${id}`, keyOfA);
    const never = await get<OperationOutcome>(`/ImagingStudy/${imagingStudyId('b', '1.2.3.77')}`, keyOfA);
    expect([hidden.status, { ...hidden.body, id: '' }]).toEqual([404, { ...never.body, id: '' }]);
    expect((await get(`/ImagingStudy/${id}`, keyOfB)).status).toBe(200);
    for (const query of [
      `_id=${id}`,
      'identifier=ACC-9',
      'performer=b',
      'hr-label=any',
      '_summary=count&performer=b',
    ])
      expect((await get(`/ImagingStudy?${query}`, keyOfA)).body).not.toMatchObject({
        entry: expect.anything() as unknown,
      });
    expect((await get('/ImagingStudy?_summary=count&performer=b', keyOfA)).body.total).toBe(0);
  });

  test('the id of one hospital does not open another’s copy', async () => {
    const { status } = await get(`/ImagingStudy/${imagingStudyId('a', UIDS.two)}`);
    expect(status).toBe(404);
  });

  test('its patient, by id and by identifier', async () => {
    const { body } = await post<Bundle<Patient>>('/Patient/_search', { identifier: 'P-2' });
    const id = body.entry?.[0]?.resource?.id ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.entry?.[0]?.resource).toMatchObject({
      identifier: [{ system: 'urn:hutong:patient-id:b', value: 'P-2' }],
      name: [{ text: 'Li Si' }],
      managingOrganization: { reference: 'Organization/b' },
    });
    expect((await get(`/Patient/${id}`, keyOfB)).status).toBe(200);
    expect((await get(`/Patient/${id}`, keyOfA)).status).toBe(404);
    expect((await get(`/Patient?_id=${id}`, keyOfA)).body.total).toBe(0);
    for (const identifier of ['P-2', 'urn:hutong:patient-id:b|P-2'])
      expect((await post('/Patient/_search', { identifier }, keyOfA)).body.total).toBe(0);
    expect((await get(`/ImagingStudy?patient=${id}`, keyOfB)).body.entry).toHaveLength(2);
    expect((await get(`/ImagingStudy?patient=Patient/${id}`, keyOfA)).body.entry).toBeUndefined();
  });

  test('the other patient of a person, where it is not in view', async () => {
    await server.index.query(
      `WITH person AS (INSERT INTO person DEFAULT VALUES RETURNING person_id)
       INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
       SELECT code, id, person_id, 'confirmed', 'person', 'x' FROM person, (VALUES ('a', 'P-1'), ('b', 'P-2')) AS of (code, id)`,
    );
    const linked = (key: string) => post<Bundle<Patient>>('/Patient/_search', { identifier: 'P-1' }, key);
    const [{ resource: seen } = {}] = (await linked(keyOfRegion)).body.entry ?? [];
    expect(seen?.link).toHaveLength(1);
    const [{ resource: own } = {}] = (await linked(keyOfA)).body.entry ?? [];
    expect(own?.id).toBe(seen?.id);
    expect(own?.link).toBeUndefined();
  });
});

test('a patient is found by an identity card where a study of the person is in view; no number comes back', async () => {
  const { secret } = await createApiKey(server.index, { hospital: 'a', scopes: ['orders'] });
  const value = '11010519491231002X';
  const put = await fetch(`${server.url}/api/patients`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      patients: [
        {
          patientId: 'P-1',
          name: '张三',
          sex: 'F',
          birthDate: '1949-12-31',
          identifiers: [{ kind: 'idCard', value }],
        },
      ],
    }),
  });
  expect(put.status, await put.text()).toBe(200);
  const identifier = `urn:oid:2.16.156.10011.1.3|${value}`;
  const { body } = await post<Bundle<Patient>>('/Patient/_search', { identifier }, keyOfA);
  expect(body.entry?.[0]?.resource?.identifier?.map((one) => one.value)).toEqual(['P-1']);
  expect(JSON.stringify(body)).not.toContain(value);
  const { secret: readOfC } = await createApiKey(server.index, { hospital: 'b', scopes: ['read'] });
  const other = await post<Bundle<Patient>>(
    '/Patient/_search',
    { identifier: `urn:oid:2.16.156.10011.1.19|${value}` },
    readOfC,
  );
  expect(other.body.total).toBe(0);
  for (const wrong of ['urn:oid:2.16.156.10011.1.3|1', 'urn:oid:2.16.156.10011.1.3|x y'])
    expect((await post('/Patient/_search', { identifier: wrong })).body.total).toBe(0);
});

test('hospitals and addresses are read by who may read', async () => {
  const { body } = await get<Bundle>('/Organization', keyOfA);
  expect(body.entry?.map(({ resource }) => resource?.id)).toEqual(['a', 'b']);
  expect((await get('/Organization/b', keyOfA)).body).toMatchObject({ name: 'b医院', alias: ['Hospital b'] });
  expect((await get('/Organization/c', keyOfA)).status).toBe(404);
  expect(
    (await get<Bundle>('/Endpoint?organization=b&connection-type=dicom-wado-rs')).body.entry,
  ).toHaveLength(1);
  expect((await get('/Endpoint/wado-rs')).body).toMatchObject({ address: `${server.url}/dicomweb` });
  const first = await get<Bundle>('/Organization?_count=1');
  expect(first.body.total).toBe(2);
  const next = first.body.link?.find(({ relation }) => relation === 'next')?.url ?? '';
  expect((await get<Bundle>(next)).body.entry?.map(({ resource }) => resource?.id)).toEqual(['b']);
});

test('nothing of patients is in the log', () => {
  const lines = JSON.stringify(server.logged);
  expect(['P-1', 'P-2', 'ZHANG', 'ACC-9', UIDS.two].filter((one) => lines.includes(one))).toEqual([]);
});

test('an id packs any UID and hospital, and gives the UID back', () => {
  const longest = `1.${'23456789.0.'.repeat(5)}1234567`;
  for (const uid of ['1.2', '1.2.3', '2.25.329800735698586629295641978511506172918', longest]) {
    const id = imagingStudyId('a-hospital-with-a-code-as-long-as', uid);
    expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
    expect(studyOfId(id)?.studyInstanceUid).toBe(uid);
    expect(studyOfId(id)?.isOf('another')).toBe(false);
  }
  for (const hostile of ['', '../../etc', 'x'.repeat(65), '0123456789abcdef', "0123456789abcdef'--"])
    expect(studyOfId(hostile)).toBeNull();
});
