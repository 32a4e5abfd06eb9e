import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTotp } from './accounts/totpSecret.ts';
import { signIn } from './accounts/signIn.ts';
import { findApiKey } from './apiKeys.ts';
import { verifyAudit } from './audit/verifyAudit.ts';
import { lostKeys, lostKeyWarning } from './lostKeys.ts';
import { migrate, readMigrations } from './migrate.ts';
import { isSealed, secretBox, SecretBoxError } from './secretBox.ts';
import { findSession } from './sessions.ts';
import { findOpenedShare } from './shares/openedShare.ts';
import { openShare } from './shares/openShare.ts';
import { ANY_SHARE, readShares } from './shares/readShares.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';
import { findWebhookTarget } from './webhooks.ts';

/**
 * What an installation of the last release holds goes on working after the migrations of this one. Hashes and digests are
 * as that release wrote them.
 */
const LAST_RELEASE = 15;

const PASSWORD = 'Riverbank-7-Stone';
const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$Llj8eD9+ex4KaTlZC0KU7w$6Jxs/JN0Ik+JCel4hoTt4ZxfEmCX+tA2wLQAvhzGpjY';
const SHARE_PASSWORD = 'secret-99';
const SHARE_PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$vfraorOghPweC0JCVb38hA$ErLnEfxs8FTePP2xC3lK+bdMGCo1BcGpMjJ4sJGeDNg';
const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ANYWHERE = { address: '192.0.2.1', device: 'other', person: null };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const token = (kind: string, letter: string): string => `${kind}_${letter.repeat(43)}`;
const totp = new Secret({ size: 20 });
const box = secretBox([randomBytes(32)]);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrate(pool, (await readMigrations()).slice(0, LAST_RELEASE));
  await seed();
  await migrate(pool);
});
afterAll(() => database.drop());

