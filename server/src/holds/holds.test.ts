import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  aCtStudy,
  type FactoryInstance,
  type FactoryStudy,
  toInstance,
  uidFrom,
} from '../../../test/factories/index.ts';
import type { Problem } from '../contract.ts';
import type { HoldBody, HoldsPage, RetentionBody } from '../contract/privacy.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let ofA: string;
let ofB: string;
let admin: string;
let study: FactoryStudy;
let number = 0;

beforeAll(async () => {
  server = await startTestServer();
  ofA = await server.hospitalKey('a', ['store', 'read', 'correct']);
  ofB = await server.hospitalKey('b', ['store', 'read', 'correct']);
  admin = (await createApiKey(server.index, { hospital: 'a', scopes: ['admin'] })).secret;
});
afterAll(() => server.close());
beforeEach(async () => {
  number += 1;
  study = aCtStudy({ seed: `held over http ${number}`, slices: 2, rows: 4, columns: 4 });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key: ofA })).status).toBe(200);
});

const ask = (method: string, path: string, key: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const hold = (body: object, key = ofA) =>
  ask('POST', '/api/holds', key, { hospital: 'a', reason: '诉讼', ...body });
const remove = () =>
  ask('DELETE', `/dicomweb/studies/${study.studyInstanceUid}`, ofA, { reason: { code: 'TEST', text: '' } });

test('a held study is kept with a reason in both languages, until somebody of its hospital releases it', async () => {
  const made = await hold({ study: study.studyInstanceUid, until: null });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as HoldBody;
  const refused = await remove();
  expect(refused.status).toBe(409);
  const told = (await refused.json()) as Problem;
  expect(told.code).toBe('study-held');
  expect(told.detailZh).toMatch(/\p{Script=Han}/u);
  expect((await ask('DELETE', `/api/holds/${id}`, ofB, { reason: 'x' })).status).toBe(404);
  expect((await ask('DELETE', `/api/holds/${id}`, ofA, {})).status).toBe(400);
  expect((await ask('DELETE', `/api/holds/${id}`, ofA, { reason: '结案' })).status).toBe(200);
  expect((await ask('DELETE', `/api/holds/${id}`, ofA, { reason: '结案' })).status).toBe(404);
  expect((await remove()).status).toBe(204);
});

test('holds show to their own hospital alone', async () => {
  await hold({ study: study.studyInstanceUid });
  const list = async (key: string) =>
    ((await (await ask('GET', '/api/holds?active=true', key)).json()) as HoldsPage).holds;
  expect((await list(ofA)).map(({ studyInstanceUid }) => studyInstanceUid)).toContain(study.studyInstanceUid);
  expect(await list(ofB)).toEqual([]);
  expect((await hold({ study: study.studyInstanceUid }, ofB)).status).toBe(404);
});

test.each([
  [{}, 400],
  [{ study: '1.2.3', patient: 'x' }, 400],
  [{ study: 'no uid' }, 400],
  [{ study: '1.2.3.4.5.99' }, 404],
  [{ patient: 'x', until: 'soon' }, 400],
  [{ patient: 'x', reason: ' ' }, 400],
  [{ patient: 'x', until: '2020-01-01' }, 400],
  [{ study: '1.2.3', studyInstanceUid: '1.2.3' }, 400],
])('a body as %j answers %i', async (body, status) => {
  expect((await hold(body)).status).toBe(status);
});

test('a hold takes the name of a study as other addresses do, until today at the earliest', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const made = await hold({ studyInstanceUid: study.studyInstanceUid, until: today });
  expect(made.status).toBe(201);
  expect(await made.json()).toMatchObject({ studyInstanceUid: study.studyInstanceUid, active: true });
});

test('a member that nobody knows is named, and its value is not', async () => {
  const answer = await hold({ patient: 'x', patientName: '张三' });
  expect(answer.status).toBe(400);
  const { detail } = (await answer.json()) as Problem;
  expect(detail).toContain('patientName');
  expect(detail).not.toContain('张三');
});

/** A rejection note about an image, in its study. */
const noteOn = (one: FactoryInstance, patientId: string) =>
  toInstance({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.59',
    SOPInstanceUID: uidFrom(`note ${number} ${patientId}`),
    StudyInstanceUID: one.studyInstanceUid,
    SeriesInstanceUID: uidFrom(`notes ${number}`),
    PatientID: patientId,
    Modality: 'KO',
    ConceptNameCodeSequence: [
      { CodeValue: '113001', CodingSchemeDesignator: 'DCM', CodeMeaning: 'rejected' },
    ],
    CurrentRequestedProcedureEvidenceSequence: [
      {
        StudyInstanceUID: one.studyInstanceUid,
        ReferencedSeriesSequence: [
          {
            SeriesInstanceUID: one.seriesInstanceUid,
            ReferencedSOPSequence: [
              { ReferencedSOPClassUID: one.sopClassUid, ReferencedSOPInstanceUID: one.sopInstanceUid },
            ],
          },
        ],
      },
    ],
  });

