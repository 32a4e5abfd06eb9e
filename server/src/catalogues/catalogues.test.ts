import { defaultCatalogue } from '@hutong/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CatalogueBody, WorklistFacets } from '../contract.ts';
import type {
  CatalogueDifference,
  CatalogueImport,
  CatalogueVersionBody,
  ReevaluationBody,
} from '../contract/conformance.ts';
import {
  HOSPITALS_HEADER,
  SCOPES_HEADER,
  seedStudy,
  startTestGateway,
  type TestGateway,
} from '../dicomweb/testing.ts';
import { worklistRoutes } from '../worklist/routes.ts';
import { catalogueChangeRoutes, catalogueRoutes, reevaluationRoutes } from './routes.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway((parts) => ({
    api: [
      catalogueRoutes(parts),
      catalogueChangeRoutes(parts),
      reevaluationRoutes(parts),
      worklistRoutes(parts),
    ],
  }));
  await seedStudy(gateway, { hospital: 'a', uid: '1.1', columns: { study_date: '20250101' } });
  await seedStudy(gateway, { hospital: 'a', uid: '1.2', columns: { study_date: '20260101' } });
});
afterAll(() => gateway.close());

interface Asking {
  body?: unknown;
  scopes?: string;
  hospitals?: string;
}
function ask(method: string, path: string, { body, scopes = 'admin', hospitals = '*' }: Asking = {}) {
  return fetch(`${gateway.url}/api${path}`, {
    method,
    headers: {
      [SCOPES_HEADER]: scopes,
      [HOSPITALS_HEADER]: hospitals,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
const read = async (path: string, asking?: Asking): Promise<unknown> =>
  (await ask('GET', path, asking)).json();
const post = async (
  path: string,
  body: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const answer = await ask('POST', path, { body });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

/** The default list as another version, without diffusion for the brain. */
function document(version: string): Record<string, unknown> {
  const list = structuredClone(defaultCatalogue());
  const brain = list.items.find(({ code }) => code === 'MR-01')!;
  brain.requirements = brain.requirements.filter(({ id }) => id !== 'DWI');
  return { ...list, id: 'test-list', version };
}

test('everyone who may read sees the list in force and all versions of all lists', async () => {
  const asking = { scopes: '', hospitals: 'a' };
  const inForce = (await read('/catalogue', asking)) as CatalogueBody;
  expect(inForce).toMatchObject({ id: 'hechi-2024', version: defaultCatalogue().version });
  expect(inForce.items).toHaveLength(52);
  expect(inForce.items.every(({ text, requirements }) => text !== '' && requirements.length > 0)).toBe(true);
  const { catalogues } = (await read('/catalogues', asking)) as { catalogues: CatalogueVersionBody[] };
  expect(catalogues.map(({ id, state, items }) => [id, state, items])).toEqual([
    ['suizhou', 'draft', 10],
    ['hechi-2024', 'inForce', 52],
  ]);
  const other = (await read('/catalogue?id=suizhou&version=0.1.0', asking)) as CatalogueBody;
  expect(other.items.map(({ code }) => code)).toContain('MR-01');
  for (const path of ['/catalogue?id=suizhou', '/catalogue?id=no&version=1', '/catalogue?version=..%2f1'])
    expect((await ask('GET', path, asking)).status).toBe(404);
});

test('an export is the document that an import takes', async () => {
  const answer = await ask('GET', '/catalogues/suizhou/0.1.0/document', { scopes: '' });
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="suizhou-0.1.0.json"');
  const exported = (await answer.json()) as Record<string, unknown>;
  expect((await post('/catalogues', exported)).status).toBe(201);
  expect((await ask('GET', '/catalogues/suizhou/9/document')).status).toBe(404);
  expect((await ask('GET', '/catalogues/suizhou/%22%0d%0a/document')).status).toBe(404);
});

test('the difference of two versions is told in both languages', async () => {
  const difference = (await read(
    '/catalogues/difference?from=hechi-2024@1.0.0&to=suizhou@0.1.0',
  )) as CatalogueDifference;
  expect(difference.removed.length).toBeGreaterThan(30);
  expect(difference.changed.find(({ code }) => code === 'MR-01')?.requirements).toMatchObject([
    {
      id: 'DWI',
      kind: 'removed',
      text: { zh: '不再要求“DWI”（必须）', en: '"DWI" (required) is no longer asked for' },
    },
  ]);
  expect((await ask('GET', '/catalogues/difference?from=hechi-2024&to=suizhou@0.1.0')).status).toBe(400);
  expect((await ask('GET', '/catalogues/difference?from=hechi-2024@1.0.0&to=no@1')).status).toBe(404);
});

test('only an administrator of the region changes anything or sees re-evaluations', async () => {
  const routes = [
    ['POST', '/catalogues'],
    ['POST', '/catalogues/suizhou/0.1.0/state'],
    ['GET', '/reevaluations'],
    ['POST', '/reevaluations'],
    ['POST', '/reevaluations/1/cancel'],
  ] as const;
  for (const [method, path] of routes) {
    const body = method === 'POST' ? { state: 'inForce' } : undefined;
    for (const asking of [{ scopes: 'review,correct' }, { scopes: 'admin', hospitals: 'a' }])
      expect((await ask(method, path, { ...asking, body })).status, `${method} ${path}`).toBe(403);
  }
});

test('a dry run tells difference and number of studies, and leaves nothing', async () => {
  const { status, body } = await post('/catalogues?dryRun=true', document('1'));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    catalogue: { id: 'test-list', state: 'draft' },
    errors: [],
    difference: { from: { id: 'hechi-2024' }, changed: [{ code: 'MR-01' }] },
    studies: 2,
  });
  expect((await ask('GET', '/catalogues/test-list/1/document')).status).toBe(404);
});

test('a version is imported as a draft, put in force, and withdrawn, and studies are judged again', async () => {
  expect((await post('/catalogues', document('1'))).body['catalogue']).toMatchObject({
    state: 'draft',
    importedBy: 'test',
  });
  const again = { ...document('1'), title: { zh: '另一个', en: 'other' } };
  const refused = await post('/catalogues', again);
  expect([refused.status, refused.body['code']]).toEqual([409, 'catalogue-differs']);

  const state = '/catalogues/test-list/1/state';
  expect((await post(state, { state: 'withdrawn' })).body['code']).toBe('catalogue-not-in-force');
  const enforced = await post(state, {
    state: 'inForce',
    effectiveFrom: '2025-06-01',
  });
  expect(enforced.body).toMatchObject({
    catalogue: { state: 'inForce', effectiveFrom: '2025-06-01' },
    reevaluation: { reason: 'catalogue', total: 1, state: 'waiting', requestedBy: 'test' },
  });
  expect(((await read('/catalogue')) as CatalogueBody).id).toBe('test-list');
  expect(((await read('/worklist/facets')) as WorklistFacets).items).toHaveLength(52);
  expect((await post(state, { state: 'inForce' })).body['reevaluation']).toBeNull();
  expect((await post(state, { state: 'withdrawn' })).body).toMatchObject({
    catalogue: { state: 'withdrawn' },
  });
  const { events } = (await read('/catalogues/test-list/1/history')) as { events: { event: string }[] };
  expect(events.map(({ event }) => event)).toEqual(['imported', 'inForce', 'withdrawn']);
});

test.each([
  ['no JSON', '{'],
  ['a word', '"list"'],
  ['null', 'null'],
  ['a list of nothing', '[]'],
  ['a key that JavaScript takes for its own', '{"__proto__":{"id":"x"}}'],
  ['wrong types', JSON.stringify({ ...document('7'), items: { a: 1 } })],
  [
    'an item twice',
    JSON.stringify({ ...document('7'), items: [...defaultCatalogue().items, defaultCatalogue().items[0]] }),
  ],
  ['nesting without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
])('%s is refused with reasons in both languages, and nothing is kept', async (_what, body) => {
  for (const path of ['/catalogues', '/catalogues?dryRun=true']) {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body['detailZh']).toMatch(/\p{Script=Han}/u);
    for (const { text } of (answer.body['errors'] ?? []) as CatalogueImport['errors'])
      expect(text.zh).toMatch(/\p{Script=Han}/u);
  }
  const { catalogues } = (await read('/catalogues')) as { catalogues: CatalogueVersionBody[] };
  expect(catalogues.some(({ version }) => version === '7')).toBe(false);
});

test('a document that is too large is refused', async () => {
  const body = JSON.stringify({ ...document('8'), id: 'x'.repeat(6 * 1024 * 1024) });
  expect((await ask('POST', '/catalogues', { body })).status).toBe(413);
});

test.each([
  {},
  { state: 'draft' },
  { state: 'inForce', effectiveFrom: '2025-02-30' },
  { state: 'withdrawn', x: 1 },
])('a change of state as %j is refused', async (body) => {
  expect((await post('/catalogues/suizhou/0.1.0/state', body)).status).toBe(400);
});

test('a change of state of what is not there is not found, and dates must be in order', async () => {
  expect((await post('/catalogues/none/1/state', { state: 'inForce' })).status).toBe(404);
  const dates = { state: 'inForce', effectiveFrom: '2025-06-01', effectiveUntil: '2025-05-31' };
  expect((await post('/catalogues/suizhou/0.1.0/state', dates)).status).toBe(400);
});

test('a re-evaluation is begun, listed with its progress, and cancelled', async () => {
  const begun = await post('/reevaluations', { hospitals: ['a'], from: '2026-01-01' });
  expect(begun).toMatchObject({ status: 202, body: { reason: 'request', total: 1, judged: 0 } });
  const { reevaluations } = (await read('/reevaluations')) as { reevaluations: ReevaluationBody[] };
  expect(reevaluations[0]).toEqual(begun.body);
  const ended = await post(`/reevaluations/${String(begun.body['id'])}/cancel`, {});
  expect(ended.body).toMatchObject({ state: 'cancelled' });
  expect((await post('/reevaluations', { hospitals: ['nowhere'] })).status).toBe(404);
  expect((await post('/reevaluations', { hospitals: 'a' })).status).toBe(400);
  for (const id of ['0', 'x', '99999', '1e3', '99999999999999999999'])
    expect((await post(`/reevaluations/${id}/cancel`, {})).status).toBe(404);
});

test('what administrators change is in the audit trail', async () => {
  const { rows } = await gateway.index.query<{ of: string }>(
    `SELECT DISTINCT detail::jsonb ->> 'of' AS of FROM audit_event WHERE action = 'configure' ORDER BY 1`,
  );
  expect(rows.map(({ of }) => of)).toEqual(['catalogue', 'reevaluation']);
});

test('a hospital is told how many of its own studies were judged with a version, not of all', async () => {
  await seedStudy(gateway, { hospital: 'b', uid: '1.9', columns: { study_date: '20260101' } });
  const { id, version } = defaultCatalogue();
  await gateway.index.query('DELETE FROM study_judgement');
  await gateway.index.query(
    `WITH made AS (INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
                   SELECT study_id, 0, $1, $2, 'test', true, '{}' FROM study WHERE study_instance_uid IN ('1.1', '1.9')
                   RETURNING study_id, conformance_result_id)
     INSERT INTO study_judgement (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version)
     SELECT study_id, conformance_result_id, $1, $2, 'test' FROM made`,
    [id, version],
  );
  const counted = async (hospitals: string) => {
    const { catalogues } = (await read('/catalogues', { scopes: 'read', hospitals })) as {
      catalogues: CatalogueVersionBody[];
    };
    return catalogues.reduce((sum, { studies }) => sum + studies, 0);
  };
  expect([await counted('*'), await counted('a'), await counted('b')]).toEqual([2, 1, 1]);
});
