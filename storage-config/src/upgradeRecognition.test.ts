import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findApiKey } from './apiKeys.ts';
import { addLabelEvents } from './labels/saveLabels.ts';
import { beginRelabelling, listRelabellings } from './labels/relabelling.ts';
import { relabellingStep } from './labels/relabellingStep.ts';
import { inTransaction } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { findCandidates } from './persons/candidates.ts';
import { personKeys } from './persons/personKeys.ts';
import { makePatientsKnown } from './persons/studyPatients.ts';
import { scopesOf } from './registry/memberships.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

/** What the release before mutual recognition at work holds: studies, their labels, who may do what. */
const LAST_RELEASE = 24;
const CITY = '龙南市';
const PROVINCE = '江西省';
/** In the order of the columns that both the view and the table have. */
const LABELS = `SELECT study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at::text AS at
                  FROM hr_label ORDER BY 1, 2, 3`;

const KEYS = {
  station: ['city', ['store', 'read']],
  department: ['city', ['store', 'read', 'correct', 'review', 'share', 'export']],
  administration: ['city', ['admin', 'keys', 'audit']],
  region: [null, ['read', 'admin', 'audit', 'metrics']],
} as const;
const secretOf = (label: string): string => `htk_${label.charAt(0).repeat(43)}`;

let database: TestDatabase;
let labelsBefore: unknown[];
const ask = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
  (await database.pool.query<Record<string, unknown>>(text, values)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrate(pool, (await readMigrations()).slice(0, LAST_RELEASE));
  await seedHospitals();
  await seedStudies();
  await seedCallers();
  labelsBefore = await ask(LABELS);
  await migrate(pool);
});
afterAll(() => database.drop());

async function seedHospitals(): Promise<void> {
  await database.pool.query(`
    INSERT INTO hospital (code, name_zh, name_en) VALUES
      ('city', '市医院', 'City'), ('county', '县医院', 'County'), ('new', '新医院', 'New');
    INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result) VALUES
      ('city', 'MR-01', '${CITY}', '2026-01-01', '2026-06-30', 'passed'),
      ('city', 'CT-01', '${CITY}', '2026-01-01', '2026-06-30', 'passed'),
      ('city', 'MR-01', '${PROVINCE}', '2026-01-01', '2026-06-30', 'passed'),
      ('city', 'CT-01', '${PROVINCE}', '2026-02-01', '2026-06-30', 'failed'),
      ('county', 'MR-01', '${CITY}', '1998-01-01', '2026-06-30', 'passed');
    INSERT INTO exam_mapping (hospital_code, code, scheme, name, item_codes, author_kind, author_id, author_name)
    VALUES ('city', 'HEAD', 'L', '', '{MR-01}', 'person', 'u1', '王医生'), ('city', '', '', '头颅平扫', '{MR-01}', 'person', 'u1', '王医生')`);
}

/** Number, hospital, patient, name, birth date, day, and the verdict on each item. */
const STUDIES = [
  [1, 'city', 'P1', '张^伟', '19800102', '20260310', { 'MR-01': 'PASS', 'CT-01': 'FAIL' }],
  [2, 'city', 'P1', '张^伟', '19800102', '20260311', { 'CT-01': 'PASS' }],
  [3, 'city', 'P2', '李^娜', '19750505', '20260312', { 'MR-01': 'REVIEW' }],
  [4, 'county', 'P1', '王^芳', '19900909', '20260313', { 'MR-01': 'PASS' }],
  [5, 'county', 'X9', '张^伟', '19800102', '20260314', { 'MR-01': 'PASS' }],
  [6, 'county', 'OLD', '老^人', '19300101', '19990401', { 'MR-01': 'PASS' }],
  [7, 'city', '', '', '', '20260315', { 'MR-01': 'FAIL' }],
  [8, 'new', 'N1', '孙^丽', '20010101', '20260316', { 'MR-01': 'PASS' }],
  [9, 'city', 'P3', '周^强', '19600606', '20260317', { 'MR-01': 'PASS' }],
] as const;

/** Study, item, scope, state: as the rules of that release left them, one after another. */
const EVENTS = [
  [1, 'MR-01', CITY, 'applied'],
  [1, 'MR-01', PROVINCE, 'applied'],
  [1, 'CT-01', CITY, 'applied'],
  [1, 'CT-01', CITY, 'withdrawn'],
  [2, 'CT-01', CITY, 'applied'],
  [2, 'CT-01', CITY, 'withdrawn'],
  [2, 'CT-01', CITY, 'applied'],
  [3, 'MR-01', CITY, 'applied'],
  [3, 'MR-01', CITY, 'withdrawn'],
  [4, 'MR-01', CITY, 'applied'],
  [5, 'MR-01', CITY, 'applied'],
  [6, 'MR-01', CITY, 'applied'],
  [7, 'MR-01', CITY, 'applied'],
  [7, 'MR-01', CITY, 'withdrawn'],
  [9, 'MR-01', CITY, 'applied'],
  [9, 'MR-01', PROVINCE, 'applied'],
] as const;

