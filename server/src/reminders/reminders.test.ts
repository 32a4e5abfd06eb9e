/** The reminder through real HTTP: the JSON call, the card, the list and the policy, and what nobody learns. */
import {
  createApiKey,
  inTransaction,
  loadConfig,
  openPersonKeys,
  patientHistory,
  registerPatient,
  revokeApiKey,
  savePolicy,
} from '@hutong/storage-config';
import { labelStudy, linkPatients, putLabelledStudy } from '@hutong/storage-config/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type {
  RecognitionPolicyBody,
  ReminderCardBody,
  ReminderPicturesBody,
  RemindersAnswer,
  RemindersPage,
} from '../contract/reminders.ts';
import type { Problem } from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { aPerson, type Answer, type Person, send } from '../testingPeople.ts';

const AUTHOR = { kind: 'person', id: 'qc', name: '质控' } as const;
const PERSON_KEY = { HUTONG_PERSON_KEY: Buffer.alloc(32, 7).toString('base64') };
let server: TestServer;
let his: Record<string, string>, ofRegion: Record<string, string>, reader: Record<string, string>;
let doctor: Person, issuer: Person, quality: Person, ownQuality: Person;
let study = 0;

const bearer = async (hospital: string | null, scope: 'recognise' | 'read') => ({
  Authorization: `Bearer ${(await createApiKey(server.index, { hospital, scopes: [scope] })).secret}`,
});

beforeAll(async () => {
  server = await startTestServer({ env: { ...PERSON_KEY, HUTONG_REMINDER_ASSERTED_IDENTITY: 'on' } });
  for (const code of ['a', 'b', 'c']) await server.hospitalKey(code);
  await server.index.query("UPDATE hospital SET level = '三级甲等'");
  [his, ofRegion, reader] = [
    await bearer('a', 'recognise'),
    await bearer(null, 'recognise'),
    await bearer('a', 'read'),
  ];
  doctor = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
  issuer = await aPerson(server, [{ role: 'clinician', hospital: 'b' }]);
  quality = await aPerson(server, [{ role: 'qualityControl', hospital: null }]);
  ownQuality = await aPerson(server, [{ role: 'qualityControl', hospital: 'a' }]);
}, 60_000);
afterAll(() => server.close());

beforeEach(async () => {
  const { index } = server;
  await index.query(
    `TRUNCATE reminder, reminder_card, recognition_decision, hr_label_event, study, patient_link, person, exam_mapping, exam_name,
              recognition_policy, share CASCADE`,
  );
  await index.query('DELETE FROM access_policy WHERE issuing_hospital IS NOT NULL');
  await index.query(
    `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
     VALUES ('a', 'HEAD', '{CT-01}', 'person', 'x', 'x')`,
  );
  await linkPatients(index, [
    { hospital: 'a', patientId: 'A-1' },
    { hospital: 'b', patientId: 'B-SECRET' },
  ]);
  study = await putLabelledStudy(index, {
    hospital: 'b',
    studyInstanceUid: '1.2.3',
    patientId: 'B-SECRET',
    ageDays: 5,
  });
});

const ASKED = {
  patient: { patientId: 'A-1' },
  exams: [{ code: 'HEAD', modality: 'CT' }],
  orderNumber: 'O-7',
  department: '神经内科',
  practitioner: '赵主任',
};
const ask = (body: object = ASKED, who: Record<string, string> = his): Promise<Answer<RemindersAnswer>> =>
  send(server, 'POST', '/reminders', who, body);
const tokenOf = ({ body }: Answer<RemindersAnswer>): string => body.card?.url.split('#')[1] ?? '';
const card = <T = ReminderCardBody>(path: string, body: object): Promise<Answer<T>> =>
  send<T>(server, 'POST', `/reminder-cards${path}`, {}, body);

