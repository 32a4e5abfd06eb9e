/** Decisions on mutual recognition through real HTTP: who decides, who sees what, what is refused, and what nobody learns. */
import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type {
  OpenedMatchBody,
  RecognitionDecisionBody,
  RecognitionDecisionsPage,
  RecognitionHistoryBody,
  ReminderPageBody,
  StudyRecognitionBody,
} from '../contract/recognition.ts';
import type { Problem } from '../contract.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aPerson, type Person, send } from '../testingPeople.ts';

let server: TestServer;
let labelled: FactoryStudy, plain: FactoryStudy;
/** Clinicians of the hospital that orders (a), of the issuing one (b), of a third; region's quality control. */
let doctor: Person, issuer: Person, stranger: Person, region: Person, both: Person;
let his: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_QUIET_SECONDS: '3600' } });
  for (const code of ['a', 'c']) await server.hospitalKey(code);
  const key = await server.hospitalKey('b');
  const store = async (seed: string): Promise<FactoryStudy> => {
    const study = aCtStudy({ seed, overrides: { PatientID: 'B-1', PatientName: 'WANG^WU' } });
    const body = multipartBody(study.instances.map(({ bytes }) => bytes));
    expect((await postStore(`${server.url}/dicomweb`, body, { key })).status).toBe(200);
    return study;
  };
  labelled = await store('recognised');
  plain = await store('plain');
  doctor = await aPerson(server, [{ role: 'clinician', hospital: 'a' }]);
  issuer = await aPerson(server, [{ role: 'clinician', hospital: 'b' }]);
  stranger = await aPerson(server, [{ role: 'clinician', hospital: 'c' }]);
  both = await aPerson(server, [
    { role: 'clinician', hospital: 'a' },
    { role: 'clinician', hospital: 'c' },
  ]);
  region = await aPerson(server, [{ role: 'qualityControl', hospital: null }]);
  const { secret } = await createApiKey(server.index, { hospital: 'a', scopes: ['recognise'] });
  his = { Authorization: `Bearer ${secret}` };
}, 60_000);
afterAll(() => server.close());

let reminder = '';
beforeEach(async () => {
  const { index } = server;
  await index.query(
    `TRUNCATE recognition_decision, reminder_view, reminder_match, reminder, hr_label_event, recognition_policy CASCADE`,
  );
  await index.query('UPDATE access_grant SET ended_at = now() WHERE ended_at IS NULL');
  await label();
  reminder = await remind();
});

