/** Access across hospitals through real HTTP: what is found, what opens it, what ends it, and what nobody learns. */
import { request } from 'node:http';
import { type RoleGrant, setRoles } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type {
  AccessFound,
  AccessPoliciesBody,
  GrantBody,
  GrantsBody,
  NoticesBody,
} from '../contract/access.ts';
import type { WorklistPage } from '../contract.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aSignedInPerson, type Person } from '../testingPeople.ts';

let server: TestServer;
/** Of the patient at b: with an HR label, without one; of another patient at b; of the same number at c; at a itself. */
let labelled: FactoryStudy,
  plain: FactoryStudy,
  stranger: FactoryStudy,
  elsewhere: FactoryStudy,
  own: FactoryStudy;
let keyOfA = '';
let keyOfB = '';
const people: Record<string, Person> = {};

const PATIENT = {
  PatientName: 'ZHAO^LIU',
  PatientID: 'B-4711',
  PatientBirthDate: '19680303',
  PatientSex: 'F',
};
const KEYS = { name: 'Zhao Liu', birthDate: '1968-03-03', sex: 'F' };

async function aPerson(username: string, roles: RoleGrant[]): Promise<void> {
  people[username] = await aSignedInPerson(server, username, roles);
}

const headersOf = (who: string | undefined): Record<string, string> => people[who ?? '']?.cookie ?? {};

