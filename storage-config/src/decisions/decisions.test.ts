import type { Verdict } from '@hutong/conformance';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Author } from '../corrections/events.ts';
import { createHospital } from '../registry/hospitals.ts';
import { recordQualification } from '../registry/qualifications.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { decideVerdict, type DecisionOutcome } from './decideVerdict.ts';
import { readDecisions } from './readDecisions.ts';
import { addStudy, conformanceOf, judge, SCOPE, series } from './testing.ts';

const LI: Author = { kind: 'person', id: 'li', name: 'Dr Li' };
const WANG: Author = { kind: 'person', id: 'wang', name: 'Dr Wang' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['h1', 'h2']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(
    'TRUNCATE study, former_study, conformance_result, verdict_decision, hr_label_event, qualification, change CASCADE',
  );
});

const REVIEW = () => conformanceOf([{ code: 'MR-01', verdict: 'REVIEW' }]);

async function judged(
  conformance = REVIEW(),
  study: { hospital?: string; uid?: string } = {},
): Promise<number> {
  const id = await addStudy(database.pool, study);
  await judge(database.pool, id, conformance);
  return id;
}

async function qualify(hospitalCode = 'h1'): Promise<void> {
  await recordQualification(database.pool, {
    hospitalCode,
    itemCode: 'MR-01',
    scope: SCOPE,
    evaluatedAt: '2026-01-01',
    validUntil: '2027-01-01',
    result: 'passed',
  });
}

interface ItemRow {
  verdict: Verdict;
  machine_verdict: Verdict;
  decision_stale: boolean;
  decided: boolean;
}
async function itemOf(studyId: number, code = 'MR-01'): Promise<ItemRow | undefined> {
  const { rows } = await database.pool.query<ItemRow>(
    `SELECT verdict, machine_verdict, decision_stale, verdict_decision_id IS NOT NULL AS decided
       FROM study_item WHERE study_id = $1 AND item_code = $2`,
    [studyId, code],
  );
  return rows[0];
}
const evidenceOfItem = async (studyId: number, code = 'MR-01'): Promise<string> =>
  (
    await database.pool.query<{ evidence: string }>(
      `SELECT encode(evidence_sha256, 'hex') AS evidence FROM study_item WHERE study_id = $1 AND item_code = $2`,
      [studyId, code],
    )
  ).rows[0]!.evidence;
const labels = async (studyId: number): Promise<{ state: string; author: string; reason_en: string }[]> =>
  (
    await database.pool.query<{ state: string; author: string; reason_en: string }>(
      'SELECT state, author, reason_en FROM hr_label_event WHERE study_id = $1 ORDER BY hr_label_event_id',
      [studyId],
    )
  ).rows;
const changes = async (): Promise<string[]> =>
  (await database.pool.query<{ action: string }>('SELECT action FROM change ORDER BY change_id')).rows.map(
    ({ action }) => action,
  );

async function decide(
  studyId: number,
  verdict: 'PASS' | 'FAIL' | null,
  over: { evidence?: string; author?: Author; reason?: string; itemCode?: string } = {},
): Promise<DecisionOutcome> {
  return decideVerdict(database.pool, {
    studyId,
    itemCode: 'MR-01',
    verdict,
    reason: '我看过了',
    evidence: over.evidence ?? (await evidenceOfItem(studyId, over.itemCode)),
    author: LI,
    scope: SCOPE,
    ...over,
  });
}
const idOf = (outcome: DecisionOutcome): number => {
  if (outcome.outcome !== 'decided') throw new Error(outcome.outcome);
  return outcome.decision.id;
};

test("a decision holds beside the machine's verdict, and verdict, label and change feed follow at once", async () => {
  await qualify();
  const study = await judged();
  expect(await labels(study)).toEqual([]);
  await decide(study, 'PASS');
  expect(await itemOf(study)).toEqual({
    verdict: 'PASS',
    machine_verdict: 'REVIEW',
    decision_stale: false,
    decided: true,
  });
  expect(await labels(study)).toMatchObject([
    {
      state: 'applied',
      author: 'person Dr Li',
      reason_en: expect.stringContaining("a person's decision") as string,
    },
  ]);
  expect(await changes()).toEqual(['judged', 'labelled']);
});