async function label(state = 'applied', study = labelled): Promise<void> {
  await server.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '龙南市', '龙南市HR', $2, '', '', 'test' FROM study WHERE study_instance_uid = $1`,
    [study.studyInstanceUid, state],
  );
  // As the workers leave a study that they labelled.
  await server.index.query(
    'UPDATE study SET judged_revision = conformance_revision WHERE study_instance_uid = $1',
    [study.studyInstanceUid],
  );
}
async function remind(hospital = 'a', order = 'O-1'): Promise<string> {
  const { rows } = await server.index.query<{ id: string }>(
    `INSERT INTO reminder (created_at, hospital_code, department, practitioner, channel, caller_kind, caller_id, patient_id,
                           order_number, exam_name, item_codes, milliseconds)
     VALUES (now() - interval '1 minute', $1, '神经内科', '赵主任', 'json', 'machine', 'his', 'A-9', $2, '头颅CT', '{CT-01}', 2)
     RETURNING reminder_id AS id`,
    [hospital, order],
  );
  const id = rows[0]?.id ?? '';
  await server.index.query(
    `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, study_date, age_days, labels, word, rule)
     VALUES ($1, 0, 'b', $2, 'CT-01', '20260310', 3, '{龙南市HR}', 'MUST_RECOGNISE', 's1-second-a')`,
    [id, labelled.studyInstanceUid],
  );
  return id;
}

const RECOGNISED = { kind: 'recognised' };
const AGAIN = { kind: 'examinedAgain', reasonCode: 'RX04', patientInformed: true };
type Headers = Record<string, string>;
const decide = (headers: Headers, body: object) =>
  send<RecognitionDecisionBody & Problem>(server, 'POST', '/recognition/decisions', headers, body);
const onReminder = (said: object = RECOGNISED, id = reminder) => ({
  ...said,
  on: { reminder: id, position: 0 },
});
const onStudy = (said: object = RECOGNISED, study = labelled) => ({
  ...said,
  on: { hospital: 'b', studyInstanceUid: study.studyInstanceUid },
});
const change = (headers: Headers, id: string, what: string, body: object) =>
  send<RecognitionDecisionBody & Problem>(
    server,
    'POST',
    `/recognition/decisions/${id}/${what}`,
    headers,
    body,
  );
const list = async (headers: Headers, query = ''): Promise<RecognitionDecisionBody[]> => {
  const answer = await send<RecognitionDecisionsPage>(
    server,
    'GET',
    `/recognition/decisions${query}`,
    headers,
  );
  expect(answer.status).toBe(200);
  return answer.body.decisions;
};
const page = (headers: Headers, id = reminder) =>
  send<ReminderPageBody>(server, 'GET', `/recognition/reminders/${id}`, headers);
const open = (headers: Headers, id = reminder) =>
  send<OpenedMatchBody & Problem>(server, 'POST', `/recognition/reminders/${id}/matches/0/open`, headers);

describe('a decision on a reminder', () => {
  test('S1: is answered with the text for the medical record', async () => {
    const made = await decide(doctor.cookie, onReminder());
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/recognition/decisions/${made.body.id}`);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(made.body).toMatchObject({
      kind: 'recognised',
      seenAs: 'deciding',
      patientId: 'A-9',
      department: '神经内科',
      labels: ['龙南市HR'],
      studyDate: '2026-03-10',
      mayChange: true,
    });
    for (const word of ['b医院', '2026年3月10日', 'CT-01', '龙南市HR', '予以互认'])
      expect(made.body.record?.zh).toContain(word);
  });

  test('is the same again by its key, and another request under that key is refused', async () => {
    const key = { ...his, 'Idempotency-Key': 'order-1' };
    const first = await decide(key, onReminder());
    expect(first.status).toBe(201);
    const second = await decide(key, onReminder());
    expect([second.status, second.body.id]).toEqual([200, first.body.id]);
    const other = await decide(key, onReminder(AGAIN));
    expect([other.status, other.body.code]).toEqual([409, 'recognition-key-used']);
    const bad = await decide({ ...his, 'Idempotency-Key': 'a b' }, onReminder());
    expect(bad.status).toBe(400);
  });

  test('is in the own name of a person, whatever is said; a system says for whom', async () => {
    const made = await decide(doctor.cookie, { ...onReminder(), practitioner: '王院长' });
    expect(made.body.practitioner).toMatch(/^人 /);
    const corrected = await change(doctor.cookie, made.body.id, 'correct', {
      ...AGAIN,
      practitioner: '王院长',
    });
    expect(corrected.body).toMatchObject({ kind: 'examinedAgain', practitioner: made.body.practitioner });
    const bySystem = { ...onReminder(RECOGNISED, await remind('a', 'O-2')), practitioner: '李医生' };
    expect((await decide(his, bySystem)).body.practitioner).toBe('李医生');
  });

  test("of another hospital's reminder answers as of none, to the issuing hospital too", async () => {
    const nowhere = '00000000-0000-4000-8000-000000000000';
    for (const one of [issuer, stranger]) {
      const [hidden, never] = [
        await decide(one.cookie, onReminder()),
        await decide(one.cookie, onReminder(RECOGNISED, nowhere)),
      ];
      const plainly = ({ status, text }: { status: number; text: string }) => [
        status,
        text.replace(/"requestId":"[^"]*"/, ''),
      ];
      expect(plainly(hidden)).toEqual(plainly(never));
      expect(hidden.status).toBe(404);
      expect((await page(one.cookie)).status).toBe(404);
      expect((await open(one.cookie)).status).toBe(404);
    }
    expect(await list(doctor.cookie)).toEqual([]);
  });

  test('after the label was withdrawn is refused in words of both languages', async () => {
    await label('withdrawn');
    const refused = await decide(doctor.cookie, onReminder());
    expect([refused.status, refused.body.code]).toEqual([409, 'recognition-label-withdrawn']);
    expect(refused.body.detail).toContain('withdrawn');
    expect(refused.body.detailZh).toContain('撤回');
  });

  test.each([
    ['no reason', { kind: 'examinedAgain' }],
    ['RX12 without words', { kind: 'examinedAgain', reasonCode: 'RX12', reasonText: '   ' }],
    ['an unknown reason', { kind: 'examinedAgain', reasonCode: 'RX13' }],
    ['a reason to recognise', { kind: 'recognised', reasonCode: 'RX01' }],
    ['withdrawn', { kind: 'withdrawn' }],
    ['NUL in the text', { ...AGAIN, reasonText: 'a\0b' }],
    ['a text without end', { ...AGAIN, reasonText: 'x'.repeat(501) }],
    ['a member that is not known', { ...RECOGNISED, labels: ['全国HR'] }],
    ['a time of a person', { ...RECOGNISED, decidedAt: '2026-03-11T08:00:00Z' }],
  ])('that says %s is no decision', async (_name, said) => {
    expect((await decide(doctor.cookie, onReminder(said))).status).toBe(400);
    expect(await list(doctor.cookie)).toEqual([]);
  });
});