describe('the JSON call', () => {
  test('S2: names the study of another hospital with item, date, label, age, verdict, word, why, and where to go', async () => {
    const { status, headers, body, text } = await ask();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.linked).toBe(true);
    expect(body.reminders).toHaveLength(1);
    const [reminder] = body.reminders;
    expect(reminder).toMatchObject({ items: [{ code: 'CT-01' }], emptyBecause: null });
    expect(reminder?.page).toBe(`${server.url}/recognition/reminders/${reminder?.id ?? ''}`);
    expect(reminder?.matches[0]).toMatchObject({
      hospital: { code: 'b' },
      own: false,
      studyInstanceUid: '1.2.3',
      ageDays: 5,
      labels: ['龙南市HR'],
      verdict: 'PASS',
      word: 'MUST_RECOGNISE',
    });
    expect(reminder?.matches[0]?.text.zh).toContain('5 天前');
    expect(reminder?.matches[0]?.text.en).toContain('5 days ago');
    expect(body.reasons.map(({ code }) => code)).toContain('RX12');
    // The number of the patient at the other hospital is not for who asks.
    expect(text).not.toContain('B-SECRET');
  });

  test('several exams at once are answered each by itself, and say why there is nothing', async () => {
    const exams = [{ code: 'HEAD' }, { name: '没有人知道的检查' }];
    const { body } = await ask({ ...ASKED, exams });
    expect(body.reminders.map((one) => one.emptyBecause?.code ?? one.matches.length)).toEqual([
      1,
      'unmapped',
    ]);
  });

  test('nothing to show makes no card', async () => {
    const { body } = await ask({ ...ASKED, patient: { patientId: 'A-2' } });
    expect(body).toMatchObject({
      card: null,
      linked: false,
      reminders: [{ emptyBecause: { code: 'noStudy' } }],
    });
  });

  test('identifiers that cannot be are left out, and said so without being repeated', async () => {
    const { status, body, text } = await ask({
      ...ASKED,
      identifiers: [{ kind: 'idCard', value: '110101199003071234' }],
    });
    expect(status).toBe(200);
    expect(body.ignoredIdentifiers).toMatchObject([{ index: 0 }]);
    expect(text).not.toContain('110101199003071234');
  });

  test('a health-card number or ID card names the person, whatever the number at the hospital', async () => {
    const keys = openPersonKeys(loadConfig({ HUTONG_DATA: server.folder, ...PERSON_KEY }));
    const idCard = { kind: 'idCard', value: '11010519491231002X' } as const;
    await inTransaction(server.index, (client) =>
      registerPatient(client, keys, {
        hospital: 'b',
        patientId: 'B-9',
        name: '王九',
        sex: '',
        birthDate: '19491231',
        identifiers: [idCard],
        author: AUTHOR,
      }),
    );
    await putLabelledStudy(server.index, { hospital: 'b', studyInstanceUid: '1.2.9', patientId: 'B-9' });
    const named = async (given: object) =>
      (await ask({ ...ASKED, patient: undefined, ...given })).body.reminders.flatMap(
        ({ matches, emptyBecause }) =>
          emptyBecause === null ? matches.map((match) => match.studyInstanceUid) : [emptyBecause.code],
      );
    expect(await named({ identifiers: [idCard] })).toEqual(['1.2.9']);
    // Who asks about somebody that is no patient there is found in the trail of both hospitals.
    const { rows } = await server.index.query<{ hospital: string }>(
      `SELECT hospital_code AS hospital FROM audit_event
        WHERE action = 'search' AND detail::jsonb ->> 'byIdentifiersAlone' = 'true' ORDER BY 1`,
    );
    expect(rows).toEqual([{ hospital: 'a' }, { hospital: 'b' }]);
    expect(await named({ identifiers: [idCard], patient: { patientId: 'A-77' } })).toEqual(['1.2.9']);
    // A-1 is known to be somebody else.
    expect(await named({ identifiers: [idCard], patient: { patientId: 'A-1' } })).toEqual(['otherPerson']);
  });

  test('is on record, and so is each study that was named, with who asked for whom', async () => {
    const { body } = await ask();
    const { rows } = await server.index.query<{
      hospital: string;
      study: string;
      detail: { practitioner: string };
    }>(
      `SELECT hospital_code AS hospital, study_instance_uid AS study, detail::jsonb AS detail FROM audit_event
        WHERE action = 'search' AND (detail::jsonb -> 'reminders' ? $1 OR study_instance_uid = '1.2.3')
        ORDER BY sequence DESC LIMIT 2`,
      [body.reminders[0]?.id],
    );
    expect(rows.map(({ hospital }) => hospital).toSorted()).toEqual(['a', 'b']);
    expect(rows.every(({ detail }) => detail.practitioner === '赵主任')).toBe(true);
  });

  test('a person asks in the own name, whatever is said', async () => {
    await ask(ASKED, doctor.cookie);
    const { rows } = await server.index.query<{ practitioner: string }>(
      "SELECT practitioner FROM reminder WHERE channel = 'page'",
    );
    expect(rows[0]?.practitioner).toMatch(/^人 /);
  });

  test.each([
    ['without a patient', { exams: [{ code: 'HEAD' }] }, 400],
    ['without an exam', { ...ASKED, exams: [] }, 400],
    ['an exam without code and name', { ...ASKED, exams: [{ modality: 'CT' }] }, 400],
    ['with too many exams', { ...ASKED, exams: Array.from({ length: 21 }, () => ({ code: 'HEAD' })) }, 400],
    ['with what is not known', { ...ASKED, nonsense: true }, 400],
    ['for another hospital', { ...ASKED, hospital: 'b' }, 403],
    ['for a hospital that is none', { ...ASKED, hospital: 'nowhere' }, 403],
  ])('asked %s it refuses', async (_what, body, status) => {
    expect((await ask(body)).status).toBe(status);
  });

  test('people ask about anybody in the region by identifiers as seldom as they search elsewhere; systems at each order', async () => {
    const curious = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
    const body = {
      exams: ASKED.exams,
      identifiers: [{ kind: 'idCard', value: '11010519491231002X' }],
    };
    await server.index.query(
      'INSERT INTO access_search (account_id, since, searches) VALUES ($1, now(), 29)',
      [curious.id],
    );
    expect((await ask(body, curious.cookie)).status).toBe(200);
    const refused = await ask(body, curious.cookie);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300']);
    expect((await ask(ASKED, curious.cookie)).status).toBe(200);
    expect((await ask(body)).status).toBe(200);
  });

  test('a key of the region says for whom it asks, and one without the scope asks nothing', async () => {
    expect((await ask(ASKED, ofRegion)).status).toBe(400);
    expect((await ask({ ...ASKED, hospital: 'a' }, ofRegion)).body.reminders[0]?.matches).toHaveLength(1);
    expect((await ask(ASKED, reader)).status).toBe(403);
    expect((await ask(ASKED, {})).status).toBe(401);
  });

  test('a body of many megabytes is not read', async () => {
    expect((await ask({ ...ASKED, department: 'x'.repeat(100_000) })).status).toBe(413);
  });
});