async function seedStudies(): Promise<void> {
  const { pool } = database;
  for (const [id, hospital, patient, name, born, date, verdicts] of STUDIES) {
    await pool.query(
      `INSERT INTO study (study_id, hospital_code, study_instance_uid, patient_id, patient_name_ideographic, patient_birth_date,
                          study_date, revision, conformance_revision, judged_revision)
       OVERRIDING SYSTEM VALUE VALUES ($1::bigint, $2, '2.25.' || $1::bigint, $3, $4, $5, $6, 1, 1, 1)`,
      [id, hospital, patient, name, born, date],
    );
    await pool.query(
      `INSERT INTO study_item (study_id, item_code, verdict, hospital_code, machine_verdict)
       SELECT $1, key, value, $2, value FROM jsonb_each_text($3)`,
      [id, hospital, JSON.stringify(verdicts)],
    );
    await pool.query(
      `INSERT INTO change (action, hospital_code, study_instance_uid) VALUES ('stored', $1, $2), ('labelled', $1, $2)`,
      [hospital, `2.25.${id}`],
    );
  }
  for (const [study, item, scope, state] of EVENTS)
    await pool.query(
      `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
       VALUES ($1, $2, $3::text, $3::text || 'HR', $4, '因' || $4, 'because ' || $4, 'engine 1.0')`,
      [study, item, scope, state],
    );
  await pool.query(`SELECT setval(pg_get_serial_sequence('study', 'study_id'), 100)`);
  // Its last instance was deleted; it may be recovered.
  await pool.query('DELETE FROM study WHERE study_id = 9');
}

async function seedCallers(): Promise<void> {
  const { pool } = database;
  for (const [label, [hospital, scopes]] of Object.entries(KEYS))
    await pool.query('INSERT INTO api_key (hospital_code, scopes, key_hash, label) VALUES ($1, $2, $3, $4)', [
      hospital,
      scopes,
      createHash('sha256').update(secretOf(label)).digest(),
      label,
    ]);
  await pool.query(`
    INSERT INTO oidc_client (client_id, kind, name, hospital_code, scopes, authentication, redirect_uris) VALUES
      ('ris', 'machine', 'RIS', 'city', '{store,read,keys}', 'secret', '{}'),
      ('desk', 'web', 'Desk', NULL, '{read,accounts,audit}', 'secret', '{https://desk.example.org/}');
    WITH made AS (
      INSERT INTO account (username, display_name, password_hash, password_given)
      SELECT lower(role), role, '', false FROM unnest('{administrator,qualityControl,radiologist,clinician,hospitalIt,auditor}'::text[]) role
      RETURNING account_id, display_name AS role)
    INSERT INTO account_role (account_id, role, hospital_code)
    SELECT account_id, role, CASE WHEN role = 'administrator' THEN NULL ELSE 'city' END FROM made`);
}

test('labels are those that the view of the last release showed, each with the hospital whose study it is', async () => {
  expect(labelsBefore).toHaveLength(11);
  expect(await ask(LABELS)).toEqual(labelsBefore);
  expect(
    await ask('SELECT DISTINCT study_id AS study, issuing_hospital AS hospital FROM hr_label ORDER BY 1'),
  ).toEqual(
    STUDIES.filter(([id]) => EVENTS.some(([study]) => study === id)).map(([study, hospital]) => ({
      study,
      hospital,
    })),
  );
});

test('scopes and who takes part in them are made of the evaluations; whoever had none takes part in the scope of the region', async () => {
  expect(await ask('SELECT name FROM recognition_scope ORDER BY 1')).toEqual([
    { name: PROVINCE },
    { name: CITY },
  ]);
  const scopes = await scopesOf(database.pool, ['city', 'county', 'new'], '2026-03-10', '市');
  expect(Object.fromEntries(scopes)).toEqual({
    city: [PROVINCE, CITY].sort(),
    county: [CITY],
    new: ['市'],
  });
});

test('labels that are looked at anew by the rules of this release are the same', async () => {
  const { pool } = database;
  const events = () => ask('SELECT * FROM hr_label_event ORDER BY 1');
  const before = await events();
  await beginRelabelling(pool, { reason: 'request', requestedBy: 'test' });
  while ((await relabellingStep(pool, CITY)) === 'worked');
  expect(await listRelabellings(pool)).toMatchObject([{ state: 'done', lookedAt: 6, changed: 0 }]);
  expect(await events()).toEqual(before);
  expect(await ask(LABELS)).toEqual(labelsBefore);
});

