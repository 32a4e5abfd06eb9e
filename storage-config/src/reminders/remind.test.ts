import { type Catalogue, defaultCatalogue } from '@hutong/conformance';
import { DEFAULT_RECOGNITION_POLICY, type RecognitionPolicy } from '@hutong/recognition';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { savePolicy } from '../access/policies.ts';
import { createApiKey } from '../apiKeys.ts';
import { createHospital } from '../registry/hospitals.ts';
import { chineseDay, recognisingHospitals } from '../registry/recognisingHospitals.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { listReminders } from './readReminders.ts';
import { remind } from './remind.ts';
import { createReminderCard, openReminderCard } from './reminderCards.ts';
import type { ReminderRequest } from './reminder.ts';
import {
  readRecognitionPolicy,
  listRecognitionPolicies,
  saveRecognitionPolicy,
} from './recognitionPolicy.ts';
import { labelStudy, linkPatients, putLabelledStudy } from './testing.ts';

const SCOPE = '龙南市';
const AUTHOR = { kind: 'person', id: 'qc', name: '质控' } as const;
let database: TestDatabase;
let item: { code: string };
let enhanced: { code: string };

/** A plain item of the list and its enhanced sister. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { items } = defaultCatalogue();
  const [plain, sister] =
    items
      .map((one) => [
        one,
        items.find(
          (other) =>
            one.selector.technique === 'plain' &&
            other.category === one.category &&
            other.selector.technique === 'enhanced' &&
            other.selector.regions.some((region) => one.selector.regions.includes(region)),
        ),
      ])
      .find(([, other]) => other !== undefined) ?? [];
  if (plain === undefined || sister === undefined) throw new Error('the list has no such items');
  item = { code: plain.code };
  enhanced = { code: sister.code };
});
afterAll(() => database.drop());

beforeEach(async () => {
  const { pool } = database;
  await pool.query(
    'TRUNCATE reminder, hr_label_event, study, patient_link, person, exam_mapping, exam_name, recognition_policy CASCADE',
  );
  await pool.query('DELETE FROM access_policy WHERE issuing_hospital IS NOT NULL');
  for (const code of ['a', 'b', 'c'])
    await createHospital(pool, { code, nameZh: code, nameEn: code, level: '三级甲等' });
  for (const [code, items] of [
    ['EX-PLAIN', [item.code]],
    ['EX-ENH', [enhanced.code]],
    ['EX-NONE', []],
  ] as const)
    await pool.query(
      `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
       VALUES ('a', $1, $2, 'person', 'x', 'x')`,
      [code, items],
    );
});

/** Another region's list, which numbers two items the other way round. */
const OTHER = ((): Catalogue => {
  const list = defaultCatalogue();
  const swapped: Record<string, string> = { 'CT-16': 'CT-17', 'CT-17': 'CT-16' };
  return {
    ...list,
    id: 'elsewhere',
    items: list.items.map((one) => ({ ...one, code: swapped[one.code] ?? one.code })),
  };
})();
async function judgedBy(study: number, list: Pick<Catalogue, 'id' | 'version'>): Promise<void> {
  await database.pool.query(
    `WITH result AS (
       INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
       VALUES ($1, 1, $2, $3, '1', true, '{"items": []}') RETURNING conformance_result_id AS id)
     INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version)
     SELECT $1, id, $2, $3, '1' FROM result`,
    [study, list.id, list.version],
  );
}

const EXAM = { code: 'EX-PLAIN', scheme: '', name: '', modality: 'CT' };
const REQUEST: ReminderRequest = {
  hospital: 'a',
  patientId: 'A-1',
  issuerOfPatientId: '',
  identified: null,
  exams: [EXAM],
  orderNumber: 'O-1',
  department: '神经内科',
  practitioner: '李医生',
  patientClass: 'outpatient',
  channel: 'json',
  caller: { kind: 'machine', id: 'his' },
};

