import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type { CorrectionsPage, PatientCorrectionBody, PatientCorrectionsPage, Problem } from '../contract.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let a: string;
let b: string;
let reader: string;

beforeAll(async () => {
  server = await startTestServer();
  a = await server.hospitalKey('a', ['store', 'read', 'correct']);
  b = await server.hospitalKey('b', ['store', 'read', 'correct']);
  reader = await server.hospitalKey('a', ['read']);
});
afterAll(() => server.close());

const REASON = { code: 'WRONG_DATA', text: 'typing error' };

async function aStudy(seed: string, key = a): Promise<FactoryStudy> {
  const study = aCtStudy({ seed, slices: 2 });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
  return study;
}

const ask = (method: string, path: string, key: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api/patient-corrections${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const searchStudies = async (query: string, key = a): Promise<Record<string, { Value?: unknown[] }>[]> => {
  const answer = await fetch(`${server.url}/dicomweb/studies?${query}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  return answer.status === 204 ? [] : ((await answer.json()) as Record<string, { Value?: unknown[] }>[]);
};

test('a correction is recorded, shows in searches at once, and says how far it has come', async () => {
  const study = await aStudy('routes');
  const answer = await ask('POST', '', a, {
    kind: 'patientAttributes',
    hospital: 'a',
    patient: { patientId: 'P-routes' },
    values: { patientName: { alphabetic: 'Zhao^Liu', ideographic: '赵^六' }, patientBirthDate: '1950-05-05' },
    reason: REASON,
  });
  expect(answer.status).toBe(202);
  const correction = (await answer.json()) as PatientCorrectionBody;
  expect(answer.headers.get('location')).toBe(`/api/patient-corrections/${correction.id}`);
  expect(correction).toMatchObject({
    hospital: 'a',
    kind: 'patientAttributes',
    state: 'working',
    progress: { studies: 1, instances: 2, corrected: 0, failed: 0 },
    studies: [{ studyInstanceUid: study.studyInstanceUid, present: true }],
    reason: { code: 'WRONG_DATA', text: 'typing error' },
  });
  const [found] = await searchStudies('PatientName=赵六&PatientBirthDate=19500505');
  expect(found!['0020000D']!.Value).toEqual([study.studyInstanceUid]);
  const again = await ask('GET', `/${correction.id}`, a);
  expect(await again.json()).toEqual(correction);
  const list = (await (
    await ask('GET', `?study=${study.studyInstanceUid}`, a)
  ).json()) as PatientCorrectionsPage;
  expect(list.corrections.map(({ id }) => id)).toEqual([correction.id]);
  expect(list.next).toBeNull();
  const retry = await ask('POST', `/${correction.id}/retry`, a);
  expect(retry.status).toBe(202);
  const history = await fetch(`${server.url}/api/studies/${study.studyInstanceUid}/history`, {
    headers: { Authorization: `Bearer ${a}` },
  });
  expect(JSON.stringify(await history.json())).toContain('"kind":"corrected"');
});

test('what another hospital stored cannot be corrected, nor its corrections be seen', async () => {
  const study = await aStudy('others', b);
  const body = {
    kind: 'studyAttributes',
    hospital: 'b',
    studyInstanceUid: study.studyInstanceUid,
    values: { accessionNumber: 'X' },
    reason: REASON,
  };
  expect((await ask('POST', '', a, body)).status).toBe(404);
  expect((await ask('POST', '', a, { ...body, hospital: 'a' })).status).toBe(404);
  expect((await ask('POST', '', reader, { ...body, hospital: 'a' })).status).toBe(403);
  const { id } = (await (await ask('POST', '', b, body)).json()) as PatientCorrectionBody;
  expect((await ask('GET', `/${id}`, a)).status).toBe(404);
  expect((await ask('POST', `/${id}/retry`, a)).status).toBe(404);
  expect((await ask('GET', `/${id}`, b)).status).toBe(200);
  const list = (await (await ask('GET', '', a)).json()) as PatientCorrectionsPage;
  expect(list.corrections.every(({ hospital }) => hospital === 'a')).toBe(true);
});

test('a merge is undone with a reason, once, by who may correct there; what comes later is the first patient’s', async () => {
  const own = await aStudy('undone from');
  await aStudy('undone into');
  const { id } = (await (
    await ask('POST', '', a, {
      kind: 'patientMerge',
      hospital: 'a',
      from: { patientId: 'P-undone from' },
      into: { patientId: 'P-undone into' },
      reason: REASON,
    })
  ).json()) as PatientCorrectionBody;
  const listed = async (): Promise<PatientCorrectionBody['undone']> => {
    const page = (await (
      await ask('GET', `?study=${own.studyInstanceUid}`, a)
    ).json()) as PatientCorrectionsPage;
    return page.corrections[0]!.undone;
  };
  expect(await listed()).toBeNull();
  const reason = { code: 'MISTAKE', text: 'two persons' };
  expect((await ask('POST', `/${id}/undo`, reader, { reason })).status).toBe(403);
  expect((await ask('POST', `/${id}/undo`, b, { reason })).status).toBe(404);
  expect((await ask('POST', `/${id}/undo`, a)).status).toBe(400);
  expect((await ask('POST', `/${id}/undo`, a, { reason: { code: 'BECAUSE' } })).status).toBe(400);
  expect(await listed()).toBeNull();
  const undone = await ask('POST', `/${id}/undo`, a, { reason });
  expect(undone.status).toBe(202);
  expect(await undone.json()).toMatchObject({
    id,
    reason: { code: 'WRONG_DATA' },
    undone: { reason: { code: 'MISTAKE', text: 'two persons' }, author: { kind: 'machine' } },
  });
  expect((await ask('POST', `/${id}/undo`, a, { reason: REASON })).status).toBe(200);
  expect((await listed())!.reason.code).toBe('MISTAKE');
  const found = (await searchStudies('PatientID=P-undone from')).map((one) => one['0020000D']!.Value);
  expect(found).toEqual([[own.studyInstanceUid]]);
  const { events } = (await (
    await fetch(`${server.url}/api/studies/${own.studyInstanceUid}/history`, {
      headers: { Authorization: `Bearer ${a}` },
    })
  ).json()) as CorrectionsPage;
  expect(events.map(({ undo, patientCorrection }) => [undo, patientCorrection])).toEqual([
    [true, id],
    [false, id],
  ]);
  const { rows: audited } = await server.index.query<{ patient: string; detail: object }>(
    `SELECT patient_id AS patient, detail::jsonb AS detail FROM audit_event
      WHERE action = 'correct' AND detail::jsonb ->> 'patientCorrection' = $1 ORDER BY sequence`,
    [String(id)],
  );
  expect(audited).toMatchObject([
    { patient: 'P-undone from', detail: { reason: 'WRONG_DATA' } },
    { patient: 'P-undone from', detail: { undone: 'now', reason: 'MISTAKE' } },
    { patient: 'P-undone from', detail: { undone: 'before', reason: 'WRONG_DATA' } },
  ]);
});

test('a correction that others rest on is not undone before them, and says which', async () => {
  await aStudy('rests from');
  await aStudy('rests into');
  const made = async (body: object): Promise<number> =>
    (
      (await (
        await ask('POST', '', a, { hospital: 'a', reason: REASON, ...body })
      ).json()) as PatientCorrectionBody
    ).id;
  const first = await made({
    kind: 'patientMerge',
    from: { patientId: 'P-rests from' },
    into: { patientId: 'P-rests into' },
  });
  const later = await made({
    kind: 'patientAttributes',
    patient: { patientId: 'P-rests into' },
    values: { patientSex: 'M' },
  });
  const refused = await ask('POST', `/${first}/undo`, a, { reason: REASON });
  expect(refused.status).toBe(409);
  const problem = (await refused.json()) as Problem;
  expect(problem.code).toBe('conflict');
  expect(problem.detail).toContain(`: ${later}.`);
  expect(problem.detailZh).toContain(`：${later}。`);
  expect((await ask('POST', `/${later}/undo`, a, { reason: REASON })).status).toBe(202);
  expect((await ask('POST', `/${first}/undo`, a, { reason: REASON })).status).toBe(202);
});

const merge = {
  kind: 'patientMerge',
  hospital: 'a',
  from: { patientId: 'X1' },
  into: { patientId: 'X2' },
  reason: REASON,
};
const attributes = { kind: 'patientAttributes', hospital: 'a', patient: { patientId: 'X1' }, reason: REASON };

test.each([
  ['no kind', {}, 'kind'],
  ['no reason', { ...merge, reason: undefined }, 'reason'],
  ['an unknown reason', { ...merge, reason: { code: 'BECAUSE' } }, 'reason code'],
  ['an empty PatientID', { ...merge, from: { patientId: ' ' } }, 'from.patientId'],
  ['one patient twice', { ...merge, into: merge.from }, 'same patient'],
  ['no values', { ...attributes, values: {} }, 'values'],
  ['a day that is none', { ...attributes, values: { patientBirthDate: '2020-02-31' } }, 'patientBirthDate'],
  ['an unknown sex', { ...attributes, values: { patientSex: 'X' } }, 'patientSex'],
  [
    'a name with a group separator',
    { ...attributes, values: { patientName: { alphabetic: 'Secretname=x' } } },
    'patientName',
  ],
  [
    'a value separator',
    { ...attributes, values: { patientName: { alphabetic: 'Secretname\\x' } } },
    'patientName',
  ],
  [
    'a control character',
    { ...attributes, values: { patientName: { alphabetic: 'Secretname\u0000' } } },
    'patientName',
  ],
  ['an attribute of no patient', { ...attributes, values: { rows: 1 } }, 'values'],
  [
    'no UID',
    {
      kind: 'studyAttributes',
      hospital: 'a',
      studyInstanceUid: 'x',
      values: { studyId: '1' },
      reason: REASON,
    },
    'studyInstanceUid',
  ],
  ['a list', [], 'body'],
])('a body with %s is refused, without repeating a value', async (_what, body, named) => {
  const answer = await ask('POST', '', a, body);
  expect(answer.status).toBe(400);
  const { detail, detailZh } = (await answer.json()) as Problem;
  expect(detail).toContain(named);
  expect(detailZh).toMatch(/\p{Script=Han}/u);
  expect(detail + detailZh).not.toContain('Secretname');
});

test('a patient that is not there, and a correction that is not there, are not found', async () => {
  expect((await ask('POST', '', a, merge)).status).toBe(404);
  for (const id of ['0', 'x', '999999']) expect((await ask('GET', `/${id}`, a)).status).toBe(404);
});

test('nothing that names a patient is logged', () => {
  const logged = JSON.stringify(server.logged);
  expect(logged).toContain('/api/patient-corrections');
  expect(logged).not.toMatch(/Zhao|赵|P-routes|typing error/);
});