test('an event of after the upgrade is the newest of its label', async () => {
  await inTransaction(database.pool, (client) =>
    addLabelEvents(
      client,
      [
        {
          studyId: 4,
          itemCode: 'MR-01',
          scope: CITY,
          text: `${CITY}HR`,
          state: 'withdrawn',
          reason: { zh: '', en: '' },
          cause: 'person',
          qualificationId: null,
        },
      ],
      { author: 'test' },
    ),
  );
  expect(await ask('SELECT state, issuing_hospital AS hospital FROM hr_label WHERE study_id = 4')).toEqual([
    { state: 'withdrawn', hospital: 'county' },
  ]);
});

test('keys, applications and people may do what they might, and nothing more', async () => {
  for (const [label, [hospital, scopes]] of Object.entries(KEYS))
    expect(await findApiKey(database.pool, secretOf(label))).toMatchObject({
      label,
      hospitalCode: hospital,
      scopes,
    });
  expect(await ask('SELECT client_id AS id, scopes FROM oidc_client ORDER BY 1')).toEqual([
    { id: 'desk', scopes: ['read', 'accounts', 'audit'] },
    { id: 'ris', scopes: ['store', 'read', 'keys'] },
  ]);
  expect(await ask('SELECT count(*)::integer AS roles FROM account_role')).toEqual([{ roles: 6 }]);
});

test.each([
  [
    'a machine that makes people known',
    `UPDATE oidc_client SET scopes = '{accounts}' WHERE client_id = 'ris'`,
  ],
  [
    'a machine with pages',
    `UPDATE oidc_client SET redirect_uris = '{https://a.example/}' WHERE client_id = 'ris'`,
  ],
  [
    'a key with a right that nobody knows',
    `UPDATE api_key SET scopes = '{everything}' WHERE label = 'station'`,
  ],
  ['a role that nobody knows', `UPDATE account_role SET role = 'king' WHERE role = 'auditor'`],
])('the index still refuses %s', async (_, statement) => {
  await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '23514' });
});

test('keys and applications may be given the new rights', async () => {
  await database.pool.query(
    `UPDATE api_key SET scopes = scopes || '{orders,persons,recognise}' WHERE label = 'department'`,
  );
  await database.pool.query(`UPDATE oidc_client SET scopes = scopes || '{orders}' WHERE client_id = 'ris'`);
  expect((await findApiKey(database.pool, secretOf('department')))?.scopes).toContain('orders');
});

test('the patients of all studies become known, and those of different hospitals are nobody else without an identifier', async () => {
  const { pool } = database;
  const keys = personKeys([randomBytes(32)]);
  while ((await makePatientsKnown(pool, keys)) > 0);
  while ((await findCandidates(pool)) > 0);
  expect(
    await ask('SELECT hospital_code AS hospital, patient_id AS patient FROM patient ORDER BY 1, 2'),
  ).toEqual(
    [
      ['city', 'P1'],
      ['city', 'P2'],
      ['county', 'OLD'],
      ['county', 'P1'],
      ['county', 'X9'],
      ['new', 'N1'],
    ].map(([hospital, patient]) => ({ hospital, patient })),
  );
  expect(
    await ask(
      `SELECT person_id FROM patient_link WHERE ended_at IS NULL GROUP BY 1 HAVING count(DISTINCT (hospital_code, patient_id)) > 1`,
    ),
  ).toEqual([]);
  expect(
    await ask(
      `SELECT count(*)::integer AS studies, count(DISTINCT person_id)::integer AS persons FROM person_study`,
    ),
  ).toEqual([{ studies: 7, persons: 6 }]);
  // Equal name, birth date and no number: a person is asked.
  expect(await ask('SELECT kind, state FROM match_candidate')).toEqual([{ kind: 'alike', state: 'open' }]);
});

test('the change feed goes on with the entries of the last release', async () => {
  expect(await ask(`SELECT count(*)::integer AS changes FROM change WHERE action = 'stored'`)).toEqual([
    { changes: STUDIES.length },
  ]);
});

test('a study that was deleted before and is recovered after has its labels in the lists of its hospital', async () => {
  const { pool } = database;
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date) VALUES ('city', '2.25.9', 'P3', '20260317')
     RETURNING study_id AS id`,
  );
  expect(
    await ask(
      `SELECT scope, state, issuing_hospital AS hospital FROM hr_label WHERE study_id = $1 ORDER BY 1`,
      [rows[0]?.id],
    ),
  ).toEqual([
    { scope: PROVINCE, state: 'applied', hospital: 'city' },
    { scope: CITY, state: 'applied', hospital: 'city' },
  ]);
});
