import {
  AuditWriter,
  inTransaction,
  createSignInLink,
  endSession,
  noteChangeOf,
  revokeApiKey,
  setRoles,
} from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@hutong/storage-config';
import { Router } from 'express';
import { pino } from 'pino';
import { aCtStudy } from '../../../test/factories/index.ts';
import { type AppParts, createApp } from '../app.ts';
import type { ChangeEntry, ChangesPage, Problem } from '../contract.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aPerson } from '../testingPeople.ts';
import { changeRoutes } from './routes.ts';
import { MAX_WAITING_OF_CALLER } from './waitingRoom.ts';

let server: TestServer;
let a: string;
let b: string;
/** The same with heartbeats that tests can wait for. */
let quick: { url: string; close: () => void };

async function startQuick(): Promise<typeof quick> {
  const config = loadConfig({});
  const log = pino({ level: 'silent' });
  const parts = { index: server.index, config, log, audit: new AuditWriter(server.index, log) };
  const features = {
    dicomweb: [],
    api: [changeRoutes(parts, { heartbeatMs: 50 })],
    publicApi: [],
    fhir: [],
    wadoUri: [],
    shared: [],
    managed: [],
    root: [Router()],
    cdsHooks: () => Router(),
  };
  const http = createServer(
    createApp({
      ...parts,
      features,
      viewerDirectories: { portal: '/none', ohif: '/none' },
    } as unknown as AppParts),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: () => {
      http.closeAllConnections();
      http.close();
    },
  };
}

beforeAll(async () => {
  // A client may hold connections open that it has not used yet.
  server = await startTestServer({ env: { HUTONG_SHUTDOWN_SECONDS: '1' } });
  quick = await startQuick();
  a = await server.hospitalKey('a');
  b = await server.hospitalKey('b');
});
afterAll(() => {
  quick.close();
  return server.close();
});
beforeEach(async () => {
  await server.index.query('TRUNCATE change');
  await server.index.query('UPDATE change_position SET last = 0, forgotten = 0');
});

const get = (
  query = '',
  key = a,
  headers: Record<string, string> = {},
  url = server.url,
): Promise<Response> =>
  fetch(`${url}/api/changes${query}`, { headers: { Authorization: `Bearer ${key}`, ...headers } });
const page = async (query = '', key = a): Promise<ChangesPage> =>
  (await (await get(query, key)).json()) as ChangesPage;
const note = (hospital: string, studyInstanceUid = '1.2.3'): Promise<void> =>
  inTransaction(server.index, (client) =>
    noteChangeOf(client, { hospital, studyInstanceUid }, { action: 'deleted' }),
  );

interface StreamEvent {
  id: string | null;
  change: ChangeEntry | null;
}

/** Events of a stream as they come, heartbeats too. */
async function* eventsOf(answer: Response): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string): string | null =>
        lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
      const data = field('data');
      yield { id: field('id'), change: data === null ? null : (JSON.parse(data) as ChangeEntry) };
    }
  }
}

async function takeChanges(answer: Response, count: number): Promise<ChangeEntry[]> {
  const changes: ChangeEntry[] = [];
  for await (const { change } of eventsOf(answer)) {
    if (change !== null) changes.push(change);
    if (changes.length === count) break;
  }
  return changes;
}

const SSE = { Accept: 'text/event-stream' };

test('a store appears in the feed with its series and instances, and nothing of the patient', async () => {
  const study = aCtStudy({ slices: 3 });
  const other = aCtStudy({ seed: 'other', slices: 2 });
  const parts = [...study.instances, ...other.instances];
  await postStore(`${server.url}/dicomweb`, multipartBody(parts.map(({ bytes }) => bytes)), { key: a });
  const answer = await page();
  expect(answer.changes.map((change) => change.number)).toEqual([1, 2]);
  expect(answer.changes.map((change) => change.previous)).toEqual([null, 1]);
  expect(answer.changes.every((change) => change.action === 'stored' && change.hospital === 'a')).toBe(true);
  const uids = answer.changes.flatMap((change) => change.sopInstanceUids).toSorted();
  expect(uids).toEqual(parts.map(({ sopInstanceUid }) => sopInstanceUid).toSorted());
  expect(answer).toMatchObject({ position: 2, last: 2 });
  expect(Object.keys(answer.changes[0]!).toSorted()).toEqual([
    'action',
    'at',
    'hospital',
    'number',
    'previous',
    'seriesInstanceUid',
    'sopInstanceUids',
    'studyInstanceUid',
  ]);
});

test('a retry of the same instances is no change', async () => {
  const body = multipartBody(aCtStudy({ seed: 'retry', slices: 2 }).instances.map(({ bytes }) => bytes));
  for (const _ of [1, 2]) await postStore(`${server.url}/dicomweb`, body, { key: a });
  expect((await page()).changes).toHaveLength(1);
});

test('a hospital reads its own changes alone, chained without a hole, and pages through them', async () => {
  for (const hospital of ['a', 'b', 'b', 'a', 'b', 'a']) await note(hospital);
  const numbers: [number, number | null][] = [];
  for (let since = '0', more = true; more;) {
    const { changes, position } = await page(`?since=${since}&limit=2`);
    numbers.push(...changes.map(({ number, previous }): [number, number | null] => [number, previous]));
    more = changes.length === 2;
    since = String(position);
  }
  expect(numbers).toEqual([
    [1, null],
    [4, 1],
    [6, 4],
  ]);
  expect((await page('?since=2&hospital=a', b)).changes).toEqual([]);
  expect((await page('?since=2&hospital=b', b)).changes).toHaveLength(2);
  expect((await page('?action=stored')).changes).toEqual([]);
});