describe('the card', () => {
  test('shows what was answered to whoever holds its token, and nothing to anybody else', async () => {
    const token = tokenOf(await ask());
    const { status, body, text } = await card('', { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      hospital: { code: 'a' },
      practitioner: '赵主任',
      opensPictures: true,
      reminders: [{ matches: [{ studyInstanceUid: '1.2.3' }], decisions: [] }],
    });
    expect(text).not.toMatch(/B-SECRET|A-1/);
    expect((await card('', { token: `${token}x` })).status).toBe(404);
    expect((await card('', {})).status).toBe(400);
  });

  test('S0: a label that was withdrawn meanwhile is gone from it at once, and nothing can be done with it', async () => {
    const asked = await ask();
    const token = tokenOf(asked);
    await labelStudy(server.index, study, 'CT-01', '龙南市', 'withdrawn');
    expect((await card('', { token })).body.reminders[0]?.matches).toEqual([]);
    const on = { token, reminder: asked.body.reminders[0]?.id, position: 0 };
    expect((await card('/pictures', on)).status).toBe(404);
    expect((await card('/decisions', { ...on, kind: 'recognised' })).status).toBe(404);
  });

  test('records a recognition once, in the name of the doctor whom the hospital system gave', async () => {
    const asked = await ask();
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    expect((await card('/decisions', { ...on, kind: 'recognised' })).status).toBe(201);
    expect((await card('/decisions', { ...on, kind: 'recognised' })).status).toBe(201);
    const again = { ...on, kind: 'examinedAgain', reasonCode: 'RX06' };
    expect((await card('/decisions', again)).status).toBe(409);
    const { rows } = await server.index.query(
      'SELECT kind, practitioner, department, author_kind, order_number, hospital_code FROM recognition_decision',
    );
    expect(rows).toEqual([
      {
        kind: 'recognised',
        practitioner: '赵主任',
        department: '神经内科',
        author_kind: 'machine',
        order_number: 'O-7',
        hospital_code: 'a',
      },
    ]);
    expect((await card('', { token: on.token })).body.reminders[0]?.decisions).toMatchObject([
      { position: 0, kind: 'recognised' },
    ]);
  });

  test('ends with the key that asked, and with the role or the account of who asked', async () => {
    const { id, secret } = await createApiKey(server.index, { hospital: 'a', scopes: ['recognise'] });
    const asked = await ask(ASKED, { Authorization: `Bearer ${secret}` });
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    expect((await card('', { token: on.token })).status).toBe(200);
    await revokeApiKey(server.index, id);
    expect((await card('', { token: on.token })).status).toBe(404);
    expect((await card('/pictures', on)).status).toBe(404);
    expect((await card('/decisions', { ...on, kind: 'recognised' })).status).toBe(404);

    const leaving = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
    const token = tokenOf(await ask(ASKED, leaving.cookie));
    expect((await card('', { token })).status).toBe(200);
    const role = (text: string) =>
      server.index.query(
        'UPDATE account_role SET role = $1 FROM account a WHERE a.account_id = account_role.account_id AND a.username = $2',
        [text, leaving.username],
      );
    await role('qualityControl');
    expect((await card('', { token })).status).toBe(404);
    await role('radiologist');
    expect((await card('', { token })).status).toBe(200);
    await server.index.query('UPDATE account SET disabled_at = now() WHERE username = $1', [
      leaving.username,
    ]);
    expect((await card('', { token })).status).toBe(404);
  });

  test('has a decision by a card in the history of both patients: of who decided, and of the study', async () => {
    const asked = await ask();
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    const made = await card('/decisions', { ...on, kind: 'recognised' });
    const { rows } = await server.index.query(
      `SELECT action, hospital_code AS hospital, patient_id AS patient, study_instance_uid AS study FROM audit_event
        WHERE detail::jsonb ->> 'decision' = (SELECT recognition_decision_id::text FROM recognition_decision) ORDER BY 2`,
    );
    expect(made.status).toBe(201);
    expect(rows).toEqual([
      { action: 'recognise', hospital: 'a', patient: 'A-1', study: '' },
      { action: 'recognise', hospital: 'b', patient: '', study: '1.2.3' },
    ]);
    for (const subject of [
      { hospital: 'a', patientId: 'A-1' },
      { hospital: 'b', patientId: 'B-SECRET' },
    ]) {
      const { entries } = await patientHistory(server.index, subject, { from: null, to: null });
      expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['found', 'decided']));
    }
  });

  test('opens no match of another call', async () => {
    const [one, other] = [await ask(), await ask()];
    const on = { token: tokenOf(one), reminder: other.body.reminders[0]?.id, position: 0 };
    expect((await card('/decisions', { ...on, kind: 'recognised' })).status).toBe(404);
  });

  test('opens the pictures of just that study for half an hour where the region lets it', async () => {
    const asked = await ask();
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    await server.index.query(
      `INSERT INTO series (study_id, hospital_code, series_instance_uid) VALUES ($1, 'b', '1.2.3.1')`,
      [study],
    );
    const { body } = await card<ReminderPicturesBody>('/pictures', on);
    expect(body.url).toMatch(/\/s#htsh_/);
    const { rows } = await server.index.query(
      `SELECT s.may_download, s.max_uses, s.watermark, s.expires_at < now() + interval '31 minutes' AS short, v.viewed_at IS NOT NULL AS viewed
         FROM share s, reminder_view v`,
    );
    expect(rows).toEqual([{ may_download: false, max_uses: 1, watermark: true, short: true, viewed: true }]);
  });

  test('leads to signing in where the issuing hospital opens nothing for recognition', async () => {
    await savePolicy(
      server.index,
      {
        issuing: 'b',
        viewing: 'a',
        discoverable: 'labelled',
        grounds: ['breakGlass'],
        hours: 1,
        purposes: ['TREAT'],
      },
      AUTHOR,
    );
    const asked = await ask();
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    const { body } = await card<ReminderPicturesBody>('/pictures', on);
    expect(body.url).toBe(asked.body.reminders[0]?.page);
    expect((await server.index.query('SELECT FROM share')).rowCount).toBe(0);
  });

  test('decides nothing for a doctor whom nobody named', async () => {
    const asked = await ask({ ...ASKED, practitioner: '' });
    const on = { token: tokenOf(asked), reminder: asked.body.reminders[0]?.id, position: 0 };
    expect((await card<Problem>('/decisions', { ...on, kind: 'recognised' })).body.code).toBe(
      'practitioner-unknown',
    );
    expect((await card('', { token: on.token })).body.opensPictures).toBe(false);
  });
});