async function ask(
  given: Partial<ReminderRequest> = {},
  policy: RecognitionPolicy = DEFAULT_RECOGNITION_POLICY,
  day = chineseDay(),
) {
  const { pool } = database;
  return remind(
    pool,
    { ...REQUEST, ...given },
    {
      policy,
      hospitals: await recognisingHospitals(pool, SCOPE),
      catalogueOf: () => defaultCatalogue(),
      readCatalogue: (id, version) =>
        Promise.resolve(id === OTHER.id && version === OTHER.version ? OTHER : null),
      day,
    },
  );
}
async function first(given: Partial<ReminderRequest> = {}, policy?: RecognitionPolicy) {
  const [reminder] = (await ask(given, policy)).reminders;
  if (reminder === undefined) throw new Error('no reminder');
  return reminder;
}
const linked = () =>
  linkPatients(database.pool, [
    { hospital: 'a', patientId: 'A-1' },
    { hospital: 'b', patientId: 'B-1' },
  ]);
const put = (given: object = {}) =>
  putLabelledStudy(database.pool, {
    hospital: 'b',
    studyInstanceUid: '1.2.3',
    patientId: 'B-1',
    itemCode: item.code,
    ...given,
  });

test('S2: on ordering, the same exam of another hospital days ago is named, with label, age and word', async () => {
  await linked();
  await put({ ageDays: 4 });
  expect((await first()).matches).toMatchObject([
    {
      position: 0,
      hospital: 'b',
      studyInstanceUid: '1.2.3',
      itemCode: item.code,
      ageDays: 4,
      labels: ['龙南市HR'],
      word: 'MUST_RECOGNISE',
      rule: 's1-second-a',
      own: false,
    },
  ]);
});

describe('nothing is named', () => {
  test('S2: of a patient of the same number in another hospital who is not linked', async () => {
    await put({ patientId: 'A-1' });
    await put({ studyInstanceUid: '1.2.4', hospital: 'c', patientId: 'A-1' });
    expect(await first()).toMatchObject({ emptyBecause: 'noStudy', matches: [] });
  });

  test('once the link of the patient ended', async () => {
    await linked();
    await put();
    await database.pool.query("UPDATE patient_link SET ended_at = now() WHERE hospital_code = 'b'");
    expect((await first()).matches).toEqual([]);
  });

  test('S0: once its label was withdrawn, at once', async () => {
    await linked();
    const study = await put();
    expect((await first()).matches).toHaveLength(1);
    await labelStudy(database.pool, study, item.code, SCOPE, 'withdrawn');
    expect((await first()).matches).toEqual([]);
  });

  test('S0: while its label is only proposed, or where it never had one', async () => {
    await linked();
    const study = await put({ scopes: [] });
    expect((await first()).matches).toEqual([]);
    await labelStudy(database.pool, study, item.code, SCOPE, 'proposed');
    expect((await first()).matches).toEqual([]);
  });

  test('S2: whose verdict is no longer PASS, or which is being judged anew', async () => {
    await linked();
    await put({ verdict: 'REVIEW' });
    await put({ studyInstanceUid: '1.2.4' });
    await database.pool.query("UPDATE study SET conformance_revision = 2 WHERE study_instance_uid = '1.2.4'");
    expect((await first()).matches).toEqual([]);
  });

  test('to a hospital that may not know of the studies of the issuing one', async () => {
    await linked();
    await put();
    await savePolicy(
      database.pool,
      { issuing: 'b', viewing: 'a', discoverable: 'none', grounds: [], hours: 1, purposes: ['TREAT'] },
      AUTHOR,
    );
    expect((await first()).matches).toEqual([]);
  });

  test('S2: of another item: an enhanced exam is not answered by a plain one, nor the other way round', async () => {
    await linked();
    await put();
    await put({ studyInstanceUid: '1.2.5', itemCode: enhanced.code });
    const { reminders } = await ask({ exams: [{ ...EXAM, code: 'EX-ENH' }, EXAM] });
    expect(reminders.map(({ matches }) => matches.map((one) => one.studyInstanceUid))).toEqual([
      ['1.2.5'],
      ['1.2.3'],
    ]);
  });

  test('S1: that was judged by a list in which the code stands for another item', async () => {
    await linked();
    const { pool } = database;
    await pool.query(
      `INSERT INTO exam_mapping (hospital_code, code, item_codes, author_kind, author_id, author_name)
       VALUES ('a', 'NECK-DISC', '{CT-16}', 'person', 'x', 'x')`,
    );
    const exams = [EXAM, { ...EXAM, code: 'NECK-DISC' }];
    const [head, disc] = [await put(), await put({ studyInstanceUid: '1.2.6', itemCode: 'CT-16' })];
    const named = async () =>
      (await ask({ exams })).reminders.map(({ matches }) => matches.map((one) => one.studyInstanceUid));
    expect(await named()).toEqual([['1.2.3'], ['1.2.6']]);
    for (const study of [head, disc]) await judgedBy(study, OTHER);
    expect(await named()).toEqual([['1.2.3'], []]);
    // Nobody knows what a list that is gone meant.
    await pool.query(`UPDATE study_judgement SET catalogue_id = 'gone'`);
    expect(await named()).toEqual([[], []]);
    await pool.query('UPDATE study_judgement SET catalogue_id = $1, catalogue_version = $2', [
      defaultCatalogue().id,
      defaultCatalogue().version,
    ]);
    expect(await named()).toEqual([['1.2.3'], ['1.2.6']]);
  });

  test('S0: of an order whose mapping ended', async () => {
    await linked();
    await put();
    await database.pool.query('UPDATE exam_mapping SET ended_at = now()');
    expect(await first()).toMatchObject({ emptyBecause: 'unmapped', matches: [] });
  });

  test('S0.3: that is older than the region lets count for the item', async () => {
    await linked();
    await put({ ageDays: 31 });
    const longest = (days: number) => ({
      ...DEFAULT_RECOGNITION_POLICY,
      longestAge: { days: 900, items: { [item.code]: days } },
    });
    expect((await first({}, longest(30))).matches).toEqual([]);
    expect((await first({}, longest(31))).matches).toHaveLength(1);
  });

  test('S0.3: the last day of the limit ends at midnight in China', async () => {
    await linked();
    await put();
    await database.pool.query("UPDATE study SET study_date = '20260208'");
    const policy = { ...DEFAULT_RECOGNITION_POLICY, longestAge: { days: 30, items: {} } };
    const named = async (moment: string) =>
      (await ask({}, policy, chineseDay(new Date(moment)))).reminders[0]?.matches.map(
        ({ ageDays }) => ageDays,
      );
    expect(await named('2026-03-10T23:59:59+08:00')).toEqual([30]);
    expect(await named('2026-03-11T00:00:00+08:00')).toEqual([]);
  });

  test('without a date that can be', async () => {
    await linked();
    await put();
    await database.pool.query("UPDATE study SET study_date = ''");
    expect((await first()).matches).toEqual([]);
  });

  test('S2: where the identifiers are those of another person than the number', async () => {
    await linked();
    await put();
    const other = await linkPatients(database.pool, [{ hospital: 'c', patientId: 'C-9' }]);
    expect(await first({ identified: other })).toMatchObject({ emptyBecause: 'otherPerson', matches: [] });
  });
});

