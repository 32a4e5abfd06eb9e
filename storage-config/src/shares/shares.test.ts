import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import {
  endedShares,
  findOpenedShare,
  openShare,
  readShareOpenings,
  type ShareOutcome,
} from './openShare.ts';
import { createShare, MAX_FACTOR_FAILURES, type NewShare, readShares, revokeShare } from './share.ts';

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

async function aShare(given: Partial<NewShare> = {}) {
  const made = await createShare(database.pool, {
    hospital: 'a',
    content: { studies: [{ study: '1.1', series: [] }] },
    mayDownload: false,
    notBefore: null,
    expiresAt: soon(HOUR),
    maxUses: null,
    factor: 'none',
    secret: null,
    note: '',
    author: { kind: 'person', id: 'li', name: '李医生' },
    ...given,
  });
  if (made === null) throw new Error('not made');
  return made;
}

const open = (token: string, factor: string | null = null) =>
  openShare(database.pool, token, factor, '192.0.2.5');

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
    expect(await readShareOpenings(database.pool, share.id, 5)).toMatchObject([{ address: '192.0.2.5' }]);
  });

  test('of studies or series the hospital does not have is not made', async () => {
    const make = (studies: { study: string; series: string[] }[]) =>
      createShare(database.pool, {
        hospital: 'b',
        content: { studies },
        mayDownload: false,
        notBefore: null,
        expiresAt: soon(HOUR),
        maxUses: null,
        factor: 'none',
        secret: null,
        note: '',
        author: { kind: 'person', id: 'li', name: '' },
      });
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
    const content = { accessionNumber: 'ACC9', patientId: 'p9' };
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

  test('is guessed only so often, also by many at once; then the share is over', async () => {
    const { token, code } = await aShare({ factor: 'code' });
    const wrong = code === '000000' ? '000001' : '000000';
    const outcomes = await Promise.all(Array.from({ length: 15 }, () => open(token, wrong)));
    expect(outcomes.filter(({ kind }) => kind === 'factorWrong')).toHaveLength(MAX_FACTOR_FAILURES);
    expect(await open(token, code)).toEqual({ kind: 'over', why: 'locked' });
    const [share] = await readShares(database.pool, {
      id: null,
      hospitals: ['a'],
      study: null,
      limit: 1,
      before: null,
    });
    expect(share?.locked).toBe(true);
  });
});
