import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../database.ts';
import { listRelabellings } from '../labels/relabelling.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { changeHospital } from './changeHospital.ts';
import { listDevices } from './deviceState.ts';
import { checkDeviceTest, recordDeviceTests, revokeDeviceTest } from './deviceTests.ts';
import {
  checkEvaluation,
  evaluationGrounds,
  listEvaluations,
  type NewEvaluation,
  recordEvaluations,
  revokeEvaluation,
} from './evaluations.ts';
import { expiringEvaluations, standingEvaluations, stateOfEvaluation } from './evaluationState.ts';
import { createHospital } from './hospitals.ts';
import { knownItems } from './knownItems.ts';
import { joinScope, leaveScope } from './members.ts';
import { scopesOf } from './memberships.ts';
import { centresOf, saveCentre } from './qualityCentres.ts';
import { listQualifications } from './qualifications.ts';
import { hospitalHistory } from './registryEvents.ts';
import type { RegistryFault } from './registryFault.ts';
import { type RegistryView, WHOLE_REGISTRY } from './registryView.ts';
import { endScope, ensureScope, saveScope } from './scopes.ts';
import { beginSuspension, liftSuspension, listSuspensions } from './suspensions.ts';

const DEFAULT = '龙南市';
const AUTHOR = { kind: 'machine', id: 'qc', name: '质控' } as const;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const { pool } = database;
  for (const table of [
    'label_suspension',
    'qualification',
    'device_test',
    'relabelling',
    'registry_event',
    'quality_centre_person',
    'quality_centre',
    'recognition_scope_member',
    'recognition_scope_within',
    'recognition_scope',
  ])
    await pool.query(`DELETE FROM ${table}`);
  for (const code of ['a', 'b']) await createHospital(pool, { code, nameZh: code, nameEn: code });
  await ensureScope(pool, DEFAULT);
});

const scope = (name: string, within: string[] = [], validityMonths = 6) =>
  inTransaction(database.pool, (client) =>
    saveScope(client, { name, nameEn: '', kind: 'province', validityMonths, within }, AUTHOR),
  );
const enter = (given: Partial<NewEvaluation>, view: RegistryView = WHOLE_REGISTRY) =>
  inTransaction(database.pool, async (client) => {
    const items = await knownItems(client);
    const grounds = await evaluationGrounds(client, { view, items, defaultScope: DEFAULT });
    const checked = checkEvaluation(grounds, {
      hospital: 'a',
      item: 'CT-05',
      scope: DEFAULT,
      evaluatedAt: '2026-03-15',
      result: 'passed',
      ...given,
    });
    return { checked, outcome: (await recordEvaluations(client, [checked], AUTHOR))[0] };
  });
const fault = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )) as RegistryFault | null;
  expect(error?.text.zh).toMatch(/\p{Script=Han}/u);
  return error?.code ?? '';
};

test('S0: an evaluation holds for half a year unless the region says otherwise', async () => {
  expect((await enter({})).checked.validUntil).toBe('2026-09-15');
  expect((await enter({ evaluatedAt: '2025-08-31' })).checked.validUntil).toBe('2026-02-28');
  await scope('江西省', [], 12);
  await inTransaction(database.pool, (client) =>
    joinScope(client, { scope: '江西省', hospital: 'a', joinedOn: '2026-01-01' }, DEFAULT, AUTHOR),
  );
  expect((await enter({ scope: '江西省' })).checked.validUntil).toBe('2027-03-15');
  expect((await enter({ validUntil: '2026-05-01', document: '2' })).checked.validUntil).toBe('2026-05-01');
});

test('S0: who takes no part in a scope is not qualified at it', async () => {
  await scope('江西省');
  expect(await fault(enter({ scope: '江西省' }))).toBe('not-member');
  await inTransaction(database.pool, (client) =>
    joinScope(client, { scope: '江西省', hospital: 'a', joinedOn: '2026-04-01' }, DEFAULT, AUTHOR),
  );
  expect(await fault(enter({ scope: '江西省', evaluatedAt: '2026-03-31' }))).toBe('not-member');
  await enter({ scope: '江西省', evaluatedAt: '2026-04-01' });
});

test('S0: a hospital does not qualify itself, a quality centre does at its scope and of its items', async () => {
  const { pool } = database;
  const own: RegistryView = { hospitals: ['a'], centres: [] };
  expect(await fault(enter({}, own))).toBe('not-allowed');
  const centre = { code: 'ct', nameZh: 'CT质控', nameEn: 'CT', scope: DEFAULT, modalities: ['CT'] };
  await inTransaction(pool, (client) => saveCentre(client, centre, AUTHOR));
  const view: RegistryView = { hospitals: ['a'], centres: [centre] };
  const { checked } = await enter({ hospital: 'b' }, view);
  expect(checked.centre).toBe('ct');
  expect(await fault(enter({ item: 'MR-01' }, view))).toBe('not-allowed');
  await scope('江西省');
  expect(await fault(enter({ scope: '江西省' }, view))).toBe('not-allowed');
  expect(await centresOf(pool, '00000000-0000-4000-8000-000000000000')).toEqual([]);
});

