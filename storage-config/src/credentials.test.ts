import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiKey, FIND_API_KEY, findApiKey, revokeApiKey } from './apiKeys.ts';
import { createHospital, ensureHospital, findHospital, listHospitals } from './registry/hospitals.ts';
import { listApiKeys } from './keyAdministration.ts';
import { listQualifications, recordQualification } from './registry/qualifications.ts';
import { createSignInLink, endSession, findSession, redeemSignInLink } from './sessions.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, {
    code: 'h1',
    nameZh: '第一人民医院',
    nameEn: 'First',
    level: '三级甲等',
  });
});
afterAll(() => database.drop());

test('a hospital is found by its code and changed by creating it again', async () => {
  await createHospital(database.pool, { code: 'h2', nameZh: '旧', nameEn: 'Old' });
  await createHospital(database.pool, { code: 'h2', nameZh: '新', nameEn: 'New' });
  expect(await findHospital(database.pool, 'h2')).toMatchObject({ nameZh: '新', nameEn: 'New', level: '' });
  expect((await listHospitals(database.pool)).map(({ code }) => code)).toEqual(['h1', 'h2']);
  await ensureHospital(database.pool, 'h2');
  expect(await findHospital(database.pool, 'h2')).toMatchObject({ nameZh: '新' });
  expect(await findHospital(database.pool, 'h3')).toBeNull();
});

test('a hospital code that could not stand in a URL or key is refused', async () => {
  for (const code of ['', 'H1', 'a b', '../x', '一院', '-a']) {
    await expect(createHospital(database.pool, { code, nameZh: 'x', nameEn: 'x' })).rejects.toThrow();
  }
});

test('an API key is found by its secret, and only its hash is kept', async () => {
  const { id, secret } = await createApiKey(database.pool, {
    hospital: 'h1',
    scopes: ['store', 'read'],
    label: 'CT 1',
  });
  expect(secret).toMatch(/^htk_[A-Za-z0-9_-]{43}$/);
  expect(await findApiKey(database.pool, secret)).toEqual({
    id,
    hospitalCode: 'h1',
    scopes: ['store', 'read'],
    label: 'CT 1',
    expiresAt: null,
    purpose: 'TREAT',
    networks: null,
    clientCertificate: null,
  });
  const { rows } = await database.pool.query<{ text: string }>('SELECT api_key::text AS text FROM api_key');
  expect(rows.some(({ text }) => text.includes(secret))).toBe(false);
  expect((await listApiKeys(database.pool)).map((key) => key.id)).toContain(id);
});

test('a wrong, expired or revoked key opens nothing', async () => {
  const { id, secret } = await createApiKey(database.pool, { hospital: 'h1', scopes: ['read'] });
  expect(
    await findApiKey(database.pool, `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`),
  ).toBeNull();
  expect(await findApiKey(database.pool, '')).toBeNull();
  expect(await revokeApiKey(database.pool, id)).toBe(true);
  expect(await revokeApiKey(database.pool, id)).toBe(false);
  expect(await findApiKey(database.pool, secret)).toBeNull();
  const expired = await createApiKey(database.pool, {
    hospital: null,
    scopes: ['read'],
    expiresAt: new Date(0),
  });
  expect(await findApiKey(database.pool, expired.secret)).toBeNull();
});

test('a key needs a known hospital and a known scope', async () => {
  await expect(createApiKey(database.pool, { hospital: 'unknown', scopes: ['read'] })).rejects.toThrow();
  await expect(createApiKey(database.pool, { hospital: 'h1', scopes: [] })).rejects.toThrow();
});

test('a sign-in link opens one session, once', async () => {
  const token = await createSignInLink(database.pool, { subject: 'operator', ttlSeconds: 60 });
  const redeemed = await Promise.all([
    redeemSignInLink(database.pool, token),
    redeemSignInLink(database.pool, token),
  ]);
  const secrets = redeemed.filter((secret) => secret !== null);
  expect(secrets).toHaveLength(1);
  const session = await findSession(database.pool, secrets[0]!);
  expect(session).toMatchObject({ subject: 'operator', account: null });
  expect(session!.expiresAt.getTime()).toBeGreaterThan(Date.now());
  await endSession(database.pool, secrets[0]!);
  expect(await findSession(database.pool, secrets[0]!)).toBeNull();
});

test('an expired or unknown sign-in link opens nothing', async () => {
  const token = await createSignInLink(database.pool, { subject: 'operator', ttlSeconds: -1 });
  expect(await redeemSignInLink(database.pool, token)).toBeNull();
  expect(await redeemSignInLink(database.pool, 'htl_unknown')).toBeNull();
});

test('evaluations stand beside each other, the same one once', async () => {
  const passed = {
    hospitalCode: 'h1',
    itemCode: 'CT-01',
    scope: '龙南市',
    evaluatedAt: '2026-01-01',
    validUntil: '2027-01-01',
    result: 'passed' as const,
  };
  const failed = { ...passed, evaluatedAt: '2026-06-01', result: 'failed' as const };
  for (const evaluation of [passed, passed, failed]) await recordQualification(database.pool, evaluation);
  await recordQualification(database.pool, { ...passed, itemCode: 'CT-02' });
  expect(await listQualifications(database.pool, 'h1', ['CT-01'])).toEqual([passed, failed]);
  expect(await listQualifications(database.pool, 'h1')).toHaveLength(3);
  expect(await listQualifications(database.pool, 'h2')).toEqual([]);
});

test('a key is looked up by an index plan, whichever of its secrets is shown', async () => {
  await database.pool.query(
    `INSERT INTO api_key (hospital_code, scopes, key_hash, previous_key_hash, previous_valid_until)
     SELECT 'h1', '{read}', sha256(i::text::bytea), sha256(('old ' || i)::bytea), now() + interval '1 day'
       FROM generate_series(1, 20000) AS i`,
  );
  await database.pool.query('ANALYZE api_key');
  const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN ${FIND_API_KEY.replaceAll('$1', `sha256('7')`).replaceAll('$2', `''`)}`,
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/api_key_key_hash_key/);
  expect(plan).toMatch(/api_key_previous_key_hash_key/);
  expect(plan).not.toMatch(/Seq Scan/);
});