test('a hospital lists its own reminders page by page, and no others', async () => {
  for (let i = 0; i < 3; i += 1) await ask();
  const list = (query: string, who: Person) =>
    send<RemindersPage>(server, 'GET', `/reminders${query}`, who.cookie);
  const first = (await list('?limit=2', doctor)).body;
  expect(first.reminders).toHaveLength(2);
  const rest = (await list(`?limit=2&cursor=${first.next ?? ''}`, doctor)).body;
  expect(rest.reminders).toHaveLength(1);
  expect(rest.next).toBeNull();
  expect((await list('?state=empty', doctor)).body.reminders).toEqual([]);
  expect((await list('', issuer)).body.reminders).toEqual([]);
  expect((await list('?hospital=a', issuer)).body.reminders).toEqual([]);
  expect((await list('', quality)).status).toBe(403);
});

describe('the policy', () => {
  const read = (who: Person) => send<RecognitionPolicyBody>(server, 'GET', '/recognition/policy', who.cookie);
  const put = (who: Person, body: object) =>
    send<RecognitionPolicyBody>(server, 'PUT', '/recognition/policy', who.cookie, body);

  test('is read by who keeps the registry, and set by who keeps that of the region, on what was seen', async () => {
    const { body } = await read(ownQuality);
    expect(body).toMatchObject({ id: null, mayChange: false });
    expect(body.hospitals.map(({ code }) => code)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
    const changed = { ...body.policy, reasons: ['RX01'], longestAge: { days: 3, items: {} } };
    const saving = { replaces: null, policy: changed, note: '缩短时限' };
    expect((await put(ownQuality, saving)).status).toBe(403);
    const saved = await put(quality, saving);
    expect(saved.body).toMatchObject({ policy: changed, mayChange: true, former: [] });
    expect((await put(quality, saving)).status).toBe(409);
    expect((await read(doctor)).status).toBe(403);
  });

  test('that cannot be meant is refused', async () => {
    const { policy } = (await read(quality)).body;
    const { status, text } = await put(quality, {
      replaces: null,
      policy: { ...policy, reasons: ['RX99'] },
      note: '错误',
    });
    expect(status).toBe(400);
    expect(text).toContain('policy.reasons');
  });
});