test('a person whom identifiers name needs no number at the hospital', async () => {
  const person = await linkPatients(database.pool, [{ hospital: 'b', patientId: 'B-1' }]);
  await put();
  expect((await first({ patientId: '', identified: person })).matches).toHaveLength(1);
  expect((await first({ patientId: 'A-77', identified: person })).matches).toHaveLength(1);
});

test('that somebody is known where nothing may be found is not told either', async () => {
  const person = await linkPatients(database.pool, [{ hospital: 'b', patientId: 'B-1' }]);
  const asked = async () => (await ask({ patientId: '', identified: person })).linked;
  expect(await asked()).toBe(false);
  await put();
  expect(await asked()).toBe(true);
  await savePolicy(
    database.pool,
    { issuing: 'b', viewing: 'a', discoverable: 'none', grounds: [], hours: 1, purposes: ['TREAT'] },
    AUTHOR,
  );
  expect(await asked()).toBe(false);
  await linkPatients(database.pool, [{ hospital: 'a', patientId: 'A-7' }]);
  await database.pool.query("UPDATE patient_link SET person_id = $1 WHERE patient_id = 'A-7'", [person]);
  expect(await asked()).toBe(true);
});

test('own earlier studies are named as such, without a link', async () => {
  await put({ hospital: 'a', patientId: 'A-1' });
  expect((await first()).matches).toMatchObject([{ own: true, rule: 'own', word: 'MAY' }]);
});