test('an evaluation that was entered again is the same one, and one entered by mistake is kept and counts no more', async () => {
  const { pool } = database;
  const first = await enter({});
  expect((await enter({})).outcome).toEqual({ id: first.outcome?.id, added: false });
  const id = first.outcome?.id ?? 0;
  await inTransaction(pool, async (client) =>
    revokeEvaluation(
      client,
      { id, reason: '录错医院', view: WHOLE_REGISTRY, items: await knownItems(client) },
      AUTHOR,
    ),
  );
  expect(await listQualifications(pool, 'a')).toEqual([]);
  expect(await standingEvaluations(pool, WHOLE_REGISTRY, '2026-04-01')).toEqual([]);
  const kept = await listEvaluations(pool, WHOLE_REGISTRY, { revoked: true, limit: 10 });
  expect(kept).toMatchObject([{ id, revokedReason: '录错医院', revokedBy: '质控' }]);
  expect((await enter({})).outcome?.added).toBe(true);
});

test('S0: a failed evaluation counts until a later one passed, and one that is over no more', async () => {
  const { pool } = database;
  await enter({ evaluatedAt: '2025-11-01' });
  await enter({ result: 'failed', evaluatedAt: '2026-02-01' });
  const state = async (day: string) => {
    const [one] = await standingEvaluations(pool, WHOLE_REGISTRY, day);
    return stateOfEvaluation(one, day, day);
  };
  expect(await state('2025-10-31')).toBe('none');
  expect(await state('2026-01-31')).toBe('valid');
  expect(await state('2026-02-01')).toBe('failed');
  await enter({ evaluatedAt: '2026-02-01' });
  expect(await state('2026-02-02')).toBe('failed');
  await enter({ evaluatedAt: '2026-03-01' });
  expect(await state('2026-09-01')).toBe('expiring');
  expect(await state('2026-09-02')).toBe('expired');
});

test('qualifications that end within 30 days are named, unless a newer evaluation stands', async () => {
  const { pool } = database;
  await enter({ evaluatedAt: '2026-03-15' });
  await enter({ item: 'CT-01', evaluatedAt: '2026-03-15' });
  await enter({ item: 'CT-01', evaluatedAt: '2026-08-01' });
  const on = async (day: string) =>
    (await expiringEvaluations(pool, WHOLE_REGISTRY, day, 30)).map(({ item }) => item);
  expect(await on('2026-08-15')).toEqual([]);
  expect(await on('2026-08-16')).toEqual(['CT-05']);
  expect(await on('2026-09-15')).toEqual(['CT-05']);
  expect(await on('2026-09-16')).toEqual([]);
});

test('a view shows evaluations of own hospitals and of the scopes of own centres alone', async () => {
  const { pool } = database;
  await enter({});
  await enter({ hospital: 'b' });
  const hospitals = async (view: RegistryView) =>
    (await listEvaluations(pool, view, { limit: 10 })).map(({ hospital }) => hospital);
  expect(await hospitals({ hospitals: ['b'], centres: [] })).toEqual(['b']);
  const centre = { code: 'q', nameZh: '', nameEn: '', scope: DEFAULT, modalities: [] };
  expect(await hospitals({ hospitals: [], centres: [centre] })).toEqual(['b', 'a']);
  expect(await hospitals({ hospitals: [], centres: [{ ...centre, scope: '全国' }] })).toEqual([]);
});

test('scopes never come to lie within themselves', async () => {
  await scope('京津冀');
  await scope('河北省', ['京津冀']);
  await scope('廊坊市', ['河北省']);
  expect(await fault(scope('京津冀', ['廊坊市']))).toBe('cycle');
  expect(await fault(scope('京津冀', ['京津冀']))).toBe('cycle');
  expect(await fault(scope('廊坊市', ['不存在']))).toBe('unknown-scope');
});

test('a hospital that joins another scope stays in the default one, and who leaves is out', async () => {
  const { pool } = database;
  await scope('京津冀');
  const on = async (day: string) => (await scopesOf(pool, ['a'], day, DEFAULT)).get('a');
  const join = (name: string, joinedOn: string) =>
    inTransaction(pool, (client) =>
      joinScope(client, { scope: name, hospital: 'a', joinedOn }, DEFAULT, AUTHOR),
    );
  const leave = (name: string, leftOn: string) =>
    inTransaction(pool, (client) =>
      leaveScope(client, { scope: name, hospital: 'a', leftOn }, DEFAULT, AUTHOR),
    );
  await join('京津冀', '2026-06-01');
  expect(await on('2026-05-31')).toEqual([DEFAULT]);
  expect(await on('2026-06-01')).toEqual(['京津冀', DEFAULT].sort());
  expect(await fault(join('京津冀', '2026-07-01'))).toBe('already');
  await leave(DEFAULT, '2026-08-01');
  expect(await on('2026-08-01')).toEqual(['京津冀']);
  expect(await fault(leave('京津冀', '2026-05-01'))).toBe('bad-day');
  await leave('京津冀', '2026-09-01');
  expect(await on('2026-09-01')).toEqual([]);
  expect(await fault(join('京津冀', '2026-08-01'))).toBe('bad-day');
  await join('京津冀', '2026-10-01');
  expect(await on('2026-10-01')).toEqual(['京津冀']);
  expect(await hospitalHistory(pool, 'a')).toHaveLength(5);
  expect((await listRelabellings(pool)).every(({ reason }) => reason === 'membership')).toBe(true);
});

