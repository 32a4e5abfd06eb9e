import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { renewFactor, revokeShare, revokeSharesOf } from './changeShare.ts';
import { createShare } from './createShare.ts';
import {
  endedShares,
  endOfSession,
  findOpenedShare,
  readShareOpenings,
  stateOfShare,
} from './openedShare.ts';
import { openShare } from './openShare.ts';
import type { ShareOpener, ShareOutcome } from './shareOutcome.ts';
import { ANY_SHARE, readShares } from './readShares.ts';
import type { NewShare } from './share.ts';
import { readShareFailures } from './shareFailures.ts';
import { NO_SHARE_POLICY, readSharePolicy, setSharePolicy, shareLimits } from './sharePolicy.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A'), ('b', '乙', 'B')`,
  );
  for (const [hospital, study, accession, patient] of [
    ['a', '1.1', 'ACC1', 'p1'],
    ['a', '1.2', 'ACC2', 'p1'],
    ['b', '1.1', 'ACC1', 'p1'],
  ])
    await addStudy(hospital ?? '', study ?? '', accession ?? '', patient ?? '');
});
afterAll(() => database.drop());

async function addStudy(hospital: string, study: string, accession: string, patient: string): Promise<void> {
  await database.pool.query(
    `WITH s AS (INSERT INTO study (hospital_code, study_instance_uid, accession_number, patient_id)
                VALUES ($1, $2, $3, $4) RETURNING study_id)
     INSERT INTO series (study_id, hospital_code, series_instance_uid) SELECT study_id, $1, $2 || '.1' FROM s`,
    [hospital, study, accession, patient],
  );
}

const HOUR = 3_600_000;
const soon = (milliseconds: number) => new Date(Date.now() + milliseconds);

const wanted = (given: Partial<NewShare> = {}): NewShare => ({
  hospital: 'a',
  content: { studies: [{ study: '1.1', series: [] }] },
  audience: 'patient',
  guardian: null,
  signIn: null,
  mayDownload: false,
  mayReply: false,
  watermark: false,
  notBefore: null,
  expiresAt: soon(HOUR),
  maxUses: null,
  factor: 'none',
  secret: null,
  note: '',
  author: { kind: 'person', id: 'li', name: '李医生' },
  ...given,
});

async function aShare(given: Partial<NewShare> = {}) {
  const made = await createShare(database.pool, wanted(given));
  if (made === null) throw new Error('not made');
  return made;
}

let networks = 0;
/** From another network each time, so that what one test guesses does not slow down the next. */
const open = (
  token: string,
  factor: string | null = null,
  person: ShareOpener | null = null,
  address = `2001:db8:0:${(networks += 1).toString(16)}::5`,
) => openShare(database.pool, token, factor, { address, device: 'android', person });

/** As if a minute had passed that many times. */
const later = (id: string, minutes: number) =>
  database.pool.query(
    `UPDATE share SET next_attempt_at = next_attempt_at - make_interval(mins => $2) WHERE share_id = $1`,
    [id, minutes],
  );

async function opened(outcome: Promise<ShareOutcome>) {
  const result = await outcome;
  if (result.kind !== 'opened') throw new Error(`expected a session, got ${result.kind}`);
  return result;
}

describe('a share', () => {
  test('opens its studies of its hospital, and keeps neither token nor secret readable', async () => {
    const { share, token } = await aShare();
    const session = await opened(open(token));
    const found = await findOpenedShare(database.pool, session.alias, session.secret);
    expect(found).toMatchObject({ hospital: 'a', studies: [{ study: '1.1', series: [] }] });
    const { rows } = await database.pool.query(
      'SELECT * FROM share, share_session WHERE share.share_id = $1',
      [share.id],
    );
    const text = JSON.stringify(rows);
    expect(text).not.toContain(token);
    expect(text).not.toContain(session.secret);
    expect(await readShareOpenings(database.pool, share.id, 5)).toMatchObject([
      { address: expect.stringMatching(/::5$/) as string, device: 'android', by: '' },
    ]);
  });

  test('of studies or series the hospital does not have is not made', async () => {
    const make = (studies: { study: string; series: string[] }[]) =>
      createShare(database.pool, wanted({ hospital: 'b', content: { studies } }));
    expect(await make([{ study: '1.2', series: [] }])).toBeNull();
    expect(await make([{ study: '1.1', series: ['1.2.1'] }])).toBeNull();
    expect(await make([{ study: '1.1', series: ['1.1.1'] }])).not.toBeNull();
  });

  test('a session opens its own share and no other', async () => {
    const [one, other] = [await aShare(), await aShare()];
    const session = await opened(open(one.token));
    expect(await findOpenedShare(database.pool, other.share.alias, session.secret)).toBeNull();
    expect(await findOpenedShare(database.pool, one.share.alias, 'htss_wrong')).toBeNull();
  });

  test('of an accession number is empty until the images come, and then opens them', async () => {
    const content = { accessionNumbers: ['ACC9'], patientId: 'p9' };
    const { token } = await aShare({ content });
    const session = await opened(open(token));
    const studies = async () =>
      (await findOpenedShare(database.pool, session.alias, session.secret))?.studies.map(
        ({ study }) => study,
      );
    expect(await studies()).toEqual([]);
    await addStudy('b', '9.0', 'ACC9', 'p9');
    await addStudy('a', '9.1', 'ACC9', 'somebody else');
    expect(await studies()).toEqual([]);
    await addStudy('a', '9.2', 'ACC9', 'p9');
    expect(await studies()).toEqual(['9.2']);
  });
});

describe('the end of a share', () => {
  test('by revoking it: at once, for sessions that are open', async () => {
    const { share, token } = await aShare();
    const session = await opened(open(token));
    expect(await endedShares(database.pool, [share.id])).toEqual(new Set());
    expect(await revokeShare(database.pool, share.id, ['b'], 'x')).toBeNull();
    expect(await revokeShare(database.pool, share.id, ['a'], 'x')).toBe('a');
    expect(await findOpenedShare(database.pool, session.alias, session.secret)).toBeNull();
    expect(await open(token)).toEqual({ kind: 'over', why: 'revoked' });
    expect(await endedShares(database.pool, [share.id])).toEqual(new Set([share.id]));
  });

  test('by its time, and its beginning', async () => {
    const early = await aShare({ notBefore: soon(HOUR), expiresAt: soon(2 * HOUR) });
    expect((await open(early.token)).kind).toBe('notYet');
    const { token, share } = await aShare();
    await database.pool.query(
      `UPDATE share SET not_before = now() - interval '2 h', expires_at = now() - interval '1 h' WHERE share_id = $1`,
      [share.id],
    );
    expect(await open(token)).toEqual({ kind: 'over', why: 'expired' });
  });

  test('by its uses: of ten at once, as many as it has are let in', async () => {
    const { token } = await aShare({ maxUses: 3 });
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => open(token)));
    expect(outcomes.filter(({ kind }) => kind === 'opened')).toHaveLength(3);
    expect(await open(token)).toEqual({ kind: 'over', why: 'usedUp' });
  });

  test('a link that never was is unknown', async () => {
    expect(await open('htsh_nothing')).toEqual({ kind: 'unknown' });
  });
});

describe('what is asked for beside the link', () => {
  test('is said before, and a code that was made is taken', async () => {
    const { token, code } = await aShare({ factor: 'code' });
    expect(code).toMatch(/^\d{6}$/);
    expect(await open(token)).toMatchObject({ kind: 'factorNeeded', factor: 'code', hospital: 'a' });
    expect((await open(token, ` ${code ?? ''} `)).kind).toBe('opened');
  });

  test('digits of an identity card with a check letter are taken in either case', async () => {
    const { token } = await aShare({ factor: 'idDigits', secret: '123X' });
    expect((await open(token, '123x')).kind).toBe('opened');
  });

  test('is guessed three times, by many at once too, and then ever more slowly', async () => {
    const { share, token, code } = await aShare({ factor: 'code' });
    const wrong = code === '000000' ? '000001' : '000000';
    const outcomes = await Promise.all(Array.from({ length: 15 }, () => open(token, wrong)));
    expect(outcomes.filter(({ kind }) => kind === 'factorWrong')).toHaveLength(3);
    expect(outcomes.filter(({ kind }) => kind === 'wait')).toHaveLength(12);
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) {
      const refused = await open(token, code);
      waits.push(refused.kind === 'wait' ? refused.seconds : -1);
      await later(share.id, 11);
      await open(token, wrong);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 600]);
    expect(await open(token, code)).toEqual({ kind: 'over', why: 'locked' });
    const [locked] = await readShares(database.pool, { ...ANY_SHARE, id: share.id });
    expect(locked).toMatchObject({ locked: true, failures: 10 });
    expect(await readShares(database.pool, { ...ANY_SHARE, id: share.id, states: ['open'] })).toEqual([]);
    expect(await readShareFailures(database.pool, share.id, 50)).toHaveLength(10);
  });

  test('is not guessed for ever by who waits for others to open it', async () => {
    const { share, token, code } = await aShare({ factor: 'code' });
    const wrong = code === '000000' ? '000001' : '000000';
    for (let round = 0; round < 15; round++) {
      expect((await open(token, wrong)).kind).toBe('factorWrong');
      expect((await open(token, wrong)).kind).toBe('factorWrong');
      if (round < 14) expect((await open(token, code)).kind).toBe('opened');
    }
    expect(await open(token, code)).toEqual({ kind: 'over', why: 'locked' });
    expect(await renewFactor(database.pool, share.id, ['b'], null)).toBeNull();
  });

  test('is unlocked by another code, and the old one is none any more', async () => {
    const { share, token, code } = await aShare({ factor: 'code' });
    await database.pool.query('UPDATE share SET failures = 10 WHERE share_id = $1', [share.id]);
    const renewed = await renewFactor(database.pool, share.id, ['a'], null);
    expect(renewed?.code).toMatch(/^\d{6}$/);
    expect((await open(token, renewed?.code)).kind).toBe('opened');
    if (renewed?.code !== code) expect((await open(token, code)).kind).toBe('factorWrong');
  });

  test('a password stays when its share is unlocked, unless another is given', async () => {
    const { share, token } = await aShare({ factor: 'password', secret: 'first one' });
    await renewFactor(database.pool, share.id, null, null);
    expect((await open(token, 'first one')).kind).toBe('opened');
    await renewFactor(database.pool, share.id, null, 'second one');
    expect((await open(token, 'first one')).kind).toBe('factorWrong');
    expect((await open(token, 'second one')).kind).toBe('opened');
  });

  test('a one-time code lets one in, of two that come at once too; then another is asked for', async () => {
    const { share, token, code } = await aShare({ factor: 'oneTimeCode' });
    const outcomes = [];
    for (const attempt of [open(token, code), open(token, code)]) outcomes.push(attempt);
    const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
    // Attempts count before they are tried: the later one is told to wait, or that the code was used.
    expect(kinds.filter((kind) => kind === 'opened')).toHaveLength(1);
    expect(['codeUsed', 'wait']).toContain(kinds.find((kind) => kind !== 'opened'));
    expect(await open(token, code)).toEqual({ kind: 'codeUsed' });
    const renewed = await renewFactor(database.pool, share.id, null, null);
    expect((await open(token, renewed?.code)).kind).toBe('opened');
  });

  test('one network guesses thirty times in ten minutes, at whatever shares and links', async () => {
    const from = '198.51.100.7';
    for (let i = 0; i < 30; i++)
      expect(await open(`htsh_nothing${i}`, null, null, from)).toEqual({ kind: 'unknown' });
    const { token, code } = await aShare({ factor: 'code' });
    expect(await open(token, code, null, from)).toMatchObject({ kind: 'wait' });
    expect((await open(token, null, null, from)).kind).toBe('factorNeeded');
    expect((await open(token, code)).kind).toBe('opened');
    await database.pool.query(`UPDATE share_failure SET at = at - interval '11 min' WHERE address = $1`, [
      from,
    ]);
    expect((await open(token, code, null, from)).kind).toBe('opened');
  });
});

describe('a share that asks for signing in', () => {
  const signIn = { hospitals: ['b'], account: null };
  const wang: ShareOpener = { id: 'wang', name: '王医生', hospitals: ['b'] };

  test('asks nobody for anything before that, and lets in who fits', async () => {
    const { share, token, code } = await aShare({ audience: 'colleague', signIn, factor: 'code' });
    expect(await open(token, code)).toEqual({ kind: 'signInNeeded', hospital: 'a', hospitals: ['b'] });
    expect(await open(token, code, { ...wang, hospitals: ['c'] })).toMatchObject({ kind: 'notForYou' });
    expect((await open(token, null, wang)).kind).toBe('factorNeeded');
    const session = await opened(open(token, code, wang));
    const found = await findOpenedShare(database.pool, session.alias, session.secret);
    expect(found?.signIn).toEqual({ ...signIn, personId: 'wang', personName: '王医生' });
    expect(await readShareOpenings(database.pool, share.id, 1)).toMatchObject([{ by: '王医生' }]);
  });

  test('is for one account where one is named', async () => {
    const { token } = await aShare({ signIn: { hospitals: [], account: 'wang' } });
    expect((await open(token, null, { ...wang, id: 'zhao' })).kind).toBe('notForYou');
    expect((await open(token, null, wang)).kind).toBe('opened');
  });
});

describe('a policy', () => {
  test('is the stricter part of the region’s and the hospital’s, and the newest of each', async () => {
    const { pool } = database;
    expect(await shareLimits(pool, 'a')).toEqual(NO_SHARE_POLICY);
    await setSharePolicy(pool, null, { ...NO_SHARE_POLICY, longestHours: 100, mostUses: 5 }, 'x');
    await setSharePolicy(pool, 'a', { ...NO_SHARE_POLICY, longestHours: 5 }, 'x');
    await setSharePolicy(pool, 'a', { ...NO_SHARE_POLICY, longestHours: 500, mayReply: false }, 'x');
    expect(await shareLimits(pool, 'a')).toEqual({
      ...NO_SHARE_POLICY,
      longestHours: 100,
      mostUses: 5,
      mayReply: false,
    });
    expect(await shareLimits(pool, 'b')).toMatchObject({ mayReply: true, longestHours: 100 });
    expect(await readSharePolicy(pool, 'a')).toMatchObject({ longestHours: 500 });
    await setSharePolicy(pool, null, NO_SHARE_POLICY, 'x');
    await setSharePolicy(pool, 'a', NO_SHARE_POLICY, 'x');
  });

  test('that forbids downloading or asks for watermarks ends them in shares that were made before', async () => {
    const { pool } = database;
    const { share, token } = await aShare({ mayDownload: true, mayReply: true });
    const session = await opened(open(token));
    const found = () => findOpenedShare(pool, session.alias, session.secret);
    expect(await found()).toMatchObject({ mayDownload: true, mayReply: true, watermark: false });
    const before = await stateOfShare(pool, share.id);
    await setSharePolicy(pool, 'a', { ...NO_SHARE_POLICY, watermark: true, mayReply: false }, 'x');
    expect(await found()).toMatchObject({ mayDownload: false, mayReply: false, watermark: true });
    expect(await stateOfShare(pool, share.id)).not.toBe(before);
    await setSharePolicy(pool, 'a', NO_SHARE_POLICY, 'x');
  });
});

describe('a list of shares', () => {
  test('tells whose it is, which exams, and for whom', async () => {
    const guardian = { name: '张妈妈', relation: 'parent' as const };
    const { share } = await aShare({
      audience: 'guardian',
      guardian,
      content: { accessionNumbers: ['ACC1'], patientId: null },
    });
    expect(share).toMatchObject({
      guardian,
      audience: 'guardian',
      patient: { id: 'p1' },
      exams: [{ modalities: [] }],
    });
    const found = await readShares(database.pool, { ...ANY_SHARE, study: '1.1', hospitals: ['a'], limit: 1 });
    expect(found.map(({ id }) => id)).toEqual([share.id]);
  });

  test('knows the shares whose maker’s account was closed, which go on until somebody ends them', async () => {
    const { pool } = database;
    await pool.query(
      `INSERT INTO account (username, display_name, password_hash) VALUES ('sun', '孙', ''), ('zhou', '周', '')`,
    );
    const author = (id: string) => ({ kind: 'person' as const, id, name: id });
    const { share, token } = await aShare({ author: author('sun') });
    await aShare({ author: author('zhou') });
    await pool.query(`UPDATE account SET disabled_at = now() WHERE username = 'sun'`);
    const gone = await readShares(pool, { ...ANY_SHARE, makerGone: true });
    expect(gone).toMatchObject([{ id: share.id, authorActive: false }]);
    expect((await open(token)).kind).toBe('opened');
    expect(await revokeSharesOf(pool, 'sun', ['b'], 'x')).toEqual([]);
    expect(await revokeSharesOf(pool, 'sun', ['a'], 'x')).toEqual([{ id: share.id, hospital: 'a' }]);
    expect(await open(token)).toEqual({ kind: 'over', why: 'revoked' });
  });

  test('a session says why it ended, to who holds it alone', async () => {
    const { share, token } = await aShare();
    const { alias, secret } = await opened(open(token));
    expect(await endOfSession(database.pool, alias, secret)).toBeNull();
    await revokeShare(database.pool, share.id, null, 'x');
    expect(await endOfSession(database.pool, alias, secret)).toBe('revoked');
    expect(await endOfSession(database.pool, alias, 'htss_other')).toBeNull();
  });
});