describe('the page of a reminder', () => {
  test('shows matches, reasons and what became of them, and opens the pictures by recognition', async () => {
    const before = await page(doctor.cookie);
    expect(before.body).toMatchObject({
      hospital: { code: 'a' },
      patient: { patientId: 'A-9' },
      exam: { name: '头颅CT' },
      matches: [{ position: 0, opens: 'grant', viewed: false, inForce: true, decision: null, own: false }],
    });
    expect(before.body.reasons.map(({ code }) => code)).toContain('RX12');
    const metadata = () =>
      fetch(`${server.url}/dicomweb/studies/${labelled.studyInstanceUid}/metadata`, {
        headers: doctor.cookie,
      });
    expect((await metadata()).status).toBe(404);
    const opened = await open(doctor.cookie);
    expect(opened.status).toBe(200);
    expect(Date.parse(opened.body.expiresAt ?? '')).toBeGreaterThan(Date.now());
    expect((await metadata()).status).toBe(200);
    await decide(doctor.cookie, onReminder(AGAIN));
    expect((await page(doctor.cookie)).body.matches).toMatchObject([
      { opens: 'open', viewed: true, decision: { kind: 'examinedAgain', reasonCode: 'RX04' } },
    ]);
    const again = await open(doctor.cookie);
    expect(again.body.expiresAt).toBe(opened.body.expiresAt);
  });

  test('opens nothing to a machine, or where the policy does not open by recognition, or without a label', async () => {
    expect((await open(his)).status).toBe(403);
    await server.index.query(`UPDATE access_policy SET grounds = '{consent}' WHERE ended_at IS NULL`);
    const closed = await open(doctor.cookie);
    expect(closed.status).toBe(403);
    await server.index.query(
      `UPDATE access_policy SET grounds = '{recognition,patientPresent,consent,breakGlass}' WHERE ended_at IS NULL`,
    );
    await label('withdrawn');
    expect((await open(doctor.cookie)).body.code).toBe('recognition-label-withdrawn');
    const { rows } = await server.index.query('SELECT FROM reminder_view');
    expect(rows).toEqual([]);
  });

  test('opens nothing of somebody else than the patient', async () => {
    const { index } = server;
    const person = async (hospital: string, patientId: string): Promise<string> => {
      const { rows } = await index.query<{ id: string }>(
        `WITH one AS (INSERT INTO person DEFAULT VALUES RETURNING person_id)
         INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
         SELECT $1, $2, person_id, 'confirmed', 'system', 'test' FROM one RETURNING person_id AS id`,
        [hospital, patientId],
      );
      return rows[0]?.id ?? '';
    };
    const asked = await person('a', 'A-9');
    await index.query('UPDATE reminder SET person_id = $1', [asked]);
    const refused = await open(doctor.cookie);
    expect([refused.status, refused.body.code]).toEqual([409, 'recognition-other-patient']);
    expect((await decide(doctor.cookie, onReminder())).body.code).toBe('recognition-other-patient');
    await index.query('TRUNCATE patient_link');
  });
});