test('the default scope does not end; another does from today', async () => {
  const { pool } = database;
  const end = (name: string) => inTransaction(pool, (client) => endScope(client, name, DEFAULT, AUTHOR));
  expect(await fault(end(DEFAULT))).toBe('default-scope');
  await scope('京津冀');
  await end('京津冀');
  expect(await fault(end('京津冀'))).toBe('unknown-scope');
  expect(await fault(scope('京津冀'))).toBe('ended');
});

test('a change of a hospital keeps what it was, and levels are words of hospitals', async () => {
  const { pool } = database;
  const change = (level: string) =>
    inTransaction(pool, (client) => changeHospital(client, 'a', { level }, AUTHOR));
  expect(await change('三甲')).toMatchObject({ changed: true, hospital: { level: '三级甲等' } });
  expect(await change('三级甲等')).toMatchObject({ changed: false });
  expect(await fault(change('很好'))).toBe('bad-level');
  const [event] = await hospitalHistory(pool, 'a');
  expect(event).toMatchObject({ before: { level: '' }, after: { level: '三级甲等' }, author: AUTHOR });
});

test('S3: a device has a valid state test or none, on a day', async () => {
  const { pool } = database;
  const record = (testedOn: string, result: 'passed' | 'failed' = 'passed') =>
    inTransaction(pool, (client) =>
      recordDeviceTests(
        client,
        [checkDeviceTest({ hospital: 'a', serialNumber: ' 77 ', testedOn, result })],
        AUTHOR,
      ),
    );
  const [first] = await record('2025-03-01');
  expect(await record('2025-03-01')).toEqual([{ id: first?.id, added: false }]);
  const on = async (day: string, hospital = 'a') =>
    (await listDevices(pool, [hospital], day, day)).find(({ serialNumber }) => serialNumber === '77')?.state;
  expect(await on('2025-02-28')).toBeUndefined();
  expect(await on('2026-03-01')).toBe('tested');
  expect(await on('2026-03-02')).toBe('lapsed');
  expect(await on('2026-03-01', 'b')).toBeUndefined();
  await record('2026-03-01', 'failed');
  expect(await on('2026-03-01')).toBe('failed');
  const revoke = (hospitals: string[]) =>
    inTransaction(pool, (client) =>
      revokeDeviceTest(client, { id: first?.id ?? 0, reason: '录错', hospitals }, AUTHOR),
    );
  expect(await fault(revoke(['b']))).toBe('unknown');
  await revoke(['a']);
  expect(await on('2025-06-01')).toBeUndefined();
  expect((await listRelabellings(pool)).map(({ reason }) => reason)).toContain('device');
});

test('S0: issuing is suspended with a reason and an author, and lifted with another', async () => {
  const { pool } = database;
  const items = await knownItems(pool);
  const centre = { code: 'q', nameZh: '', nameEn: '', scope: DEFAULT, modalities: ['CT'] };
  const view: RegistryView = { hospitals: [], centres: [centre] };
  const begin = (given: object, by: RegistryView) =>
    inTransaction(pool, (client) =>
      beginSuspension(
        client,
        { hospital: 'a', item: null, scope: null, reason: '质控整改', ...given },
        { view: by, items, defaultScope: DEFAULT },
        AUTHOR,
      ),
    );
  expect(await fault(begin({}, { hospitals: ['a'], centres: [] }))).toBe('not-allowed');
  expect(await fault(begin({ scope: DEFAULT }, view))).toBe('not-allowed');
  expect(await fault(begin({ item: 'XX-99' }, WHOLE_REGISTRY))).toBe('unknown-item');
  const begun = await begin({ scope: DEFAULT, item: 'CT-05' }, view);
  expect(await listSuspensions(pool, { hospitals: ['a'], centres: [] }, { lifted: false })).toMatchObject([
    { id: begun.id, reason: '质控整改', authorName: '质控', liftedAt: null },
  ]);
  expect(await listSuspensions(pool, { hospitals: ['b'], centres: [] }, { lifted: true })).toEqual([]);
  const lift = () =>
    inTransaction(pool, (client) =>
      liftSuspension(
        client,
        { id: begun.id, reason: '整改合格' },
        { view, items, defaultScope: DEFAULT },
        AUTHOR,
      ),
    );
  expect(await lift()).toMatchObject({ liftedReason: '整改合格', liftedBy: '质控' });
  expect(await fault(lift())).toBe('already');
  expect(await listSuspensions(pool, WHOLE_REGISTRY, { lifted: false })).toEqual([]);
});
