/** The one decision, said by a function and by statements: both agree, on whatever is stored, opened and ruled. */
import { createAccount, type GrantGround, policyOf, readPolicies, type Role } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverableSql } from '../dicomweb/discoverable.ts';
import type { Caller } from '../context.ts';
import { viewOf } from '../context.ts';
import { inView, Parameters } from '../dicomweb/statement.ts';
import { decide, type Decision, discoverableFrom, viewingHospitals } from './decide.ts';
import { purposesOf, under } from './purposes.ts';

let database: TestDatabase;
let account = '';
const HOSPITALS = ['a', 'b', 'c'];
const ROLES: Role[] = [
  'administrator',
  'qualityControl',
  'radiologist',
  'clinician',
  'hospitalIt',
  'auditor',
];
const GRANTABLE: GrantGround[] = ['recognition', 'patientPresent', 'consent', 'breakGlass'];

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT code, code, code FROM unnest($1::text[]) AS code`,
    [HOSPITALS],
  );
  account = (await createAccount(database.pool, { username: 'li', displayName: 'Li', roles: [] })).id;
});
afterAll(() => database.drop());

const hospital = fc.constantFrom(...HOSPITALS);
const orAny = fc.option(hospital, { freq: 2 });
const world = fc.record({
  studies: fc.array(fc.record({ hospital, patient: fc.constantFrom('1', '2', ''), labelled: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  }),
  roles: fc.uniqueArray(fc.record({ role: fc.constantFrom(...ROLES), hospital: orAny }), {
    maxLength: 3,
    selector: ({ role, hospital: of }) => `${role} ${of ?? ''}`,
  }),
  policies: fc.uniqueArray(
    fc.record({
      issuing: orAny,
      viewing: orAny,
      discoverable: fc.constantFrom('none', 'labelled', 'all'),
      grounds: fc.subarray(['open', ...GRANTABLE]),
      purposes: fc.subarray(['TREAT', 'HQUALIMP', 'HOPERAT'], { minLength: 1 }),
    }),
    { maxLength: 4, selector: ({ issuing, viewing }) => `${issuing ?? ''}>${viewing ?? ''}` },
  ),
  grants: fc.array(
    fc.record({
      study: fc.nat(7),
      viewing: hospital,
      ground: fc.constantFrom(...GRANTABLE),
      purpose: fc.constantFrom('TREAT', 'HQUALIMP', 'HOPERAT'),
      whole: fc.boolean(),
      state: fc.constantFrom('open', 'open', 'ended', 'expired', "another's"),
    }),
    { maxLength: 4 },
  ),
  purpose: fc.nat(3),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** An administrator who audits another hospital, to whose readers studies of a third are open. */
const AUDITOR_ELSEWHERE: World = {
  studies: [
    { hospital: 'c', patient: '1', labelled: false },
    { hospital: 'a', patient: '1', labelled: false },
  ],
  roles: [
    { role: 'administrator', hospital: 'b' },
    { role: 'auditor', hospital: 'a' },
  ],
  policies: [{ issuing: null, viewing: 'a', discoverable: 'all', grounds: ['open'], purposes: ['HOPERAT'] }],
  grants: [],
  purpose: 0,
};

/** Puts a world into the index. Returns the numbers of its studies, in order. */
async function make({ studies, roles, policies, grants }: World): Promise<number[]> {
  const { pool } = database;
  await pool.query('TRUNCATE study, access_grant, access_policy, account_role CASCADE');
  const ids: number[] = [];
  for (const [i, study] of studies.entries()) {
    const { rows } = await pool.query<{ id: number }>(
      `INSERT INTO study (hospital_code, study_instance_uid, patient_id) VALUES ($1, $2, $3) RETURNING study_id AS id`,
      [study.hospital, `1.${i}`, study.patient],
    );
    const id = rows[0]?.id ?? 0;
    ids.push(id);
    if (study.labelled)
      await pool.query(
        `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
         VALUES ($1, 'CT-01', 's', 'sHR', 'applied', '', '', 'engine')`,
        [id],
      );
  }
  for (const { role, hospital: of } of roles)
    await pool.query('INSERT INTO account_role (account_id, role, hospital_code) VALUES ($1, $2, $3)', [
      account,
      role,
      of,
    ]);
  for (const policy of policies)
    await pool.query(
      `INSERT INTO access_policy (issuing_hospital, viewing_hospital, discoverable, grounds, hours, purposes, author_kind, author_id)
       VALUES ($1, $2, $3, $4, 24, $5, 'person', 'x')`,
      [policy.issuing, policy.viewing, policy.discoverable, policy.grounds, policy.purposes],
    );
  const other = await createOther();
  for (const grant of grants) {
    const study = studies[grant.study];
    if (study === undefined || study.hospital === grant.viewing) continue;
    await pool.query(
      `INSERT INTO access_grant (account_id, account_name, viewing_hospital, hospital_code, study_instance_uid, whole_patient,
                                 patient_id, issuer_of_patient_id, ground, purpose, created_at, expires_at, ended_at)
       VALUES ($1, 'x', $2, $3, $4, $5, $6, '', $7, $8, now() - interval '1 day', now() + make_interval(hours => $9),
               CASE WHEN $10 THEN now() END)`,
      [
        grant.state === "another's" ? other : account,
        grant.viewing,
        study.hospital,
        `1.${grant.study}`,
        grant.whole && study.patient !== '',
        study.patient,
        grant.ground,
        grant.purpose,
        grant.state === 'expired' ? -1 : 5,
        grant.state === 'ended',
      ],
    );
  }
  return ids;
}

let others = '';
async function createOther(): Promise<string> {
  if (others === '')
    others = (await createAccount(database.pool, { username: 'wang', displayName: 'Wang', roles: [] })).id;
  return others;
}

/** The rules once more, from what was put in alone. */
function expected(given: World, purpose: string, index: number): Decision {
  const study = given.studies[index]!;
  const belongs = (role: Role): boolean =>
    ({
      TREAT: ['radiologist', 'clinician'],
      BTG: ['radiologist', 'clinician'],
      HQUALIMP: ['qualityControl'],
      HOPERAT: ['administrator'],
    })[purpose]?.includes(role) ?? false;
  const acting = given.roles.filter(({ role }) => belongs(role));
  if (acting.some((role) => role.hospital === null || role.hospital === study.hospital)) return 'openable';
  const wanted = purpose === 'BTG' ? 'TREAT' : purpose;
  const rulesOf = (viewing: string) => {
    const rules = policyOf(given.policies, study.hospital, viewing);
    return rules?.purposes.includes(wanted) === true ? rules : null;
  };
  const viewings = acting.flatMap(({ hospital: of }) => of ?? []);
  if (viewings.some((viewing) => rulesOf(viewing)?.grounds.includes('open') === true)) return 'openable';
  const granted = given.grants.some((grant) => {
    const opened = given.studies[grant.study];
    if (opened === undefined || opened.hospital !== study.hospital || grant.state !== 'open') return false;
    const reaches =
      grant.study === index || (grant.whole && opened.patient !== '' && opened.patient === study.patient);
    return (
      reaches &&
      grant.purpose === wanted &&
      viewings.includes(grant.viewing) &&
      rulesOf(grant.viewing)?.grounds.includes(grant.ground) === true
    );
  });
  if (granted) return 'openable';
  const found = viewings.some((viewing) => {
    const rules = rulesOf(viewing);
    return rules?.discoverable === 'all' || (rules?.discoverable === 'labelled' && study.labelled);
  });
  return found ? 'discoverable' : 'hidden';
}

test('function and statements decide the same, and as the rules say', async () => {
  const seen = new Set<Decision>();
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      const ids = await make(given);
      const { rows } = await database.pool.query<{ access: NonNullable<Caller['account']>['access'] }>(
        'SELECT account_access($1) AS access',
        [account],
      );
      const purposes = purposesOf(given.roles);
      const purpose = purposes[given.purpose % Math.max(1, purposes.length)];
      if (purpose === undefined) return;
      const person: Caller = {
        kind: 'person',
        id: 'li',
        displayName: 'Li',
        rights: { read: [] },
        purpose,
        storesFor: null,
        account: { id: account, roles: given.roles, passwordGiven: false, access: rows[0]?.access ?? null },
        sessionExpiresAt: null,
      };
      const caller = under(person, purpose, false);
      const policies = await readPolicies(database.pool);
      const idsWhere = async (condition: (parameters: Parameters) => string): Promise<Set<number>> => {
        const parameters = new Parameters();
        const text = `SELECT s.study_id AS id FROM study s WHERE ${condition(parameters)}`;
        const found = await database.pool.query<{ id: number }>(text, parameters.values);
        return new Set(found.rows.map(({ id }) => id));
      };
      const openable = await idsWhere((parameters) =>
        inView('s', viewOf(caller, { hospital: null }), parameters),
      );
      const discoverable = new Set<number>();
      for (const viewing of viewingHospitals(caller)) {
        const reach = discoverableFrom(caller, viewing, policies, HOSPITALS);
        for (const id of await idsWhere((parameters) => discoverableSql('s', reach, parameters)))
          discoverable.add(id);
      }
      given.studies.forEach(({ hospital: of, labelled }, i) => {
        const id = ids[i] ?? 0;
        const said: Decision = openable.has(id)
          ? 'openable'
          : discoverable.has(id)
            ? 'discoverable'
            : 'hidden';
        const study = { hospital: of, studyInstanceUid: `1.${i}`, labelled };
        expect([said, decide(caller, study, policies)]).toEqual([said, expected(given, purpose, i)]);
        expect(decide(caller, study, policies)).toBe(said);
        seen.add(said);
      });
    }),
    { numRuns: 150, examples: [[AUDITOR_ELSEWHERE]] },
  );
  expect([...seen].toSorted()).toEqual(['discoverable', 'hidden', 'openable']);
}, 60_000);
