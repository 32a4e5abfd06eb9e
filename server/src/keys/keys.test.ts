import {
  createHospital,
  findApiKey,
  KEY_SCOPES,
  type KeyScope,
  type RoleGrant,
} from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import type { KeyBody, KeyChoices, KeysPage, NewKeyBody, NewSecretBody } from '../contract/keys.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aPerson, type Person, send } from '../testingPeople.ts';

/** SHA-256 of a certificate that nobody has. */
const FINGERPRINT = 'ab'.repeat(32);

let server: TestServer;
let [region, ofA, itOfA, itOfB, itWhoReads, doctor]: Person[] = [];

beforeAll(async () => {
  server = await startTestServer({
    env: { HUTONG_TRUST_PROXY: 'on', HUTONG_CLIENT_CERTIFICATE_HEADER: 'X-Client-Cert-SHA256' },
  });
  for (const code of ['a', 'b'])
    await createHospital(server.index, { code, nameZh: `${code}院`, nameEn: code });
  const person = (role: RoleGrant['role'], hospital: string | null) => aPerson(server, [{ role, hospital }]);
  region = await person('administrator', null);
  ofA = await person('administrator', 'a');
  itOfA = await person('hospitalIt', 'a');
  itOfB = await person('hospitalIt', 'b');
  itWhoReads = await aPerson(server, [
    { role: 'hospitalIt', hospital: 'a' },
    { role: 'radiologist', hospital: 'a' },
  ]);
  doctor = await person('radiologist', null);
}, 60_000);
afterAll(() => server.close());

interface Refusal {
  code: string;
  detail: string;
}

const as = <T = Refusal>(person: Person | undefined, method: string, path: string, body?: unknown) =>
  send<T>(server, method, path, person?.cookie ?? {}, body);

async function made(by: Person | undefined, wanted: Partial<NewKeyBody> = {}): Promise<NewSecretBody> {
  const scopes: NewKeyBody['scopes'] = by === itOfB ? ['store'] : ['store', 'read'];
  const body = { hospital: 'a', scopes, label: 'CT 1', ...wanted };
  const answer = await as<NewSecretBody>(by, 'POST', '/keys', body);
  expect([answer.status, answer.text.slice(0, 200)]).toEqual([201, expect.any(String)]);
  return answer.body;
}