async function seed(): Promise<void> {
  const { pool } = database;
  await pool.query(`
    INSERT INTO hospital (code, name_zh, name_en) VALUES ('city', '市医院', 'City'), ('county', '县医院', 'County');
    INSERT INTO study (hospital_code, study_instance_uid, patient_id, accession_number)
    VALUES ('city', '2.25.1', 'P1', 'A1'), ('city', '2.25.2', 'P2', 'A2'), ('county', '2.25.1', 'P1', 'A1');
    INSERT INTO change (action, hospital_code, study_instance_uid)
    VALUES ('stored', 'city', '2.25.1'), ('patientCorrected', 'city', '2.25.2'), ('labelled', 'county', '2.25.1');
    INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id)
    VALUES ('city', '2.25.9', 'deleted', 'QUALITY', 'person', 'li.ming'), ('city', '2.25.9', 'removed', '', 'system', '')`);
  await pool.query(
    `INSERT INTO api_key (hospital_code, scopes, key_hash, label)
     SELECT CASE WHEN label <> 'region' THEN 'city' END, string_to_array(scopes, ','), hash, label
       FROM unnest($1::text[], $2::text[], $3::bytea[]) AS k(label, scopes, hash)`,
    [
      ['machine', 'admin', 'region'],
      ['store,read,correct,review,share', 'read,admin', 'read'],
      ['m', 'a', 'r'].map((letter) => digest(token('htk', letter))),
    ],
  );
  await pool.query(
    `WITH made AS (
       INSERT INTO account (username, display_name, password_hash, password_given, totp_secret, disabled_at)
       VALUES ('li.ming', '李明', $1, false, $2, NULL), ('wang.fang', '王芳', $1, false, NULL, NULL),
              ('gone', '离职', $1, false, NULL, now())
       RETURNING account_id, username),
     roles AS (
       INSERT INTO account_role (account_id, role, hospital_code)
       SELECT account_id, r.role, r.hospital FROM made JOIN (VALUES
         ('li.ming', 'administrator', NULL), ('wang.fang', 'radiologist', 'city'), ('wang.fang', 'qualityControl', 'county'),
         ('gone', 'clinician', 'city')) AS r(username, role, hospital) USING (username))
     INSERT INTO session (id_hash, subject, role, expires_at, account_id)
     SELECT $3::bytea, username, 'radiologist', now() + interval '1 hour', account_id FROM made WHERE username = 'wang.fang'
      UNION ALL
     SELECT $4::bytea, 'administrator', 'administrator', now() + interval '1 hour', NULL`,
    [PASSWORD_HASH, Buffer.from(totp.bytes), digest(token('hts', 'w')), digest(token('hts', 'l'))],
  );
  await pool.query(
    `WITH made AS (
       INSERT INTO share (alias, token_hash, hospital_code, accession_number, may_download, expires_at, max_uses, factor,
                          factor_hash, author_kind, author_id, author_name, revoked_at)
       SELECT alias, hash, 'city', accession, true, now() + interval '1 day', 5, factor, factor_hash, 'person', 'wang.fang',
              '王芳', CASE WHEN alias = 'revokedshare' THEN now() END
         FROM unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::text[]) AS s(alias, hash, accession, factor, factor_hash)
       RETURNING share_id, alias),
     studies AS (
       INSERT INTO share_study (share_id, study_instance_uid) SELECT share_id, '2.25.1' FROM made WHERE alias <> 'accessionshr')
     INSERT INTO share_session (id_hash, share_id, address, expires_at)
     SELECT $6, share_id, '192.0.2.1', now() + interval '1 hour' FROM made WHERE alias = 'openshareabc'`,
    [
      ['openshareabc', 'passwordshar', 'accessionshr', 'revokedshare'],
      ['o', 'p', 'a', 'v'].map((letter) => digest(token('hsh', letter))),
      [null, null, 'A2', null],
      ['none', 'password', 'none', 'none'],
      [null, SHARE_PASSWORD_HASH, null, null],
      digest(token('hss', 's')),
    ],
  );
  await pool.query(
    `INSERT INTO webhook (hospital_code, url, secret, cursor) VALUES (NULL, 'https://ris.example.org/', $1, 0)`,
    [WEBHOOK_SECRET],
  );
  await pool.query(
    `WITH events AS (
       INSERT INTO audit_event
       SELECT $1, sequence, at, action, 'success', 'person', 'admin', '管理员 Administrator', '127.0.0.1', 'TREAT', '', '', '', '', 1,
              NULL, request, detail
         FROM (VALUES
           (1, timestamptz '2026-11-22T05:53:40.720Z', 'signIn', '0d3273f1-28f7-4351-8df6-fa919e5686bc', '{}'),
           (2, timestamptz '2026-11-22T05:53:40.804Z', 'configure', '85ff92ad-bd49-4058-acfe-e12dc80b3687', '{"what":"password"}'))
           AS e(sequence, at, action, request, detail))
     INSERT INTO audit_batch (writer_id, batch, first_sequence, last_sequence, sha256)
     VALUES ($1, 1, 1, 1, '\\x171571eeb3790147b87f74753ad982e8e55eac02c47b64d2a1ca795f7a45562b'),
            ($1, 2, 2, 2, '\\x7080d8050f36e2a56bd65f3a9cfb0c8b047b183dcb99135a7237bfa2fa7cd31f')`,
    ['fb8968b6-acb6-49e9-86a2-55b2c18f141d'],
  );
}

const open = (letter: string, factor: string | null = null) =>
  openShare(database.pool, token('hsh', letter), factor, ANYWHERE);

test('keys of the last release do what they did; who administered still reads the audit trail', async () => {
  expect(await findApiKey(database.pool, token('htk', 'm'))).toMatchObject({
    hospitalCode: 'city',
    scopes: ['store', 'read', 'correct', 'review', 'share'],
    purpose: 'TREAT',
    networks: null,
  });
  expect((await findApiKey(database.pool, token('htk', 'a')))?.scopes).toEqual(['read', 'admin', 'audit']);
  expect(await findApiKey(database.pool, token('htk', 'r'))).toMatchObject({
    hospitalCode: null,
    scopes: ['read'],
  });
});

test('one-time passwords set up in the last release go on, and their secret is sealed at the next sign-in', async () => {
  const kept = async () =>
    (
      await database.pool.query<{ id: string; secret: string }>(
        `SELECT account_id AS id, totp_secret AS secret FROM account WHERE username = 'li.ming'`,
      )
    ).rows[0] ?? { id: '', secret: '' };
  const before = await kept();
  expect(isSealed(before.secret)).toBe(false);
  const attempt = { username: 'li.ming', password: PASSWORD, oneTimePassword: '', address: '192.0.2.1' };
  expect(await signIn(database.pool, attempt, { secrets: box })).toEqual({ kind: 'oneTimePasswordNeeded' });
  const oneTimePassword = new TOTP({ secret: totp }).generate();
  expect(await signIn(database.pool, { ...attempt, oneTimePassword }, { secrets: box })).toMatchObject({
    kind: 'signedIn',
    factor: 'oneTimePassword',
  });
  const after = await kept();
  expect(isSealed(after.secret)).toBe(true);
  expect(openTotp(box, after.id, after.secret)).toEqual(Buffer.from(totp.bytes));
});