test('those whose label is not for this hospital come last, the others by date', async () => {
  await linked();
  await put({ studyInstanceUid: '1.1', ageDays: 1, scopes: ['别市'] });
  await put({ studyInstanceUid: '1.3', ageDays: 9 });
  await put({ studyInstanceUid: '1.2', ageDays: 2 });
  expect((await first()).matches.map(({ studyInstanceUid, word }) => [studyInstanceUid, word])).toEqual([
    ['1.2', 'MUST_RECOGNISE'],
    ['1.3', 'MUST_RECOGNISE'],
    ['1.1', 'NOT_IN_SCOPE'],
  ]);
});

test('every reminder is on record, also those that name nothing, with why; exams that nobody mapped are kept', async () => {
  await linked();
  await put();
  const strange = { code: 'X-0815', scheme: '', name: '某种检查', modality: 'CT' };
  const { call } = await ask({ exams: [EXAM, strange, { ...EXAM, code: 'EX-NONE' }] });
  const recorded = await listReminders(database.pool, {
    hospitals: ['a'],
    state: null,
    after: null,
    limit: 9,
  });
  expect(recorded).toHaveLength(3);
  expect(new Set(recorded.map((one) => one.call))).toEqual(new Set([call]));
  const by = (code: string) => recorded.find(({ examCode }) => examCode === code);
  expect(by('EX-PLAIN')).toMatchObject({
    emptyBecause: '',
    department: '神经内科',
    practitioner: '李医生',
    matches: [{ hospital: 'b', inForce: true, viewed: false, decision: null, rule: 's1-second-a' }],
  });
  expect(by('X-0815')).toMatchObject({ emptyBecause: 'unmapped', itemCodes: [], matches: [] });
  expect(by('EX-NONE')).toMatchObject({ emptyBecause: 'notListed' });
  const { rows } = await database.pool.query('SELECT code, name FROM exam_name');
  expect(rows).toEqual([{ code: 'X-0815', name: '某种检查' }]);
  expect(
    await listReminders(database.pool, { hospitals: ['b'], state: null, after: null, limit: 9 }),
  ).toEqual([]);
});

test('hostile texts are kept as texts', async () => {
  const name = "'); DROP TABLE reminder; -- \0\ud800";
  await ask({ exams: [{ ...EXAM, code: name, name }], practitioner: name, orderNumber: name });
  const [recorded] = await listReminders(database.pool, {
    hospitals: null,
    state: 'empty',
    after: null,
    limit: 1,
  });
  expect(recorded?.practitioner).toContain('DROP TABLE');
});

test('a card opens its call until it is over, and nothing else opens it', async () => {
  const key = await createApiKey(database.pool, { hospital: 'a', scopes: ['recognise'] });
  const { call } = await ask({ caller: { kind: 'machine', id: key.id } });
  const { token } = await createReminderCard(database.pool, call, 60);
  const open = (secret: string) => openReminderCard(database.pool, secret, []);
  expect((await open(token))?.call).toBe(call);
  expect(await open(`${token.slice(0, -1)}_`)).toBeNull();
  await database.pool.query("UPDATE reminder_card SET expires_at = now() - interval '1 second'");
  expect(await open(token)).toBeNull();
});

test('a card opens nothing for an asker that is not there', async () => {
  const { call } = await ask();
  const { token } = await createReminderCard(database.pool, call, 60);
  expect(await openReminderCard(database.pool, token, ['clinician'])).toBeNull();
});

test('the policy that ships holds until one is set; versions stay, and nobody overwrites what was not seen', async () => {
  const { pool } = database;
  expect(await readRecognitionPolicy(pool)).toMatchObject({ id: null, policy: DEFAULT_RECOGNITION_POLICY });
  const changed: RecognitionPolicy = { ...DEFAULT_RECOGNITION_POLICY, reasons: ['RX01', 'RX12'] };
  const saved = await saveRecognitionPolicy(pool, { policy: changed, note: '试行', replaces: null }, AUTHOR);
  expect(saved?.policy).toEqual(changed);
  expect(await saveRecognitionPolicy(pool, { policy: changed, note: '', replaces: null }, AUTHOR)).toBeNull();
  await saveRecognitionPolicy(
    pool,
    { policy: DEFAULT_RECOGNITION_POLICY, note: '', replaces: saved?.id ?? 0 },
    AUTHOR,
  );
  expect((await listRecognitionPolicies(pool, 9)).map(({ note }) => note)).toEqual(['', '试行']);
  expect((await readRecognitionPolicy(pool)).policy).toEqual(DEFAULT_RECOGNITION_POLICY);
});
