import { type Catalogue, defaultCatalogue, shippedCatalogues } from '@hutong/conformance';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../database.ts';
import { createHospital } from '../registry/hospitals.ts';
import {
  beginEngineReevaluation,
  beginReevaluation,
  cancelReevaluation,
  listReevaluations,
} from '../reevaluation/reevaluations.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { affectedStudies } from './affected.ts';
import {
  catalogueDocument,
  catalogueEvents,
  CatalogueReader,
  cataloguesInForce,
  listCatalogues,
} from './catalogueVersions.ts';
import { type CatalogueChange, changeCatalogueState } from './changeState.ts';
import { importCatalogue } from './importCatalogue.ts';
import { putShippedCatalogues } from './shipped.ts';

const REGION = '451200';
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, { code: 'h1', nameZh: '一', nameEn: '1', region: '451202' });
  await createHospital(database.pool, { code: 'h2', nameZh: '二', nameEn: '2', region: '421300' });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE study, catalogue, catalogue_event, reevaluation CASCADE');
});

const list = (version: string, over: Partial<Catalogue> = {}): Catalogue => ({
  ...defaultCatalogue(),
  id: 'list',
  version,
  ...over,
});
const bring = (catalogue: Catalogue, document: unknown = catalogue) =>
  inTransaction(database.pool, (client) => importCatalogue(client, { document, catalogue, by: 'tester' }));
const change = (version: string, state: CatalogueChange['state'], over: Partial<CatalogueChange> = {}) =>
  inTransaction(database.pool, (client) =>
    changeCatalogueState(client, {
      id: 'list',
      version,
      state,
      by: 'tester',
      defaultRegion: REGION,
      ...over,
    }),
  );