describe('a decision on a study', () => {
  test('is of who may open it, and belongs to the reminder it was opened from', async () => {
    expect((await decide(doctor.cookie, onStudy())).status).toBe(404);
    expect(
      (await send(server, 'GET', `/recognition/studies/${labelled.studyInstanceUid}`, doctor.cookie)).status,
    ).toBe(404);
    await open(doctor.cookie);
    const asked = await send<StudyRecognitionBody>(
      server,
      'GET',
      `/recognition/studies/${labelled.studyInstanceUid}?hospital=b`,
      doctor.cookie,
    );
    expect(asked.body).toMatchObject({
      issuing: { code: 'b' },
      hospitals: [{ code: 'a' }],
      items: [{ code: 'CT-01', labels: ['龙南市HR'] }],
      decisions: [],
    });
    const made = await decide(doctor.cookie, onStudy());
    expect(made.body).toMatchObject({ reminder: { id: reminder, position: 0 }, word: 'MUST_RECOGNISE' });
    expect((await decide(doctor.cookie, onReminder())).body.id).toBe(made.body.id);
  });

  test('without a label, hidden or never stored is refused, each in its way', async () => {
    await open(doctor.cookie);
    expect((await decide(doctor.cookie, onStudy(RECOGNISED, plain))).status).toBe(404);
    expect((await decide(issuer.cookie, onStudy(RECOGNISED, plain))).body.code).toBe('recognition-own-study');
  });

  test('says for which hospital, where somebody works in several', async () => {
    await server.index.query(`DELETE FROM access_grant`);
    const theirs = await remind('c');
    expect((await open(both.cookie, theirs)).status).toBe(200);
    const unsaid = await decide(both.cookie, onStudy());
    expect(unsaid.status).toBe(400);
    expect((await decide(both.cookie, { ...onStudy(), hospital: 'b' })).status).toBe(404);
    expect((await decide(both.cookie, { ...onStudy(), hospital: 'c' })).body).toMatchObject({
      hospital: { code: 'c' },
      reminder: { id: theirs },
    });
  });
});

describe('a decision that was made', () => {
  test('is corrected, cited and withdrawn by its hospital alone, with history', async () => {
    const { body: first } = await decide(doctor.cookie, onReminder());
    for (const one of [issuer, stranger])
      for (const [what, body] of [
        ['correct', AGAIN],
        ['withdraw', {}],
        ['cite', {}],
      ] as const)
        expect((await change(one.cookie, first.id, what, body)).status).toBe(404);
    expect((await change(doctor.cookie, first.id, 'cite', {})).body.citedAt).not.toBeNull();
    const corrected = await change(doctor.cookie, first.id, 'correct', { ...AGAIN, department: '外科' });
    expect(corrected.status).toBe(201);
    expect(corrected.body).toMatchObject({ chain: first.id, kind: 'examinedAgain', citedAt: null });
    expect((await change(doctor.cookie, first.id, 'withdraw', {})).body.code).toBe(
      'recognition-changed-meanwhile',
    );
    const withdrawn = await change(doctor.cookie, corrected.body.id, 'withdraw', { reason: '误记' });
    expect(withdrawn.body).toMatchObject({ kind: 'withdrawn', reasonText: '误记', mayChange: false });
    const history = await send<RecognitionHistoryBody>(
      server,
      'GET',
      `/recognition/decisions/${first.id}`,
      doctor.cookie,
    );
    expect(history.body.history.map(({ kind }) => kind)).toEqual([
      'withdrawn',
      'examinedAgain',
      'recognised',
    ]);
    expect((await page(doctor.cookie)).body.matches[0]?.decision).toBeNull();
    expect((await send(server, 'GET', `/recognition/decisions/${first.id}`, stranger.cookie)).status).toBe(
      404,
    );
  });

  test("is seen by the issuing hospital without the deciding hospital's patient and people", async () => {
    const { body: made } = await decide(doctor.cookie, onReminder(AGAIN));
    expect(made.author).toBe('人 1');
    const [seen, ...others] = await list(issuer.cookie);
    expect(others).toEqual([]);
    expect(seen).toMatchObject({
      id: made.id,
      seenAs: 'issuing',
      hospital: { code: 'a' },
      studyInstanceUid: labelled.studyInstanceUid,
      reasonCode: 'RX04',
      patientId: null,
      orderNumber: null,
      author: null,
      practitioner: null,
      reminder: null,
      record: null,
      mayChange: false,
    });
    const history = await send(server, 'GET', `/recognition/decisions/${made.id}`, issuer.cookie);
    const table = await send(server, 'GET', '/recognition/decisions/export', issuer.cookie);
    for (const secret of ['A-9', 'O-1', '赵主任', '人 1', reminder])
      for (const text of [JSON.stringify(seen), history.text, table.text]) expect(text).not.toContain(secret);
    expect(table.text).toContain('RX04');
    expect(await list(stranger.cookie)).toEqual([]);
  });

  test('is seen by the region without patients, studies and free text', async () => {
    await decide(
      doctor.cookie,
      onReminder({ kind: 'examinedAgain', reasonCode: 'RX12', reasonText: '王五要求' }),
    );
    expect((await send(server, 'GET', '/recognition/decisions', region.cookie)).status).toBe(403);
    const answer = await send<RecognitionDecisionsPage>(
      server,
      'GET',
      '/recognition/region-decisions',
      region.cookie,
    );
    expect(answer.body.decisions).toMatchObject([
      { reasonCode: 'RX12', seenAs: 'region', studyInstanceUid: null },
    ]);
    for (const secret of ['A-9', 'O-1', '王五', labelled.studyInstanceUid, '赵主任'])
      expect(answer.text).not.toContain(secret);
  });

  test('is told to the systems of the issuing hospital in the change feed, without a patient', async () => {
    const key = (await createApiKey(server.index, { hospital: 'b', scopes: ['read'] })).secret;
    const feed = async (since: string) =>
      (
        await send<{ changes: { action: string }[]; position: number }>(
          server,
          'GET',
          `/changes?since=${since}`,
          { Authorization: `Bearer ${key}` },
        )
      ).body;
    const { position } = await feed('now');
    const { body: made } = await decide(doctor.cookie, onReminder());
    await change(doctor.cookie, made.id, 'withdraw', {});
    const { changes } = await feed(String(position));
    expect(changes.map(({ action }) => action)).toEqual(['recognised', 'recognitionWithdrawn']);
    expect(JSON.stringify(changes)).not.toContain('A-9');
  });

  test('is on record in the audit trail of both hospitals, of the patient at the deciding one alone', async () => {
    await decide(doctor.cookie, onReminder());
    const { rows } = await server.index.query(
      `SELECT hospital_code AS hospital, patient_id AS patient, study_instance_uid AS study FROM audit_event
        WHERE action = 'recognise' ORDER BY at DESC, sequence DESC LIMIT 2`,
    );
    expect(new Set(rows)).toEqual(
      new Set([
        { hospital: 'a', patient: 'A-9', study: '' },
        { hospital: 'b', patient: '', study: labelled.studyInstanceUid },
      ]),
    );
  });
});