/** Status of a search with a key. */
async function searched(secret: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${server.url}/dicomweb/studies?limit=1`, {
    headers: { Authorization: `Bearer ${secret}`, ...headers },
  });
  await answer.arrayBuffer();
  return answer.status;
}

let studies = 0;
async function stored(secret: string): Promise<number> {
  studies += 1;
  const { instances } = aCtStudy({ seed: `keys ${studies}` });
  const body = multipartBody(instances.slice(0, 1).map(({ bytes }) => bytes));
  return (await postStore(`${server.url}/dicomweb`, body, { key: secret })).status;
}

/** Keys that were looked up are believed for two seconds. */
async function until(expected: number, ask: () => Promise<number>): Promise<void> {
  await expect.poll(ask, { timeout: 5000, interval: 200 }).toBe(expected);
}

describe('a key', () => {
  test('is told once, stores for its hospital, and shows when and from where it was used', async () => {
    const { key, secret } = await made(itWhoReads);
    expect(key).toMatchObject({
      hospital: 'a',
      state: 'valid',
      lastUsedAt: null,
      createdBy: { id: itWhoReads?.username },
    });
    expect(await stored(secret)).toBe(200);
    const seen = await as<KeyBody>(itWhoReads, 'GET', `/keys/${key.id}`);
    expect(seen.body.lastUsedAddress).toMatch(/127\.0\.0\.1$/);
    expect(seen.text).not.toContain(secret);
    expect(JSON.stringify(server.logged)).not.toContain(secret);
  });

  test('that is rotated is taken with both secrets for the overlap, then with the new one alone', async () => {
    const { key, secret: old } = await made(itWhoReads);
    const rotated = await as<NewSecretBody>(itWhoReads, 'POST', `/keys/${key.id}/rotate`, {
      overlapHours: 2,
    });
    expect(rotated.body.key.id).toBe(key.id);
    expect([await stored(old), await stored(rotated.body.secret)]).toEqual([200, 200]);
    const during = (await as<KeyBody>(itWhoReads, 'GET', `/keys/${key.id}`)).body;
    expect(during.previous?.lastUsedAt).not.toBeNull();
    expect(Date.parse(during.previous?.validUntil ?? '') - Date.now()).toBeGreaterThan(7_000_000);
    const ended = await as<KeyBody>(itWhoReads, 'DELETE', `/keys/${key.id}/previous`);
    expect(ended.body.previous).toBeNull();
    await until(401, () => searched(old));
    expect(await searched(rotated.body.secret)).toBe(200);
  });

  test('rotated twice is taken with the two newest secrets; without an overlap with one', async () => {
    const { key, secret: first } = await made(itWhoReads);
    const rotate = async (body?: object) =>
      (await as<NewSecretBody>(itWhoReads, 'POST', `/keys/${key.id}/rotate`, body)).body.secret;
    const second = await rotate();
    const third = await rotate({});
    const taken = async () =>
      Promise.all(
        [first, second, third].map(async (secret) => (await findApiKey(server.index, secret)) !== null),
      );
    expect(await taken()).toEqual([false, true, true]);
    await rotate({ overlapHours: 0 });
    expect(await taken()).toEqual([false, false, false]);
  });

  test('ends at once when it is revoked, with both secrets', async () => {
    const { key, secret: old } = await made(itWhoReads);
    const { secret } = (await as<NewSecretBody>(itWhoReads, 'POST', `/keys/${key.id}/rotate`)).body;
    expect([await searched(old), await searched(secret)]).toEqual([200, 200]);
    expect((await as(itWhoReads, 'DELETE', `/keys/${key.id}`)).status).toBe(204);
    await until(401, () => searched(old));
    await until(401, () => searched(secret));
    for (const [method, path] of [
      ['POST', `/keys/${key.id}/rotate`],
      ['DELETE', `/keys/${key.id}`],
      ['DELETE', `/keys/${key.id}/previous`],
    ] as const)
      expect((await as(itWhoReads, method, path)).status).toBe(404);
    const list = async (query: string) =>
      (await as<KeysPage>(itWhoReads, 'GET', `/keys?limit=200${query}`)).body.keys.map(({ id }) => id);
    expect(await list('')).not.toContain(key.id);
    expect(await list('&state=revoked')).toContain(key.id);
  });

  test('that expires soon is marked, and counted for who looks after it', async () => {
    const before = (await as<KeysPage>(itOfB, 'GET', '/keys')).body.expiring;
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString();
    const { key } = await made(itOfB, { hospital: 'b', expiresAt: soon });
    expect(key.state).toBe('expiring');
    expect((await as<KeysPage>(itOfB, 'GET', '/keys?state=expiring')).body.expiring).toBe(before + 1);
    const later = await as<KeyBody>(itOfB, 'PATCH', `/keys/${key.id}`, { expiresAt: null, label: 'PACS' });
    expect(later.body).toMatchObject({ state: 'valid', label: 'PACS', expiresAt: null });
    const past = await as(itOfB, 'PATCH', `/keys/${key.id}`, { expiresAt: '2020-01-01T00:00:00Z' });
    expect([past.status, past.body.code]).toEqual([400, 'bad-key']);
  });

  test('of some networks is taken from these alone, also while it is remembered', async () => {
    const { secret } = await made(itWhoReads, { networks: ['10.1.0.0/16', '2001:db8::/32'] });
    const from = (address: string) => searched(secret, { 'X-Forwarded-For': address });
    expect(await from('10.1.2.3')).toBe(200);
    expect([await from('10.2.2.3'), await from('::1'), await searched(secret)]).toEqual([401, 401, 401]);
    // The proxy in front appends whom it saw; what a client says before that counts nothing.
    expect(await from('10.1.2.3, 192.0.2.7')).toBe(401);
    expect(await from('2001:db8::1')).toBe(200);
    const wrong = await as(itWhoReads, 'POST', '/keys', {
      hospital: 'a',
      scopes: ['read'],
      label: 'x',
      networks: ['10.0.0.0/40'],
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'bad-key']);
  });

  test('bound to a client certificate is taken with that one alone', async () => {
    const { key, secret } = await made(itWhoReads, { clientCertificate: FINGERPRINT.toUpperCase() });
    expect(key.clientCertificate).toBe(FINGERPRINT);
    const withHeader = (value: string) => searched(secret, { 'X-Client-Cert-SHA256': value });
    expect(await searched(secret)).toBe(401);
    expect(await withHeader('cd'.repeat(32))).toBe(401);
    expect(await withHeader(FINGERPRINT)).toBe(200);
    expect(await withHeader((FINGERPRINT.match(/../g) ?? []).join(':'))).toBe(200);
    expect(await withHeader('-----BEGIN%20CERTIFICATE-----')).toBe(401);
  });

  test('of a server without a trusted proxy believes no header, and cannot be bound', async () => {
    const direct = await startTestServer();
    try {
      await createHospital(direct.index, { code: 'a', nameZh: '甲', nameEn: 'A' });
      const boss = await aPerson(direct, [{ role: 'administrator', hospital: null }]);
      const body = { hospital: 'a', scopes: ['read'], label: 'x' };
      const bound = await send<Refusal>(direct, 'POST', '/keys', boss.cookie, {
        ...body,
        clientCertificate: FINGERPRINT,
      });
      expect([bound.status, bound.body.code]).toEqual([409, 'no-client-certificates']);
      const { secret } = (
        await send<NewSecretBody>(direct, 'POST', '/keys', boss.cookie, { ...body, networks: ['10.0.0.0/8'] })
      ).body;
      const answer = await fetch(`${direct.url}/dicomweb/studies`, {
        headers: {
          Authorization: `Bearer ${secret}`,
          'X-Forwarded-For': '10.1.1.1',
          'X-Client-Cert-SHA256': FINGERPRINT,
        },
      });
      expect(answer.status).toBe(401);
      await answer.arrayBuffer();
    } finally {
      await direct.close();
    }
  });

  test('records its accesses with its purpose', async () => {
    const { key, secret } = await made(region, { hospital: null, scopes: ['read'], purpose: 'HQUALIMP' });
    expect(await searched(secret)).toBe(200);
    const { rows } = await server.index.query<{ purpose: string }>(
      'SELECT purpose FROM audit_event WHERE actor_id = $1',
      [key.id],
    );
    expect(rows.map(({ purpose }) => purpose)).toEqual(['HQUALIMP']);
    const glass = { hospital: 'a', scopes: ['read'], label: 'x', purpose: 'BTG' };
    expect((await as(region, 'POST', '/keys', glass)).status).toBe(400);
  });
});

describe('whoever gives', () => {
  const BASE: KeyScope[] = ['store', 'metrics', 'orders', 'figures'];
  const OF_PATIENTS: KeyScope[] = ['read', 'correct', 'share', 'recognise', 'persons'];
  const MORE: KeyScope[] = ['review', 'export', 'admin', 'keys', 'audit', 'registry'];

  test('gives storing, and by keys reads, decides or administers only where it does so itself', async () => {
    expect([...BASE, ...OF_PATIENTS, ...MORE].toSorted()).toEqual([...KEY_SCOPES].toSorted());
    const expected = (who: Person | undefined, hospital: string | null, scope: KeyScope): number => {
      if (who === doctor) return 403;
      const inView = who === region || hospital === (who === itOfB ? 'b' : 'a');
      if (!inView) return 403;
      if (hospital === null && scope === 'store') return 403;
      if (BASE.includes(scope) || who === region || who === ofA) return 201;
      const alsoReads = who === itWhoReads && ['read', 'share', 'recognise'].includes(scope);
      return alsoReads ? 201 : 403;
    };
    for (const who of [region, ofA, itOfA, itOfB, itWhoReads, doctor])
      for (const hospital of ['a', 'b', null])
        for (const scope of KEY_SCOPES) {
          const { status } = await as(who, 'POST', '/keys', { hospital, scopes: [scope], label: 'lattice' });
          expect([who?.username, hospital, scope, status]).toEqual([
            who?.username,
            hospital,
            scope,
            expected(who, hospital, scope),
          ]);
        }
    for (const scopes of [['accounts'], [], ['root'], ['read', 'accounts']])
      expect((await as(region, 'POST', '/keys', { hospital: 'a', scopes, label: 'x' })).status).toBe(400);
  }, 60_000);

  test('is told beforehand what it may give', async () => {
    const choices = (await as<KeyChoices>(itOfA, 'GET', '/keys/choices')).body;
    expect(choices).toMatchObject({ hospitals: [{ code: 'a' }], region: null, clientCertificates: true });
    expect(choices.hospitals[0]?.scopes.toSorted()).toEqual(BASE.toSorted());
    expect((await as<KeyChoices>(region, 'GET', '/keys/choices')).body.region).not.toContain('store');
  });

  test('gets no secret of a key that is worth more, but may end it', async () => {
    const { key } = await made(ofA, { scopes: ['read', 'admin'] });
    expect((await as<KeyBody>(itOfA, 'GET', `/keys/${key.id}`)).body.mayChange).toBe(false);
    expect((await as(itOfA, 'POST', `/keys/${key.id}/rotate`)).status).toBe(403);
    expect((await as(itOfA, 'PATCH', `/keys/${key.id}`, { networks: null })).status).toBe(403);
    expect((await as(itOfA, 'DELETE', `/keys/${key.id}`)).status).toBe(204);
  });

  test('as a key gives no more than that key has', async () => {
    const { secret } = await made(region, { scopes: ['keys', 'store'] });
    const by = { Authorization: `Bearer ${secret}` };
    const give = async (hospital: string | null, scopes: string[]) =>
      (await send(server, 'POST', '/keys', by, { hospital, scopes, label: 'x' })).status;
    expect(await give('a', ['store'])).toBe(201);
    expect([await give('a', ['read']), await give('b', ['store']), await give(null, ['metrics'])]).toEqual([
      403, 403, 403,
    ]);
  });

  test('sees keys of other hospitals and of the region as ones that never were', async () => {
    const ofRegion = await made(region, { hospital: null, scopes: ['read'] });
    const ofB = await made(itOfB, { hospital: 'b' });
    for (const id of [ofRegion.key.id, ofB.key.id, '00000000-0000-4000-8000-000000000000', 'x'])
      for (const [method, path] of [
        ['GET', `/keys/${id}`],
        ['PATCH', `/keys/${id}`],
        ['POST', `/keys/${id}/rotate`],
        ['DELETE', `/keys/${id}/previous`],
        ['DELETE', `/keys/${id}`],
      ] as const) {
        const answer = await as(
          itOfA,
          method,
          path,
          method === 'GET' || method === 'DELETE' ? undefined : {},
        );
        expect([method, answer.status, answer.body.detail]).toEqual([method, 404, 'There is no such key.']);
      }
    const page = (await as<KeysPage>(itOfA, 'GET', '/keys?limit=200&hospital=b')).body;
    expect(page.keys).toEqual([]);
  });

  test('cannot be used by a foreign page, and gives no label that tricks the eye', async () => {
    const foreign = { ...itOfA?.cookie, Origin: 'https://evil.example' };
    const body = { hospital: 'a', scopes: ['store'], label: 'x' };
    expect((await send(server, 'POST', '/keys', foreign, body)).status).toBe(403);
    for (const label of ['', 'a\u0000b', '\u202Ecod.exe', 'x'.repeat(10_000)])
      expect((await as(itOfA, 'POST', '/keys', { ...body, label })).status).toBe(400);
    for (const hospital of ['\u0000', 'A', '../a', 'x'.repeat(10_000)])
      expect((await as(region, 'POST', '/keys', { ...body, hospital })).status).toBe(400);
    expect((await as(region, 'POST', '/keys', { ...body, hospital: 'nowhere' })).status).toBe(404);
    const markup = await made(itWhoReads, { label: '"><script>alert(1)</script>' });
    expect(markup.key.label).toBe('"><script>alert(1)</script>');
  });
});

test('a list read page by page while keys are made shows each once', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/keys?limit=7${cursor === null ? '' : `&cursor=${cursor}`}`;
    const { body } = await as<KeysPage>(region, 'GET', path);
    seen.push(...body.keys.map(({ id }) => id));
    cursor = body.next;
    await made(region, { label: 'late' });
  } while (cursor !== null);
  const { rows } = await server.index.query<{ id: string }>(
    `SELECT id FROM api_key WHERE revoked_at IS NULL AND label <> 'late'`,
  );
  expect(seen.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  expect((await as(region, 'GET', '/keys?cursor=bm9uZQ')).status).toBe(400);
});