const send = (
  who: string | undefined,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(server.url + path, {
    method,
    headers: {
      Accept: '*/*',
      ...headersOf(who),
      ...headers,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const get = (who: string, path: string, headers?: Record<string, string>) =>
  send(who, 'GET', path, undefined, headers);

async function search(who: string, keys: object = KEYS): Promise<AccessFound> {
  const answer = await send(who, 'POST', '/api/access/search', keys);
  expect(answer.status).toBe(200);
  return (await answer.json()) as AccessFound;
}

/** Opens the labelled study of b. */
async function open(who: string, ground: object): Promise<GrantBody> {
  const reference = (await search(who)).studies[0]?.reference;
  const answer = await send(who, 'POST', '/api/access/grants', { reference, ...ground });
  expect(answer.status).toBe(201);
  return (await answer.json()) as GrantBody;
}

const RECOGNITION = { ground: 'recognition' };
const PRESENT = {
  ground: 'patientPresent',
  birthDate: '1968-03-03',
  identityDigits: '123X',
  confirmed: true,
};
const EMERGENCY = {
  ground: 'breakGlass',
  reasonCode: 'UNCONSCIOUS',
  reason: '昏迷，需了解既往影像',
  confirmed: true,
};

/** Every address under which a study can be read. */
function addressesOf({ studyInstanceUid: study, instances }: FactoryStudy): string[] {
  const { seriesInstanceUid: series = '', sopInstanceUid: instance = '' } = instances[0] ?? {};
  const ofSeries = `/studies/${study}/series/${series}`;
  const ofInstance = `${ofSeries}/instances/${instance}`;
  const dicomweb = [
    ...[`/studies/${study}`, ofSeries, ofInstance].flatMap((path) =>
      ['', '/metadata', '/rendered', '/thumbnail', '/pixeldata'].map((what) => path + what),
    ),
    `${ofInstance}/frames/1`,
    `${ofInstance}/frames/1/rendered`,
    `${ofInstance}/frames/1/thumbnail`,
    `${ofInstance}/bulkdata/7FE00010`,
  ];
  return [
    ...['/dicomweb', '/hospitals/b/dicomweb'].flatMap((root) => dicomweb.map((path) => root + path)),
    `/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}&contentType=application/dicom`,
    `/api/studies/${study}/conformance`,
    `/api/studies/${study}/conformance/history`,
    `/api/studies/${study}/conformance?hospital=b`,
  ];
}

/** Statuses of all addresses of a study, each once. */
async function statuses(who: string, study: FactoryStudy): Promise<number[]> {
  const found = new Set<number>();
  for (const address of addressesOf(study)) {
    const answer = await get(who, address);
    await answer.arrayBuffer();
    found.add(answer.status);
  }
  return [...found];
}

/** What lists show, whatever they are asked. */
async function listed(who: string): Promise<string> {
  const texts: string[] = [];
  for (const root of ['/dicomweb', '/hospitals/b/dicomweb', '/hospitals/c/dicomweb'])
    for (const query of [
      'studies',
      'studies?PatientID=B*',
      'studies?limit=1',
      'series',
      'instances?limit=1',
    ]) {
      const answer = await get(who, `${root}/${query}`);
      texts.push(
        answer.headers.get('warning') ?? '',
        answer.headers.get('x-total-count') ?? '',
        await answer.text(),
      );
    }
  for (const path of [
    '/api/worklist',
    '/api/worklist/facets',
    '/api/reviews',
    '/api/corrections',
    '/api/kept-aside',
  ])
    texts.push(await (await get(who, path)).text());
  for (const path of ['/api/changes', '/api/changes?hospital=b', '/api/changes?hospital=c'])
    texts.push(JSON.stringify(((await (await get(who, path)).json()) as { changes: object[] }).changes));
  return texts.join('\n');
}

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_QUIET_SECONDS: '3600' } });
  const keys = {
    a: await server.hospitalKey('a'),
    b: await server.hospitalKey('b'),
    c: await server.hospitalKey('c'),
  };
  keyOfA = keys.a;
  keyOfB = keys.b;
  const store = async (seed: string, key: string, overrides = {}, slices = 2): Promise<FactoryStudy> => {
    const study = aCtStudy({ seed, overrides, slices });
    const body = multipartBody(study.instances.map(({ bytes }) => bytes));
    expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
    return study;
  };
  labelled = await store('labelled', keys.b, PATIENT);
  plain = await store('plain', keys.b, PATIENT);
  stranger = await store('stranger', keys.b, {
    ...PATIENT,
    PatientID: 'B-4712',
    PatientBirthDate: '19680304',
  });
  elsewhere = await store('elsewhere', keys.c, PATIENT);
  own = await store('own', keys.a, { PatientID: 'A-1' });
  await server.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'engine' FROM study WHERE study_instance_uid = $1`,
    [labelled.studyInstanceUid],
  );
  await aPerson('li', [{ role: 'clinician', hospital: 'a' }]);
  await aPerson('wang', [{ role: 'radiologist', hospital: 'a' }]);
  await aPerson('both', [
    { role: 'clinician', hospital: 'a' },
    { role: 'qualityControl', hospital: null },
  ]);
  await aPerson('chief', [{ role: 'administrator', hospital: 'b' }]);
  await aPerson('region', [{ role: 'administrator', hospital: null }]);
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  await server.index.query('UPDATE access_grant SET ended_at = now() WHERE ended_at IS NULL');
  await server.index.query('DELETE FROM access_search');
});

describe('a search', () => {
  test('finds what has an HR label alone, and says nothing by which it could be opened', async () => {
    const answer = await send('li', 'POST', '/api/access/search', KEYS);
    const text = await answer.text();
    const { studies } = JSON.parse(text) as AccessFound;
    expect(studies).toMatchObject([
      {
        hospital: { code: 'b' },
        modalities: ['CT'],
        labels: ['龙南市HR'],
        grounds: ['recognition', 'patientPresent', 'consent', 'breakGlass'],
        hours: 24,
      },
    ]);
    for (const study of [labelled, plain, stranger, elsewhere])
      expect(text).not.toContain(study.studyInstanceUid);
    expect(text).not.toContain('4711');
  });

  test.each([
    [{ name: '赵六', birthDate: '1968-03-03', sex: 'F' }, 0],
    [{ name: 'ZHAO^LIU', patientId: 'B-4711' }, 1],
    [{ name: 'zhaoliu', patientId: 'B-4711' }, 1],
    [{ name: 'Zhao', patientId: 'B-4711' }, 0],
    [{ name: 'Zhao Liu', patientId: 'B-47' }, 0],
    [{ name: 'Zhao Liu', patientId: 'B-4712' }, 0],
    [{ name: 'Zhao Liu', birthDate: '1968-03-03', sex: 'M' }, 0],
    [{ name: "Zhao' OR '%", patientId: '%' }, 0],
  ])('for %j finds %i', async (keys, count) => {
    expect((await search('li', keys)).studies).toHaveLength(count);
  });

  test.each([
    {},
    { name: 'Zhao Liu' },
    { name: 'Zhao Liu', birthDate: '1968-03-03' },
    { name: 'Zhao Liu', birthDate: '19680303', sex: 'F' },
    { name: '^', patientId: 'B-4711' },
    { name: 'Zhao Liu', patientId: ' ' },
    { name: 'Zhao Liu', patientId: 'B-4711', accessionNumber: '1' },
  ])('with %j is refused', async (keys) => {
    expect((await send('li', 'POST', '/api/access/search', keys)).status).toBe(400);
  });

  test('answers the same of a hidden patient and of one who never was', async () => {
    const hidden = await search('li', { name: 'Zhao Liu', patientId: 'B-4712' });
    const never = await search('li', { name: 'Nobody Here', patientId: 'B-4712' });
    expect(hidden).toEqual(never);
  });

  test('is for people who treat at a hospital, and not without end', async () => {
    expect((await send('region', 'POST', '/api/access/search', KEYS)).status).toBe(403);
    expect((await send('chief', 'POST', '/api/access/search', { ...KEYS, viewing: 'a' })).status).toBe(403);
    for (let i = 0; i < 30; i += 1) await search('wang');
    const answer = await send('wang', 'POST', '/api/access/search', KEYS);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '300']);
  });

  test('leaves in the trail who was found, and not who was looked for', async () => {
    await search('li');
    const { rows } = await server.index.query<{ hospital_code: string; detail: string }>(
      `SELECT hospital_code, detail FROM audit_event WHERE actor_name = 'li' AND detail LIKE '%elsewhere%' ORDER BY at`,
    );
    expect(rows.map((row) => row.hospital_code)).toEqual(expect.arrayContaining(['a', 'b']));
    expect(rows.every(({ detail }) => !/Zhao/i.test(detail) && !detail.includes('1968'))).toBe(true);
  });
});

describe('a grant', () => {
  test('of recognition opens the study on every way of reading, to its person, and nothing else', async () => {
    expect(await statuses('li', labelled)).toEqual([404]);
    const before = await listed('li');
    expect(before).not.toContain(labelled.studyInstanceUid);
    const grant = await open('li', RECOGNITION);
    expect(grant).toMatchObject({ ground: 'recognition', wholePatient: false, hospital: { code: 'b' } });
    expect(await statuses('li', labelled)).toEqual([200]);
    for (const study of [plain, stranger, elsewhere]) expect(await statuses('li', study)).toEqual([404]);
    expect(await statuses('wang', labelled)).toEqual([404]);
    const after = await listed('li');
    expect(after).toContain(labelled.studyInstanceUid);
    for (const study of [plain, stranger, elsewhere]) expect(after).not.toContain(study.studyInstanceUid);
    expect(await listed('wang')).not.toContain(labelled.studyInstanceUid);
    const page = (await (await get('li', '/api/worklist')).json()) as WorklistPage;
    expect(page.total.value).toBe(2);
    expect(page.studies.map(({ studyInstanceUid, access }) => [studyInstanceUid, access?.ground])).toEqual(
      expect.arrayContaining([
        [labelled.studyInstanceUid, 'recognition'],
        [own.studyInstanceUid, undefined],
      ]),
    );
  });

  test('for a patient who is there opens all that the hospital has of the patient, also what comes later', async () => {
    await open('li', PRESENT);
    for (const study of [labelled, plain]) expect(await statuses('li', study)).toEqual([200]);
    for (const study of [stranger, elsewhere]) expect(await statuses('li', study)).toEqual([404]);
    const later = aCtStudy({ seed: 'later', overrides: PATIENT, slices: 1 });
    await postStore(`${server.url}/dicomweb`, multipartBody(later.instances.map(({ bytes }) => bytes)), {
      key: keyOfB,
    });
    expect(await statuses('li', later)).toEqual([200]);
  });

  test('opens no more than reading', async () => {
    await open('li', PRESENT);
    const study = labelled.studyInstanceUid;
    const share = {
      hospital: 'b',
      studies: [{ studyInstanceUid: study }],
      mayDownload: true,
      factor: 'none',
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
    expect((await send('li', 'POST', '/api/shares', share)).status).toBeGreaterThanOrEqual(400);
    const body = { itemCode: 'CT-01', verdict: 'PASS', reason: 'x', evidence: '' };
    expect((await send('li', 'POST', `/api/studies/${study}/conformance/decisions`, body)).status).toBe(403);
    expect((await send('li', 'DELETE', `/dicomweb/studies/${study}`)).status).toBe(403);
  });

  test('for a patient who is there asks for the date of birth, not for ever', async () => {
    const reference = (await search('li')).studies[0]?.reference;
    const wrong = { reference, ...PRESENT, birthDate: '1968-03-04' };
    for (let i = 0; i < 5; i += 1) {
      const answer = await send('li', 'POST', '/api/access/grants', wrong);
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        403,
        'access-not-the-patient',
      ]);
    }
    expect((await send('li', 'POST', '/api/access/grants', { reference, ...PRESENT })).status).toBe(404);
    expect(await statuses('li', labelled)).toEqual([404]);
  });

  test.each([
    ['consent without a document', { ground: 'consent', document: '' }],
    ['an emergency without a reason', { ...EMERGENCY, reason: ' ' }],
    ['an emergency that is not confirmed', { ...EMERGENCY, confirmed: false }],
    ['a patient without digits', { ...PRESENT, identityDigits: '' }],
    ['no ground', {}],
    ['an open door', { ground: 'open' }],
  ])('is not given for %s', async (_what, ground) => {
    const reference = (await search('li')).studies[0]?.reference;
    expect((await send('li', 'POST', '/api/access/grants', { reference, ...ground })).status).toBe(400);
  });

  test("is not given on another's reference, nor on none", async () => {
    const reference = (await search('li')).studies[0]?.reference;
    const answers = [];
    for (const given of [reference, 'hta_nothing'])
      answers.push(await send('wang', 'POST', '/api/access/grants', { reference: given, ...RECOGNITION }));
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    const [foreign, never] = await Promise.all(answers.map((one) => one.text()));
    const plainText = (text = '') => text.replace(/"requestId":"[^"]*"/, '');
    expect(plainText(foreign)).toBe(plainText(never));
  });

  const endings: [string, (grant: GrantBody) => Promise<unknown>, () => Promise<unknown>][] = [
    [
      'its person ends it',
      async ({ id }) => expect((await send('li', 'DELETE', `/api/access/grants/${id}`)).status).toBe(204),
      () => Promise.resolve(),
    ],
    [
      'the issuing hospital ends it',
      async ({ id }) => expect((await send('chief', 'DELETE', `/api/access/grants/${id}`)).status).toBe(204),
      () => Promise.resolve(),
    ],
    [
      'its time is over',
      ({ id }) =>
        server.index.query(
          `UPDATE access_grant SET created_at = now() - interval '2 days', expires_at = now() WHERE access_grant_id = $1`,
          [id],
        ),
      () => Promise.resolve(),
    ],
    [
      'its person has no role there any more',
      () => setRoles(server.index, 'li', [{ role: 'clinician', hospital: 'c' }]),
      () => setRoles(server.index, 'li', [{ role: 'clinician', hospital: 'a' }]),
    ],
    [
      'the policy does not know its ground any more',
      async () =>
        expect(
          (
            await send('region', 'PUT', '/api/access-policies', {
              ...RULES,
              issuing: 'b',
              grounds: ['consent'],
            })
          ).status,
        ).toBe(200),
      async () => {
        const { policies } = (await (
          await get('region', '/api/access-policies')
        ).json()) as AccessPoliciesBody;
        const id = policies.find(({ issuing }) => issuing === 'b')?.id;
        expect((await send('region', 'DELETE', `/api/access-policies/${id ?? 0}`)).status).toBe(204);
      },
    ],
  ];
  test.each(endings)('is over at once when %s', async (_what, end, back) => {
    const grant = await open('li', PRESENT);
    expect(await statuses('li', plain)).toEqual([200]);
    await end(grant);
    expect(await statuses('li', plain)).toEqual([404]);
    expect(await listed('li')).not.toContain(plain.studyInstanceUid);
    await back();
  });

  test('is over when its study is found to be of another patient, and comes back with it', async () => {
    const move = (patientId: string) =>
      server.index.query('UPDATE study SET patient_id = $2 WHERE study_instance_uid = $1', [
        labelled.studyInstanceUid,
        patientId,
      ]);
    for (const ground of [RECOGNITION, PRESENT]) {
      const { id } = await open('li', ground);
      await move('B-9999');
      expect(await statuses('li', labelled)).toEqual([404]);
      expect(await statuses('li', plain)).toEqual([404]);
      await move('B-4711');
      expect(await statuses('li', labelled)).toEqual([200]);
      expect((await send('li', 'DELETE', `/api/access/grants/${id}`)).status).toBe(204);
    }
  });

  test('of a patient does not open studies of somebody else who was given the same number', async () => {
    const twice = aCtStudy({
      seed: 'number given twice',
      overrides: { ...PATIENT, PatientName: 'QIAN^YI', PatientBirthDate: '20010101' },
      slices: 1,
    });
    await postStore(`${server.url}/dicomweb`, multipartBody(twice.instances.map(({ bytes }) => bytes)), {
      key: keyOfB,
    });
    await open('li', PRESENT);
    expect(await statuses('li', plain)).toEqual([200]);
    expect(await statuses('li', twice)).toEqual([404]);
    expect(await listed('li')).not.toContain(twice.studyInstanceUid);
  });

  test("is another's to nobody but the issuing hospital", async () => {
    const { id } = await open('li', RECOGNITION);
    expect((await send('wang', 'DELETE', `/api/access/grants/${id}`)).status).toBe(404);
    const grants = async (who: string) =>
      (await (await get(who, '/api/access/grants?holding=true')).json()) as GrantsBody;
    expect((await grants('wang')).own).toEqual([]);
    expect((await grants('li')).own.map((grant) => grant.id)).toEqual([id]);
    expect((await grants('chief')).concerning.map((grant) => grant.id)).toEqual([id]);
    expect(await statuses('li', labelled)).toEqual([200]);
  });

  test('lets changes into a stream that goes on, and none after its end', async () => {
    const { id } = await open('li', PRESENT);
    const stream = await get('li', '/api/changes?since=now', { Accept: 'text/event-stream' });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (what: string): Promise<void> => {
      while (!text.includes(what)) {
        const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
        if (done) throw new Error('the stream ended');
        text += value;
      }
    };
    const store = async (seed: string, key: string): Promise<FactoryStudy> => {
      const study = aCtStudy({ seed, overrides: PATIENT, slices: 1 });
      await postStore(`${server.url}/dicomweb`, multipartBody(study.instances.map(({ bytes }) => bytes)), {
        key,
      });
      return study;
    };
    const before = await store('while open', keyOfB);
    await until(before.studyInstanceUid);
    expect((await send('li', 'DELETE', `/api/access/grants/${id}`)).status).toBe(204);
    const after = await store('after the end', keyOfB);
    const mine = await store('of the own hospital', keyOfA);
    await until(mine.studyInstanceUid);
    expect(text).not.toContain(after.studyInstanceUid);
    await reader?.cancel();
  });

  test('that ends cuts off a retrieval under way within a second', async () => {
    const large = aCtStudy({
      seed: 'large',
      overrides: { ...PATIENT, Rows: 1024, Columns: 1024 },
      slices: 40,
      rows: 1024,
      columns: 1024,
    });
    await postStore(`${server.url}/dicomweb`, multipartBody(large.instances.map(({ bytes }) => bytes)), {
      key: keyOfB,
    });
    const { id } = await open('li', PRESENT);
    const outcome = await new Promise<{ ended: string; afterMs: number }>((resolve, reject) => {
      const asked = request(
        `${server.url}/dicomweb/studies/${large.studyInstanceUid}`,
        { headers: { ...headersOf('li'), Accept: 'multipart/related; type="application/dicom"' } },
        (answer) => {
          expect(answer.statusCode).toBe(200);
          // Nothing is read: the answer waits in the middle.
          answer.pause();
          void (async () => {
            expect((await send('li', 'DELETE', `/api/access/grants/${id}`)).status).toBe(204);
            const from = performance.now();
            const over = (ended: string) => () => {
              resolve({ ended, afterMs: performance.now() - from });
            };
            answer.once('error', over('cut')).once('end', over('whole'));
            setTimeout(() => answer.resume(), 900);
          })().catch(reject);
        },
      );
      asked.on('error', reject);
      asked.end();
    });
    expect(outcome.ended).toBe('cut');
  });
});

const RULES = {
  issuing: null,
  viewing: null,
  discoverable: 'labelled',
  grounds: ['recognition', 'patientPresent', 'consent', 'breakGlass'],
  hours: 24,
  purposes: ['TREAT'],
};

describe('an emergency', () => {
  test('is told to the issuing hospital, which contests it, and is on record as one', async () => {
    const grant = await open('li', EMERGENCY);
    await get('li', `/dicomweb/studies/${plain.studyInstanceUid}/metadata`);
    const notices = (await (await get('chief', '/api/access/notices')).json()) as NoticesBody;
    expect(notices).toMatchObject({
      unread: 1,
      notices: [
        {
          state: 'unread',
          grant: { id: grant.id, person: 'li', patientId: 'B-4711', reasonCode: 'UNCONSCIOUS' },
        },
      ],
    });
    const address = `/api/access/notices/${notices.notices[0]?.id ?? 0}`;
    expect((await send('chief', 'PATCH', address, { state: 'contested' })).status).toBe(400);
    const contested = await send('chief', 'PATCH', address, { state: 'contested', answer: '当日患者清醒' });
    expect(await contested.json()).toMatchObject({ state: 'contested', answeredBy: 'chief' });
    expect(((await (await get('chief', '/api/access/notices')).json()) as NoticesBody).unread).toBe(0);
    const { rows } = await server.index.query<{ action: string; purpose: string }>(
      `SELECT action, purpose FROM audit_event WHERE actor_name = 'li' AND hospital_code = 'b'
          AND (action = 'breakGlass' OR action = 'metadata' AND study_instance_uid = $1 AND purpose = 'BTG')`,
      [plain.studyInstanceUid],
    );
    expect(rows.map(({ action }) => action).toSorted()).toEqual(['breakGlass', 'metadata']);
    const feed = await fetch(`${server.url}/api/changes?action=glassBroken`, {
      headers: { Authorization: `Bearer ${keyOfB}` },
    });
    const text = await feed.text();
    expect(text).toContain(labelled.studyInstanceUid);
    expect(text).not.toContain('4711');
  });

  test('is nothing that the other hospital hears of', async () => {
    await open('li', EMERGENCY);
    expect((await get('li', '/api/access/notices')).status).toBe(403);
    expect(await (await get('region', '/api/access/notices?limit=1')).json()).toMatchObject({
      notices: [{}],
    });
  });
});

describe('the policy of the region', () => {
  test('opens a hospital to the people of another, effective at once and back', async () => {
    expect(await statuses('wang', plain)).toEqual([404]);
    const entry = { ...RULES, issuing: 'b', viewing: 'a', grounds: ['open'] };
    const saved = (await (await send('region', 'PUT', '/api/access-policies', entry)).json()) as {
      id: number;
    };
    expect(await statuses('wang', plain)).toEqual([200]);
    expect(await statuses('wang', elsewhere)).toEqual([404]);
    expect(await listed('wang')).toContain(stranger.studyInstanceUid);
    expect((await send('region', 'DELETE', `/api/access-policies/${saved.id}`)).status).toBe(204);
    expect(await statuses('wang', plain)).toEqual([404]);
  });

  test('says what is found', async () => {
    const set = async (rules: object) =>
      send('region', 'PUT', '/api/access-policies', { ...RULES, issuing: 'c', ...rules });
    await set({ discoverable: 'all', grounds: ['breakGlass'], hours: 2 });
    expect(
      (await search('li')).studies.map(({ hospital, grounds, hours }) => [hospital.code, grounds, hours]),
    ).toEqual(
      expect.arrayContaining([
        ['c', ['breakGlass'], 2],
        ['b', expect.arrayContaining(['recognition']), 24],
      ]),
    );
    await set({ discoverable: 'none' });
    expect((await search('li')).studies.map(({ hospital }) => hospital.code)).toEqual(['b']);
    const page = (await (await get('region', '/api/access-policies')).json()) as AccessPoliciesBody;
    expect(page.former.some(({ issuing, discoverable }) => issuing === 'c' && discoverable === 'all')).toBe(
      true,
    );
  });

  test('has one entry for a pair, whoever saves it at once', async () => {
    const saves = [1, 2, 3, 4].map((hours) =>
      send('region', 'PUT', '/api/access-policies', { ...RULES, issuing: 'a', viewing: 'c', hours }),
    );
    expect((await Promise.all(saves)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const page = (await (await get('region', '/api/access-policies')).json()) as AccessPoliciesBody;
    const ofPair = (policies: AccessPoliciesBody['policies']) =>
      policies.filter(({ issuing, viewing }) => issuing === 'a' && viewing === 'c');
    expect([ofPair(page.policies).length, ofPair(page.former).length]).toEqual([1, 3]);
  });

  test('is changed by administrators of the region, and the entry for all stays', async () => {
    expect((await send('chief', 'PUT', '/api/access-policies', RULES)).status).toBe(403);
    expect((await send('li', 'GET', '/api/access-policies')).status).toBe(403);
    const page = (await (await get('chief', '/api/access-policies')).json()) as AccessPoliciesBody;
    expect(page.mayChange).toBe(false);
    const general = page.policies.find(({ issuing, viewing }) => issuing === null && viewing === null);
    expect((await send('region', 'DELETE', `/api/access-policies/${general?.id ?? 0}`)).status).toBe(404);
    for (const wrong of [
      { ...RULES, hours: 0 },
      { ...RULES, grounds: ['anything'] },
      { ...RULES, issuing: 'a', viewing: 'a' },
      { ...RULES, purposes: [] },
    ])
      expect((await send('region', 'PUT', '/api/access-policies', wrong)).status).toBe(400);
    expect(
      (await send('region', 'PUT', '/api/access-policies', { ...RULES, issuing: 'nowhere' })).status,
    ).toBe(404);
  });
});

describe('a purpose', () => {
  const reads = async (study: FactoryStudy, headers?: Record<string, string>) =>
    (await get('both', `/dicomweb/studies/${study.studyInstanceUid}/metadata`, headers)).status;

  test('says which roles read: treatment first, another by a header', async () => {
    expect([await reads(own), await reads(plain)]).toEqual([200, 404]);
    const quality = { 'Purpose-Of-Use': 'HQUALIMP' };
    expect([await reads(own, quality), await reads(plain, quality)]).toEqual([200, 200]);
    for (const purpose of ['HOPERAT', 'HRESCH', 'anything'])
      expect(await reads(own, { 'Purpose-Of-Use': purpose })).toBe(403);
    const { rows } = await server.index.query<{ purpose: string }>(
      `SELECT DISTINCT purpose FROM audit_event WHERE actor_name = 'both' AND study_instance_uid = $1 AND outcome = 'success'`,
      [own.studyInstanceUid],
    );
    expect(rows.map(({ purpose }) => purpose).toSorted()).toEqual(['HQUALIMP', 'TREAT']);
  });

  test('is chosen for a session', async () => {
    const session = async () => (await (await get('both', '/api/session')).json()) as object;
    expect(await session()).toMatchObject({ purpose: 'TREAT', purposes: ['TREAT', 'HQUALIMP'] });
    expect((await send('both', 'PUT', '/api/access/purpose', { purpose: 'HOPERAT' })).status).toBe(403);
    expect((await send('both', 'PUT', '/api/access/purpose', { purpose: 'HQUALIMP' })).status).toBe(204);
    expect(await session()).toMatchObject({ purpose: 'HQUALIMP' });
    expect(await reads(plain)).toBe(200);
    expect((await send('both', 'PUT', '/api/access/purpose', { purpose: 'TREAT' })).status).toBe(204);
    expect(await reads(plain)).toBe(404);
  });

  test('of an administrator is operation', async () => {
    await get('region', `/dicomweb/studies/${own.studyInstanceUid}/metadata`);
    const { rows } = await server.index.query<{ purpose: string }>(
      `SELECT DISTINCT purpose FROM audit_event WHERE actor_name = 'region' AND action = 'metadata'`,
    );
    expect(rows).toEqual([{ purpose: 'HOPERAT' }]);
  });

  test('of a machine is its own', async () => {
    const asked = (purpose: string) =>
      fetch(`${server.url}/dicomweb/studies`, {
        headers: { Authorization: `Bearer ${keyOfB}`, 'Purpose-Of-Use': purpose },
      });
    expect([(await asked('TREAT')).status, (await asked('HOPERAT')).status]).toEqual([200, 403]);
  });
});