test('what is no longer kept, and what was never there, is gone and not passed over', async () => {
  for (let n = 0; n < 3; n += 1) await note('a');
  await page();
  await server.index.query('DELETE FROM change WHERE number <= 2');
  await server.index.query('UPDATE change_position SET forgotten = 2');
  for (const since of ['1', '4']) {
    const answer = await get(`?since=${since}`);
    expect(answer.status).toBe(410);
    expect(((await answer.json()) as Problem).code).toBe('changes-gone');
  }
  expect((await page()).changes.map((change) => change.number)).toEqual([3]);
  expect((await page('?since=2')).changes).toHaveLength(1);
  const position = await fetch(`${server.url}/api/changes/position`, {
    headers: { Authorization: `Bearer ${a}` },
  });
  expect(await position.json()).toEqual({ last: 3, oldest: 2 });
});

test.each([
  'since=-1',
  'since=1.5',
  'since=99999999999999999',
  'limit=0',
  'limit=1001',
  'wait=61',
  'action=eaten',
  'x=1',
])('a query with %s is refused, naming what fits', async (query) => {
  const answer = await get(`?${query}`);
  expect(answer.status).toBe(400);
  const { detail, detailZh } = (await answer.json()) as Problem;
  expect(detail).toMatch(/since|limit|wait|action/);
  expect(detailZh).toMatch(/参数/);
});

test('a request that waits is answered when something happens in its view, and empty when nothing does', async () => {
  const waiting = page('?since=0&wait=30');
  await note('b');
  await note('a', '1.9');
  expect((await waiting).changes).toMatchObject([{ hospital: 'a', studyInstanceUid: '1.9' }]);
  expect(await page('?since=now&wait=1')).toEqual({ changes: [], position: 2, last: 2 });
});

test('a stream sends what is there and what comes, and goes on from the last event id', async () => {
  await note('a', '1.1');
  const first = await get('?since=0', a, SSE);
  expect(first.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const taken = takeChanges(first, 2);
  await note('b');
  await note('a', '1.2');
  expect((await taken).map(({ number, previous }) => [number, previous])).toEqual([
    [1, null],
    [3, 1],
  ]);
  await note('a', '1.3');
  const again = await get('?since=0', a, { ...SSE, 'Last-Event-ID': '3' });
  expect((await takeChanges(again, 1)).map(({ studyInstanceUid }) => studyInstanceUid)).toEqual(['1.3']);
});

test('the position that a client would go on from moves past changes of others', async () => {
  const answer = await get('?since=0', a, SSE, quick.url);
  for (let n = 0; n < 5; n += 1) await note('b');
  const ids: (string | null)[] = [];
  for await (const { id, change } of eventsOf(answer)) {
    expect(change).toBeNull();
    ids.push(id);
    if (id === '5') break;
  }
  expect(ids[0]).toBe('0');
});

test('a stream ends when its key is revoked, and when its session ends', async () => {
  const key = await server.hospitalKey('c', ['read']);
  const { rows } = await server.index.query<{ id: string }>(
    `SELECT id FROM api_key WHERE hospital_code = 'c'`,
  );
  const stream = await get('', key, SSE, quick.url);
  await revokeApiKey(server.index, rows[0]!.id);
  expect(await takeChanges(stream, 1)).toEqual([]);

  const token = await createSignInLink(server.index, { subject: 'someone', ttlSeconds: 60 });
  const signedIn = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  const ofPerson = await fetch(`${quick.url}/api/changes`, { headers: { Cookie: cookie, ...SSE } });
  expect(ofPerson.status).toBe(200);
  await endSession(server.index, cookie.split('=')[1]!);
  expect(await takeChanges(ofPerson, 1)).toEqual([]);
});

test('one caller cannot hold more than its share of streams, and leaving gives the place back', async () => {
  const key = await server.hospitalKey('d', ['read']);
  const streams = await Promise.all(Array.from({ length: MAX_WAITING_OF_CALLER }, () => get('', key, SSE)));
  expect(streams.every(({ status }) => status === 200)).toBe(true);
  const refused = await get('', key, SSE);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await get('', key)).status).toBe(200);
  await Promise.all(streams.map((stream) => stream.body!.cancel()));
  const statusNow = async (): Promise<number> => {
    const answer = await get('', key, SSE);
    await answer.body!.cancel();
    return answer.status;
  };
  await expect.poll(statusNow, { timeout: 20_000 }).toBe(200);
});

test('a server that stops ends its streams at once', async () => {
  const own = await startTestServer({ env: { HUTONG_SHUTDOWN_SECONDS: '600' } });
  const key = await own.hospitalKey('a');
  const answer = await fetch(`${own.url}/api/changes`, {
    headers: { Authorization: `Bearer ${key}`, ...SSE },
  });
  const rest = takeChanges(answer, 1);
  await own.close();
  expect(await rest).toEqual([]);
});

test('another media type is not acceptable', async () => {
  expect((await get('', a, { Accept: 'application/dicom+json' })).status).toBe(406);
});

test('says nothing more of a hospital where the role was taken away, though the person reads elsewhere', async () => {
  const person = await aPerson(server, [
    { role: 'clinician', hospital: 'a' },
    { role: 'clinician', hospital: 'b' },
  ]);
  const answer = await fetch(`${quick.url}/api/changes?since=now`, {
    headers: { ...person.cookie, Accept: 'text/event-stream' },
  });
  const events = eventsOf(answer);
  await events.next();
  await setRoles(server.index, person.username, [{ role: 'clinician', hospital: 'b' }]);
  await setTimeout(600);
  await note('a', '1.2.10');
  await note('b', '1.2.11');
  const seen: string[] = [];
  for await (const { change } of events) {
    if (change === null) continue;
    seen.push(change.studyInstanceUid);
    if (change.hospital === 'b') break;
  }
  expect(seen).toEqual(['1.2.11']);
});