test('a person may turn a PASS of the machine into FAIL, and the label goes with it', async () => {
  await qualify();
  const study = await judged(conformanceOf([{ code: 'MR-01', verdict: 'PASS' }]));
  await decide(study, 'FAIL');
  expect(await itemOf(study)).toMatchObject({ verdict: 'FAIL', machine_verdict: 'PASS' });
  expect(await labels(study)).toMatchObject([
    { state: 'applied', author: 'engine 1' },
    { state: 'withdrawn', author: 'person Dr Li' },
  ]);
});

test("taking a decision back has the machine's verdict hold again, and erases nothing", async () => {
  const study = await judged();
  await decide(study, 'PASS');
  await decide(study, null, { reason: '看错了' });
  expect(await itemOf(study)).toEqual({
    verdict: 'REVIEW',
    machine_verdict: 'REVIEW',
    decision_stale: false,
    decided: false,
  });
  const kept = await readDecisions(database.pool, study, 10);
  expect(kept.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    [null, '看错了'],
    ['PASS', '我看过了'],
  ]);
  expect((await decide(study, null)).outcome).toBe('nothingToTakeBack');
});

test('what says the same again in other words, by newer rules or a newer list, leaves a decision standing', async () => {
  const study = await judged();
  await decide(study, 'PASS');
  const again = conformanceOf([
    { code: 'MR-01', verdict: 'REVIEW', words: 'better said', catalogue: { id: 'c', version: '2' } },
  ]);
  const saved = await judge(database.pool, study, { ...again, engineVersion: '2' });
  expect(await itemOf(study)).toMatchObject({ verdict: 'PASS', decision_stale: false });
  expect(saved.changed).toBe(false);
});

test('S0: a decision becomes stale when its evidence changes, and stands again when that comes back', async () => {
  await qualify();
  const study = await judged();
  await decide(study, 'PASS');
  await database.pool.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [study]);
  const other = conformanceOf([{ code: 'MR-01', verdict: 'REVIEW' }], [series('T2')]);
  expect(await judge(database.pool, study, other)).toMatchObject({ changed: true, labelled: true });
  expect(await itemOf(study)).toEqual({
    verdict: 'REVIEW',
    machine_verdict: 'REVIEW',
    decision_stale: true,
    decided: true,
  });
  await judge(database.pool, study, REVIEW());
  expect(await itemOf(study)).toMatchObject({ verdict: 'PASS', decision_stale: false });
  expect((await labels(study)).map(({ state }) => state)).toEqual(['applied', 'withdrawn', 'applied']);
});

test('a decision that was taken back after its evidence changed does not come back with the evidence', async () => {
  const study = await judged();
  await decide(study, 'PASS');
  await judge(database.pool, study, conformanceOf([{ code: 'MR-01', verdict: 'FAIL' }]));
  await decide(study, null);
  await judge(database.pool, study, REVIEW());
  expect(await itemOf(study)).toMatchObject({ verdict: 'REVIEW', decided: false, decision_stale: false });
});

test('of several decisions the newest whose evidence stands holds', async () => {
  const study = await judged();
  await decide(study, 'PASS');
  await judge(database.pool, study, conformanceOf([{ code: 'MR-01', verdict: 'FAIL' }]));
  await decide(study, 'FAIL', { author: WANG });
  expect(await itemOf(study)).toMatchObject({ verdict: 'FAIL', decision_stale: false });
  await judge(database.pool, study, REVIEW());
  expect(await itemOf(study)).toMatchObject({ verdict: 'PASS', decision_stale: false });
});

test('an item of the same code on another list is another item', async () => {
  const study = await judged();
  await decide(study, 'PASS');
  await judge(
    database.pool,
    study,
    conformanceOf([{ code: 'MR-01', verdict: 'REVIEW', catalogue: { id: 'other', version: '1' } }]),
  );
  expect(await itemOf(study)).toMatchObject({ verdict: 'REVIEW', decided: false, decision_stale: false });
});

