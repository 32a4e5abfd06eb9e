import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewWebhookBody, Problem, WebhookBody } from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { MAX_WEBHOOKS } from './routes.ts';

let server: TestServer;
let region: string;
let ofA: string;
let reader: string;

beforeAll(async () => {
  server = await startTestServer();
  ofA = await server.hospitalKey('a', ['read', 'admin']);
  reader = await server.hospitalKey('b', ['read']);
  region = (await createApiKey(server.index, { hospital: null, scopes: ['read', 'admin'] })).secret;
});
afterAll(() => server.close());

const ask = (method: string, path: string, key: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api/webhooks${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const list = async (key: string): Promise<WebhookBody[]> =>
  ((await (await ask('GET', '', key)).json()) as { webhooks: WebhookBody[] }).webhooks;

test('a webhook is added with a secret that is shown once, listed, paused, resumed and ended', async () => {
  const added = await ask('POST', '', region, { url: 'https://ris.example.org/hook', actions: ['stored'] });
  expect(added.status).toBe(201);
  const { secret, ...webhook } = (await added.json()) as NewWebhookBody;
  expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
  expect(added.headers.get('location')).toBe(`/api/webhooks/${webhook.id}`);
  expect(await list(region)).toEqual([webhook]);
  expect(webhook).toMatchObject({
    hospital: null,
    actions: ['stored'],
    active: true,
    failures: 0,
    lastError: null,
  });
  const paused = await ask('PATCH', `/${webhook.id}`, region, { active: false });
  expect(await paused.json()).toMatchObject({ active: false });
  expect(await (await ask('PATCH', `/${webhook.id}`, region, { active: true })).json()).toMatchObject({
    active: true,
  });
  expect((await ask('DELETE', `/${webhook.id}`, region)).status).toBe(204);
  expect((await ask('DELETE', `/${webhook.id}`, region)).status).toBe(404);
});

test("a hospital's administrator sees to that hospital's webhooks alone", async () => {
  const url = 'http://10.1.2.3/hook';
  const ofRegion = (await (await ask('POST', '', region, { url, hospital: null })).json()) as NewWebhookBody;
  expect((await ask('POST', '', ofA, { url })).status).toBe(403);
  expect((await ask('POST', '', ofA, { url, hospital: 'b' })).status).toBe(404);
  const own = (await (
    await ask('POST', '', ofA, { url, hospital: 'a', from: 'oldest' })
  ).json()) as NewWebhookBody;
  expect((await list(ofA)).map(({ id }) => id)).toEqual([own.id]);
  expect(await list(region)).toHaveLength(2);
  expect((await ask('PATCH', `/${ofRegion.id}`, ofA, { active: false })).status).toBe(404);
  expect((await ask('DELETE', `/${ofRegion.id}`, ofA)).status).toBe(404);
  expect((await ask('DELETE', `/${own.id}`, ofA)).status).toBe(204);
  const { rows } = await server.index.query<{ hospital: string; what: string }>(
    `SELECT hospital_code AS hospital, detail::json ->> 'what' AS what FROM audit_event
      WHERE detail::json ->> 'webhook' = $1 ORDER BY at, sequence`,
    [own.id],
  );
  expect(rows).toEqual([
    { hospital: 'a', what: 'added' },
    { hospital: 'a', what: 'removed' },
  ]);
});

test('without the scope admin there is nothing to see', async () => {
  for (const method of ['GET', 'POST'])
    expect((await ask(method, '', reader, method === 'POST' ? {} : undefined)).status).toBe(403);
});

test.each([
  [{ url: 'ftp://a.example/x' }, 'https:'],
  [{ url: 'https://user:secret@a.example/x' }, 'password'],
  [{ url: 'nothing' }, 'no URL'],
  [{ url: 'https://a.example', actions: ['eaten'] }, 'actions'],
  [{ url: 'https://a.example', actions: [] }, 'actions'],
  [{ url: 'https://a.example', more: 1 }, 'body'],
  [[], 'body'],
])('a body as %j is refused, naming what is wrong', async (body, named) => {
  const answer = await ask('POST', '', region, body);
  expect(answer.status).toBe(400);
  const { detail, detailZh } = (await answer.json()) as Problem;
  expect(detail).toContain(named);
  expect(detailZh).toMatch(/\p{Script=Han}/u);
  expect(detail + detailZh).not.toContain('secret@');
});

test('an id that is none, or of nothing, is not found', async () => {
  for (const id of ['x', '0', '00000000-0000-4000-8000-000000000000'])
    expect((await ask('DELETE', `/${id}`, region)).status).toBe(404);
});

test('one hospital cannot add webhooks without end', async () => {
  const key = await server.hospitalKey('many', ['read', 'admin']);
  const add = async (n: number): Promise<Response> =>
    ask('POST', '', key, { url: `https://ris.example.org/${n}`, hospital: 'many' });
  for (let n = 0; n < MAX_WEBHOOKS; n += 1) expect((await add(n)).status).toBe(201);
  const refused = await add(MAX_WEBHOOKS);
  expect(refused.status).toBe(409);
  expect(((await refused.json()) as Problem).code).toBe('too-many-webhooks');
  const [first] = await list(key);
  expect((await ask('DELETE', `/${first!.id}`, key)).status).toBe(204);
  expect((await add(MAX_WEBHOOKS)).status).toBe(201);
});

test('FHIR is told without who patients are, unless somebody who may read them says so, on record and with a warning', async () => {
  const url = 'https://platform.example.org/fhir';
  const plain = (await (await ask('POST', '', region, { url, format: 'fhir' })).json()) as NewWebhookBody;
  expect(plain).toMatchObject({ format: 'fhir', withPatients: false });
  expect(plain.warning).toBeUndefined();
  const told = { url, format: 'fhir', withPatients: true };
  const warned = (await (await ask('POST', '', region, told)).json()) as NewWebhookBody;
  expect(warned.withPatients).toBe(true);
  expect(warned.warning?.zh).toContain('患者姓名');
  const { rows } = await server.index.query<{ what: string }>(
    `SELECT detail::json ->> 'what' AS what FROM audit_event WHERE detail::json ->> 'webhook' = $1`,
    [warned.id],
  );
  expect(rows).toEqual([{ what: 'added with patients' }]);
  for (const wrong of [
    { ...told, format: 'json' },
    { ...told, url: 'http://10.1.2.3/fhir' },
  ])
    expect((await ask('POST', '', region, wrong)).status).toBe(400);
  const { secret: adminAlone } = await createApiKey(server.index, { hospital: null, scopes: ['admin'] });
  expect((await ask('POST', '', adminAlone, told)).status).toBe(403);
  for (const { id } of [plain, warned]) await ask('DELETE', `/${id}`, region);
});