test.each([
  ['of a held study', true, 'P-', 'nothing rejected: under a legal hold', 'a person decides'],
  ['of another patient', false, 'OTHER-', 'nothing rejected: patient or series differs', 'a person decides'],
] as const)(
  'the answer to a rejection note %s says that nothing is rejected',
  async (_, held, prefix, ...words) => {
    if (held) await hold({ study: study.studyInstanceUid });
    const note = noteOn(study.instances[0]!, `${prefix}held over http ${number}`);
    // Also when it is sent again before a person has decided.
    for (const said of words) {
      const sent = await postStore(`${server.url}/dicomweb`, multipartBody([note.bytes]), { key: ofA });
      expect(sent.status).toBe(202);
      const told = sent.text;
      expect(told).toContain(said);
      expect(told).toContain(String(0xb100));
    }
  },
);

test('a rejection note of a held study is not carried out', async () => {
  await hold({ study: study.studyInstanceUid });
  const rest = await ask(
    'DELETE',
    `/dicomweb/studies/${study.studyInstanceUid}/series/${study.instances[0]?.seriesInstanceUid ?? ''}`,
    ofA,
    {
      reason: { code: 'QUALITY', text: '' },
    },
  );
  expect(rest.status).toBe(409);
});

test('how long studies are kept is said, and may be longer than the law asks for, never shorter', async () => {
  const put = (body: object) => ask('PUT', '/api/retention/a', admin, body);
  expect((await put({ outpatientYears: 14, inpatientYears: 30 })).status).toBe(400);
  expect((await put({ outpatientYears: 20, inpatientYears: 40 })).status).toBe(204);
  const { hospitals, least } = (await (await ask('GET', '/api/retention', ofA)).json()) as RetentionBody;
  expect(least).toEqual({ outpatientYears: 15, inpatientYears: 30 });
  expect(hospitals.map(({ code, inpatientYears }) => [code, inpatientYears])).toEqual([['a', 40]]);
  expect(hospitals[0]?.studies).toBe(number - 1);
  expect(
    (await ask('PUT', '/api/retention/b', admin, { outpatientYears: 20, inpatientYears: 40 })).status,
  ).toBe(404);
});

test('a deletion because the time is over is refused before', async () => {
  const answer = await ask('DELETE', `/dicomweb/studies/${study.studyInstanceUid}`, ofA, {
    reason: { code: 'RETENTION_EXPIRED', text: '' },
  });
  expect(answer.status).toBe(409);
  expect(((await answer.json()) as Problem).code).toBe('retention-not-over');
});

test('a policy warns of deletions before the time is over, or refuses them, but for reasons that say that it is wrong', async () => {
  const region = (await createApiKey(server.index, { hospital: null, scopes: ['admin'] })).secret;
  const set = (body: object, key = admin) => ask('PUT', '/api/retention-policy', key, body);
  const remove = (code: string, uid: string) =>
    ask('DELETE', `/dicomweb/studies/${study.studyInstanceUid}/series/${uid}`, ofA, {
      reason: { code, text: '' },
    });
  const series = study.instances[0]?.seriesInstanceUid ?? '';
  const again = async () => {
    const answer = await ask('POST', `/api/studies/${study.studyInstanceUid}/recover`, ofA, {
      reason: { code: 'MISTAKE', text: '' },
    });
    expect(answer.status).toBe(200);
  };
  expect((await set({ hospital: null, answer: 'warn' })).status).toBe(404);
  expect((await set({ hospital: 'b', answer: 'warn' })).status).toBe(404);
  expect((await set({ hospital: 'a', answer: 'perhaps' })).status).toBe(400);
  expect((await set({ hospital: null, answer: 'warn' }, region)).status).toBe(204);
  const warned = await remove('PATIENT_REQUEST', series);
  expect([warned.status, warned.headers.get('warning')]).toEqual([
    204,
    expect.stringMatching(/^299 http:\S+\/dicomweb: Deleted before/),
  ]);
  const { rows } = await server.index.query<{ kept: string | null }>(
    `SELECT detail::jsonb ->> 'keptUntil' AS kept FROM audit_event WHERE action = 'delete' AND study_instance_uid = $1`,
    [study.studyInstanceUid],
  );
  expect(rows.map(({ kept }) => kept)).toEqual([expect.stringMatching(/^\d{4}-12-31$/)]);
  await again();
  // The hospital's own does not loosen that of the region, and may be stricter.
  expect((await set({ hospital: 'a', answer: 'allow' })).status).toBe(204);
  expect((await remove('PATIENT_REQUEST', series)).headers.get('warning')).not.toBeNull();
  await again();
  expect((await set({ hospital: 'a', answer: 'refuse' })).status).toBe(204);
  const refused = await remove('PATIENT_REQUEST', series);
  expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([409, 'retention-not-over']);
  const wrong = await remove('WRONG_PATIENT', series);
  expect([wrong.status, wrong.headers.get('warning')]).toEqual([204, null]);
  const { earlyDeletion } = (await (await ask('GET', '/api/retention', ofB)).json()) as RetentionBody;
  expect(earlyDeletion).toMatchObject([{ hospital: null, answer: 'warn' }]);
  await set({ hospital: null, answer: 'allow' }, region);
  await set({ hospital: 'a', answer: 'allow' });
});