describe('the list', () => {
  test('has filters, pages and a table', async () => {
    for (let n = 0; n < 3; n += 1)
      await decide(
        doctor.cookie,
        onReminder(n === 0 ? AGAIN : RECOGNISED, n === 0 ? reminder : await remind('a', `O-${n + 1}`)),
      );
    await server.index.query(
      `UPDATE recognition_decision SET order_number = '=1+1' WHERE reason_code = 'RX04'`,
    );
    const kinds = async (query: string) => (await list(doctor.cookie, query)).map(({ kind }) => kind);
    expect(await kinds('?kind=examinedAgain')).toEqual(['examinedAgain']);
    expect(await kinds('?reason=RX01')).toEqual([]);
    expect(await kinds('?department=神经内科&item=CT-01&issuing=b&hospital=a')).toHaveLength(3);
    expect(await kinds('?side=received')).toEqual([]);
    const month = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);
    expect(await kinds(`?month=${month}`)).toHaveLength(3);
    expect(await kinds('?month=2020-01')).toEqual([]);
    const table = await send(
      server,
      'GET',
      '/recognition/decisions/export?kind=examinedAgain',
      doctor.cookie,
    );
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(table.text).toContain("'=1+1");
    const first = await send<RecognitionDecisionsPage>(
      server,
      'GET',
      '/recognition/decisions?limit=2',
      doctor.cookie,
    );
    const next = await list(doctor.cookie, `?limit=2&cursor=${first.body.next ?? ''}`);
    expect([...first.body.decisions, ...next].map(({ id }) => id)).toHaveLength(3);
    for (const bad of ['?month=2026-13', '?kind=other', '?cursor=WzEsMl0', '?limit=0'])
      expect((await send(server, 'GET', `/recognition/decisions${bad}`, doctor.cookie)).status).toBe(400);
    expect((await send(server, 'GET', '/recognition/decisions/no-id', doctor.cookie)).status).toBe(404);
  });
});