test('a decision on what is seen no more is refused', async () => {
  const study = await judged();
  const looked = await evidenceOfItem(study);
  await judge(database.pool, study, conformanceOf([{ code: 'MR-01', verdict: 'FAIL' }]));
  expect((await decide(study, 'PASS', { evidence: looked })).outcome).toBe('evidenceChanged');
  expect((await decide(study, 'PASS', { itemCode: 'MR-02', evidence: looked })).outcome).toBe(
    'evidenceChanged',
  );
  await database.pool.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [study]);
  expect((await decide(study, 'PASS')).outcome).toBe('pending');
  expect((await decide(9999, 'PASS', { evidence: looked })).outcome).toBe('absent');
  expect(await readDecisions(database.pool, study, 10)).toEqual([]);
  expect(await changes()).toEqual([]);
});

test('the same decision sent many times at once is one', async () => {
  const study = await judged();
  const made = await Promise.all(Array.from({ length: 6 }, () => decide(study, 'PASS')));
  expect(new Set(made.map(idOf)).size).toBe(1);
  expect(await changes()).toEqual(['judged']);
  await decide(study, 'FAIL', { author: WANG });
  expect(idOf(await decide(study, 'PASS'))).not.toBe(idOf(made[0]!));
});

test('a decision and a judgement at the same time never leave a decision on evidence that nobody saw', async () => {
  const study = await judged();
  const looked = await evidenceOfItem(study);
  const other = conformanceOf([{ code: 'MR-01', verdict: 'FAIL' }]);
  for (let round = 0; round < 8; round += 1) {
    const [made] = await Promise.all([
      decide(study, 'PASS', { evidence: looked, reason: `round ${round}` }),
      judge(database.pool, study, other),
    ]);
    // Whoever came first: the machine's FAIL holds, and a decision that was made before is stale.
    expect(await itemOf(study)).toMatchObject({ verdict: 'FAIL', machine_verdict: 'FAIL' });
    expect(['decided', 'evidenceChanged']).toContain(made.outcome);
    await judge(database.pool, study, REVIEW());
  }
});

test("another hospital's copy of the study is decided apart", async () => {
  for (const hospital of ['h1', 'h2']) await qualify(hospital);
  const one = await judged(REVIEW(), { hospital: 'h1', uid: '1.9' });
  const other = await judged(REVIEW(), { hospital: 'h2', uid: '1.9' });
  await decide(one, 'PASS');
  await judge(database.pool, other, REVIEW());
  expect(await itemOf(other)).toMatchObject({ verdict: 'REVIEW', decided: false });
  expect(await labels(other)).toEqual([]);
  expect(await labels(one)).toHaveLength(1);
});

test('a decision outlives the study, and stands again when the study comes back as it was', async () => {
  const study = await judged();
  await decide(study, 'PASS');
  await database.pool.query('DELETE FROM study WHERE study_id = $1', [study]);
  const back = await addStudy(database.pool);
  await judge(database.pool, back, REVIEW());
  expect(await itemOf(back)).toMatchObject({ verdict: 'PASS', decision_stale: false });
  expect(await readDecisions(database.pool, back, 10)).toHaveLength(1);
});

test('what a hostile header brings into evidence is compared as it is stored', async () => {
  const facts = { ...series(), view: 'a\0b\ud800', seriesDescription: '\0' };
  const hostile = conformanceOf([{ code: 'MR-01', verdict: 'REVIEW' }], [facts]);
  const stored = JSON.parse(
    JSON.stringify(hostile, (_key, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
    ),
  ) as typeof hostile;
  const study = await judged(stored);
  const digest = await evidenceOfItem(study);
  const { evidenceDigest } = await import('./saveVerdicts.ts');
  expect(evidenceDigest(hostile.results[0]!, hostile.series)).toBe(digest);
});