test('one-time passwords go on where no key to seal with is configured yet', async () => {
  await database.pool.query(
    `UPDATE account SET totp_last_step = 0, totp_secret = $1 WHERE username = 'li.ming'`,
    [Buffer.from(totp.bytes).toString('base64')],
  );
  const attempt = { username: 'li.ming', password: PASSWORD, address: '192.0.2.1' };
  const oneTimePassword = new TOTP({ secret: totp }).generate();
  const outcome = await signIn(database.pool, { ...attempt, oneTimePassword }, { secrets: secretBox([]) });
  expect(outcome.kind).toBe('signedIn');
});

test('without the key that sealed them one-time passwords are refused without harm, and go on when it is back', async () => {
  await database.pool.query(`UPDATE account SET totp_last_step = 0 WHERE username = 'li.ming'`);
  const attempt = { username: 'li.ming', password: PASSWORD, address: '192.0.2.1' };
  const present = () => ({ ...attempt, oneTimePassword: new TOTP({ secret: totp }).generate() });
  expect((await signIn(database.pool, present(), { secrets: box })).kind).toBe('signedIn');
  await database.pool.query(`UPDATE account SET totp_last_step = 0 WHERE username = 'li.ming'`);
  expect(await lostKeys(database.pool, box)).toEqual([]);

  const other = secretBox([randomBytes(32)]);
  expect(await lostKeys(database.pool, other)).toEqual([...box.keyIds]);
  expect((await lostKeyWarning(database.pool, other))?.en).toContain([...box.keyIds].join());
  for (let tries = 0; tries < 12; tries += 1)
    await expect(signIn(database.pool, present(), { secrets: other })).rejects.toThrow(SecretBoxError);
  expect((await signIn(database.pool, present(), { secrets: box })).kind).toBe('signedIn');
});

test('people keep passwords, roles and sessions, and whoever was disabled stays so', async () => {
  const attempt = { password: PASSWORD, oneTimePassword: '', address: '192.0.2.1' };
  expect((await signIn(database.pool, { ...attempt, username: 'wang.fang' }, { secrets: box })).kind).toBe(
    'signedIn',
  );
  expect((await signIn(database.pool, { ...attempt, username: 'gone' }, { secrets: box })).kind).toBe(
    'refused',
  );
  const session = await findSession(database.pool, token('hts', 'w'));
  expect(session).toMatchObject({ subject: 'wang.fang', method: 'password', purpose: null });
  expect(session?.account?.roles).toHaveLength(2);
  expect(await findSession(database.pool, token('hts', 'l'))).toMatchObject({
    subject: 'administrator',
    method: 'link',
  });
});

test('shares open as before: without and with a password, by accession number, and not when they were revoked', async () => {
  expect(await open('o')).toMatchObject({ kind: 'opened', alias: 'openshareabc' });
  expect(await open('p')).toMatchObject({ kind: 'factorNeeded', factor: 'password', attemptsLeft: 10 });
  expect(await open('p', SHARE_PASSWORD)).toMatchObject({ kind: 'opened' });
  expect(await open('a')).toMatchObject({ kind: 'opened' });
  expect(await open('v')).toEqual({ kind: 'over', why: 'revoked' });
  const shares = await readShares(database.pool, ANY_SHARE);
  expect(shares.map(({ alias, accessionNumbers }) => [alias, accessionNumbers]).sort()).toEqual([
    ['accessionshr', ['A2']],
    ['openshareabc', []],
    ['passwordshar', []],
    ['revokedshare', []],
  ]);
});

test('whoever had a share open goes on looking at it', async () => {
  expect(await findOpenedShare(database.pool, 'openshareabc', token('hss', 's'))).toMatchObject({
    alias: 'openshareabc',
  });
});

test('webhooks are signed with the secret that their receivers know', async () => {
  const { rows } = await database.pool.query<{ id: string }>('SELECT webhook_id AS id FROM webhook');
  expect(await findWebhookTarget(database.pool, rows[0]?.id ?? '', box)).toEqual({
    url: 'https://ris.example.org/',
    secret: WEBHOOK_SECRET,
  });
});

test('the audit trail of the last release is whole', async () => {
  expect(await verifyAudit(database.pool)).toMatchObject({ writers: 1, batches: 2, events: 2, faults: [] });
});