let studies = 0;
async function store(hospital: string, date: string): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, study_date, first_stored_at)
     VALUES ($1, $2, $3, '2026-05-05T12:00:00Z') RETURNING study_id AS id`,
    [hospital, `1.9.${(studies += 1)}`, date],
  );
  return rows[0]!.id;
}

test('the lists that ship are put in once: the default one in force, the other as a draft', async () => {
  await inTransaction(database.pool, putShippedCatalogues);
  await inTransaction(database.pool, putShippedCatalogues);
  const versions = await listCatalogues(database.pool);
  expect(versions.map(({ id, state, shipped, region }) => [id, state, shipped, region.code])).toEqual([
    ['suizhou', 'draft', true, '421300'],
    ['hechi-2024', 'inForce', true, '451200'],
  ]);
  expect(versions[1]).toMatchObject({ items: 52, effectiveFrom: '2024-01-01', effectiveUntil: null });
  expect(versions).toHaveLength(shippedCatalogues().length);
});

test('what an operator withdrew stays withdrawn when the program starts again', async () => {
  await inTransaction(database.pool, putShippedCatalogues);
  await change('1.0.0', 'withdrawn', { id: 'hechi-2024' });
  await inTransaction(database.pool, putShippedCatalogues);
  expect(await cataloguesInForce(database.pool)).toEqual([]);
});

test('a later version that ships takes the place of the earlier one with its dates', async () => {
  const earlier = { ...defaultCatalogue(), version: '0.9.0' };
  await inTransaction(database.pool, (client) =>
    importCatalogue(client, { document: earlier, catalogue: earlier, by: 'hutong', shipped: true }),
  );
  await change('0.9.0', 'inForce', { id: earlier.id, effectiveFrom: '2023-03-03' });
  await inTransaction(database.pool, putShippedCatalogues);
  const states = (await listCatalogues(database.pool))
    .filter(({ id }) => id === earlier.id)
    .map(({ version, state, effectiveFrom }) => [version, state, effectiveFrom]);
  expect(states).toEqual([
    ['0.9.0', 'withdrawn', '2023-03-03'],
    [defaultCatalogue().version, 'inForce', '2023-03-03'],
  ]);
});

test('the same document again changes nothing, other content under its id and version is refused', async () => {
  expect((await bring(list('1'))).outcome).toBe('added');
  const turned = Object.fromEntries(Object.entries(list('1')).toReversed());
  expect((await bring(list('1'), turned)).outcome).toBe('unchanged');
  const other = list('1', { title: { zh: '另一个', en: 'another' } });
  expect((await bring(other)).outcome).toBe('differs');
  expect(JSON.parse((await catalogueDocument(database.pool, 'list', '1'))!)).toEqual(list('1'));
  expect(await catalogueEvents(database.pool, 'list', '1')).toMatchObject([
    { event: 'imported', author: 'tester' },
  ]);
});

test('an export is the document in its own order', async () => {
  const { version, ...rest } = list('1');
  const document = { version, ...rest };
  await bring(list('1'), document);
  expect(await catalogueDocument(database.pool, 'list', '1')).toBe(JSON.stringify(document));
});

test('many imports of one document at once leave one version', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => bring(list('1'))));
  expect(outcomes.filter(({ outcome }) => outcome === 'added')).toHaveLength(1);
  expect(await catalogueEvents(database.pool, 'list', '1')).toHaveLength(1);
});

test('states follow one another with their dates, and every step stays in the history', async () => {
  await bring(list('1'));
  expect((await change('1', 'withdrawn')).outcome).toBe('notInForce');
  expect((await change('9', 'inForce')).outcome).toBe('absent');
  expect((await change('1', 'inForce', { effectiveUntil: '2020-01-01' })).outcome).toBe('badDates');
  expect(await change('1', 'inForce', { effectiveFrom: '2025-01-01' })).toMatchObject({
    outcome: 'changed',
    version: { state: 'inForce', effectiveFrom: '2025-01-01', effectiveUntil: null },
    reevaluation: null,
  });
  expect((await change('1', 'inForce')).outcome).toBe('unchanged');
  expect((await change('1', 'inForce', { effectiveUntil: '2026-12-31' })).outcome).toBe('changed');
  expect((await change('1', 'withdrawn')).outcome).toBe('changed');
  const events = await catalogueEvents(database.pool, 'list', '1');
  expect(
    events.map(({ event, effectiveFrom, effectiveUntil }) => [event, effectiveFrom, effectiveUntil]),
  ).toEqual([
    ['imported', '2024-01-01', null],
    ['inForce', '2025-01-01', null],
    ['inForce', '2025-01-01', '2026-12-31'],
    ['withdrawn', '2025-01-01', '2026-12-31'],
  ]);
});

test('putting a version in force has exactly the studies of its region and dates judged again', async () => {
  await bring(list('1'));
  await bring(list('2'));
  await change('1', 'inForce');
  await store('h1', '20250630');
  await store('h1', '20250701');
  await store('h1', '20260101');
  await store('h1', '');
  await store('h2', '20260101');
  const outcome = await change('2', 'inForce', { effectiveFrom: '2025-07-01' });
  // h2 lies in a region without a list of its own, and so is judged by that of the deployment.
  expect(outcome).toMatchObject({
    reevaluation: {
      reason: 'catalogue',
      filter: { hospitals: ['h1', 'h2'], from: '20250701', until: '20260505' },
      total: 4,
      state: 'waiting',
      requestedBy: 'tester',
    },
  });
});

test('an earlier version that begins on the same day is withdrawn with the step, one of another day stays', async () => {
  for (const version of ['1', '2', '3']) await bring(list(version));
  await change('1', 'inForce');
  await change('2', 'inForce', { effectiveFrom: '2025-07-01' });
  await change('3', 'inForce', { effectiveFrom: '2025-07-01' });
  const states = (await listCatalogues(database.pool)).map(({ version, state }) => `${version} ${state}`);
  expect(states.sort()).toEqual(['1 inForce', '2 withdrawn', '3 inForce']);
});

test('a study without a date counts by the day it was received', async () => {
  await store('h1', '');
  const lists = (from: string) => [
    { id: 'list', version: '1', region: REGION, from: '2024-01-01', until: null, since: '' },
    { id: 'list', version: '2', region: REGION, from, until: null, since: '' },
  ];
  const affected = (from: string) =>
    affectedStudies(database.pool, lists(from).slice(0, 1), lists(from), REGION);
  expect(await affected('2026-05-05')).toMatchObject({ studies: 1, from: '20260505', until: '20260505' });
  expect(await affected('2026-05-06')).toMatchObject({ studies: 0, hospitals: [] });
});

test('a reader reads a version once, and says when a stored one can no longer be read', async () => {
  await bring(list('1'));
  const reader = new CatalogueReader();
  const first = await reader.read(database.pool, 'list', '1');
  expect(first?.items).toHaveLength(52);
  await database.pool.query(`UPDATE catalogue SET content = '{}'`);
  expect(await reader.read(database.pool, 'list', '1')).toBe(first);
  await expect(new CatalogueReader().read(database.pool, 'list', '1')).rejects.toThrow(
    'list@1 cannot be read',
  );
  expect(await reader.read(database.pool, 'list', '2')).toBeNull();
});

test('a re-evaluation that waits for the same studies is not asked for twice, one of no study is done at once', async () => {
  const ask = (from: string) =>
    beginReevaluation(database.pool, { reason: 'request', filter: { from }, requestedBy: 'x' });
  expect(await ask('20250101')).toMatchObject({ state: 'done', total: 0 });
  await store('h1', '20250601');
  const first = await ask('20250101');
  expect(first).toMatchObject({ state: 'waiting', total: 1 });
  expect((await ask('20250101')).id).toBe(first.id);
  expect((await ask('20250102')).id).not.toBe(first.id);
  await database.pool.query(`UPDATE reevaluation SET state = 'working' WHERE reevaluation_id = $1`, [
    first.id,
  ]);
  expect((await ask('20250101')).id).not.toBe(first.id);
});

test('cancelling ends what waits, leaves what has ended, and knows what there is', async () => {
  await store('h1', '20250601');
  const begun = await beginReevaluation(database.pool, { reason: 'request', filter: {}, requestedBy: 'x' });
  expect(await cancelReevaluation(database.pool, begun.id)).toMatchObject({ state: 'cancelled' });
  expect(await cancelReevaluation(database.pool, 999_999)).toBeNull();
  await database.pool.query(`UPDATE reevaluation SET state = 'done'`);
  expect(await cancelReevaluation(database.pool, begun.id)).toMatchObject({ state: 'done' });
  expect(await listReevaluations(database.pool)).toHaveLength(1);
});

test('a filter by exam finds the studies that carry it, by code with or without scheme, or by name', async () => {
  const study = await store('h1', '20250601');
  await store('h1', '20250601');
  await database.pool.query(
    `WITH seen AS (INSERT INTO exam_name (hospital_code, code, scheme, name, modality)
                   VALUES ('h1', 'C1', 'HIS', 'brain', 'MR') RETURNING exam_name_id)
     INSERT INTO study_exam_name (study_id, exam_name_id, mapped) SELECT $1, exam_name_id, false FROM seen`,
    [study],
  );
  const total = async (exam: { code?: string; scheme?: string; name?: string }): Promise<number> =>
    (
      await beginReevaluation(database.pool, {
        reason: 'examMapping',
        filter: { hospitals: ['h1'], examNames: [exam] },
        requestedBy: 'x',
      })
    ).total;
  expect(await total({ code: 'C1' })).toBe(1);
  expect(await total({ code: 'C1', scheme: 'his' })).toBe(1);
  expect(await total({ code: 'C1', scheme: 'other' })).toBe(0);
  expect(await total({ name: 'brain' })).toBe(1);
  expect(await total({ name: 'head' })).toBe(0);
  await database.pool.query('TRUNCATE exam_name CASCADE');
});

test('results of other rules are judged again once; a re-evaluation of another version of the program is ended', async () => {
  const study = await store('h1', '20250601');
  const begin = () => inTransaction(database.pool, beginEngineReevaluation);
  expect(await begin()).toBeNull();
  await database.pool.query(
    `WITH result AS (
       INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
       VALUES ($1, 1, 'list', '1', '0.0.1', true, '{}') RETURNING conformance_result_id)
     INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version)
     SELECT $1, conformance_result_id, 'list', '1', '0.0.1' FROM result`,
    [study],
  );
  const begun = await begin();
  expect(begun).toMatchObject({ reason: 'engine', total: 1, state: 'waiting' });
  expect(await begin()).toBeNull();
  await database.pool.query(`UPDATE reevaluation SET engine_version = '0.0.2'`);
  expect((await begin())?.id).not.toBe(begun?.id);
  expect((await listReevaluations(database.pool)).map(({ state }) => state)).toEqual([
    'waiting',
    'cancelled',
  ]);
});
