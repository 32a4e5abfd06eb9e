import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINE_VERSION } from '@hutong/conformance';
import {
  beginReevaluation,
  cancelReevaluation,
  decideVerdict,
  inTransaction,
  listReevaluations,
  openIndex,
  recordQualification,
  type Reevaluation,
  type ReevaluationReason,
} from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { judgeStudy } from '../conformance/judgeStudy.ts';
import { reevaluateStep } from './reevaluateStep.ts';
import { pauseAfter } from '../loop.ts';
import { startReevaluation } from './startReevaluation.ts';
import { type JudgedIndex, listOf, openJudgedIndex, partsOf, SCOPE, withoutDiffusion } from './testing.ts';

let index: JudgedIndex;
beforeAll(async () => {
  index = await openJudgedIndex();
});
afterAll(() => index.drop());
beforeEach(async () => {
  await index.pool.query(
    `TRUNCATE study, conformance_result, hr_label_event, qualification, verdict_decision, reevaluation, outbox, change CASCADE`,
  );
  await index.pool.query(`DELETE FROM catalogue_event; DELETE FROM catalogue`);
  Object.assign(index.parts, partsOf(index.pool));
  await index.enforce(listOf('1'));
});

interface Standing {
  study_id: number;
  verdict: string;
  catalogue_version: string;
  engine_version: string;
  results: number;
}
const standing = async (): Promise<Standing[]> =>
  (
    await index.pool.query<Standing>(
      `SELECT study_id, i.verdict, j.catalogue_version, j.engine_version,
              (SELECT count(*) FROM conformance_result r WHERE r.study_id = j.study_id) AS results
         FROM study_judgement j LEFT JOIN study_item i USING (study_id) ORDER BY study_id`,
    )
  ).rows;
const verdicts = async (): Promise<string[]> =>
  (await standing()).map(({ verdict, catalogue_version, results }) =>
    [verdict, catalogue_version, results].join(' '),
  );
const newest = async (): Promise<Reevaluation> => (await listReevaluations(index.pool, 1))[0]!;
const ask = (reason: ReevaluationReason = 'request') =>
  beginReevaluation(index.pool, { reason, filter: {}, requestedBy: 'test' });

/** Has a person say PASS of what is seen of a study now. */
async function decidePass(studyId: number): Promise<void> {
  const { rows } = await index.pool.query<{ evidence: string }>(
    `SELECT encode(evidence_sha256, 'hex') AS evidence FROM study_item WHERE study_id = $1`,
    [studyId],
  );
  const { outcome } = await decideVerdict(index.pool, {
    studyId,
    itemCode: 'MR-01',
    verdict: 'PASS',
    reason: 'diffusion was sent on paper',
    evidence: rows[0]!.evidence,
    author: { kind: 'person', id: 'p', name: 'p' },
    scope: SCOPE,
  });
  expect(outcome).toBe('decided');
}

test('a new version judges exactly the studies from its first day on', async () => {
  await index.addStudies(1, '20250630');
  await index.addStudies(1, '20250701');
  expect(await verdicts()).toEqual(['FAIL 1 1', 'FAIL 1 1']);
  await index.enforce(listOf('2', withoutDiffusion), '2025-07-01');
  expect(await newest()).toMatchObject({ reason: 'catalogue', total: 1, state: 'waiting' });
  await index.reevaluate();
  expect(await verdicts()).toEqual(['FAIL 1 1', 'PASS 2 2']);
  expect(await newest()).toMatchObject({ state: 'done', total: 1, judged: 1, changed: 1, failed: 0 });
});

test('labels follow the verdicts, and the change feed tells of both', async () => {
  await recordQualification(index.pool, {
    hospitalCode: 'h1',
    itemCode: 'MR-01',
    scope: SCOPE,
    evaluatedAt: '2025-01-01',
    validUntil: '2026-01-01',
    result: 'passed',
  });
  await index.addStudies(1, '20250701');
  await index.pool.query('TRUNCATE change');
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  await index.enforce(listOf('3'));
  await index.reevaluate();
  const { rows } = await index.pool.query<{ state: string }>(
    'SELECT state FROM hr_label_event ORDER BY hr_label_event_id',
  );
  expect(rows.map(({ state }) => state)).toEqual(['applied', 'withdrawn']);
  const { rows: changes } = await index.pool.query<{ action: string }>(
    'SELECT action FROM change ORDER BY change_id',
  );
  expect(changes.map(({ action }) => action)).toEqual(['judged', 'labelled', 'judged', 'labelled']);
});

test('a study that is judged again with the same outcome gets no second result, and yet it is known by what', async () => {
  await index.addStudies(3, '20250701');
  await index.enforce(listOf('2'));
  await index.reevaluate();
  expect(await verdicts()).toEqual(['FAIL 2 1', 'FAIL 2 1', 'FAIL 2 1']);
  expect(await newest()).toMatchObject({ judged: 3, changed: 0, state: 'done' });
});

test('going back to a list makes its result the newest again', async () => {
  const [study] = await index.addStudies(1, '20250701');
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  await index.enforce(listOf('3'));
  await index.reevaluate();
  expect(await verdicts()).toEqual(['FAIL 3 3']);
  const { rows } = await index.pool.query<{ version: string }>(
    `SELECT catalogue_version AS version FROM conformance_result WHERE study_id = $1 ORDER BY conformance_result_id`,
    [study],
  );
  expect(rows.map(({ version }) => version)).toEqual(['1', '2', '3']);
});

/** Some pages of studies. */
const MANY = 330;

test('a worker that is killed in the middle loses no study and judges none twice', async () => {
  await index.addStudies(MANY, '20250701');
  await index.enforce(listOf('2', withoutDiffusion));
  const worker = spawn(
    process.execPath,
    [new URL('killedWorker.ts', import.meta.url).pathname, index.databaseUrl],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  while ((await newest()).judged === 0 && worker.exitCode === null) await sleep(5);
  worker.kill('SIGKILL');
  await ended;
  const { judged, state } = await newest();
  expect(judged).toBeGreaterThan(0);
  expect(judged).toBeLessThan(MANY);
  expect(state).toBe('working');
  // PostgreSQL may still be ending what the worker had begun.
  await expect
    .poll(
      async () => {
        await index.reevaluate();
        return (await newest()).state;
      },
      { timeout: 30_000 },
    )
    .toBe('done');
  expect(await newest()).toMatchObject({ judged: MANY, changed: MANY, failed: 0 });
  expect(new Set(await verdicts())).toEqual(new Set(['PASS 2 2']));
});

test('two workers share the work without doing any of it twice', async () => {
  await index.addStudies(110, '20250701');
  await index.enforce(listOf('2', withoutDiffusion));
  const other = openIndex({ databasePool: 3 }, { databaseUrl: index.databaseUrl });
  const loops = [startReevaluation(index.parts), startReevaluation(partsOf(other))];
  await expect.poll(async () => (await newest()).state, { timeout: 30_000 }).toBe('done');
  await Promise.all(loops.map((loop) => loop.stop()));
  await other.end();
  expect(await newest()).toMatchObject({ judged: 110, changed: 110 });
  expect(new Set(await verdicts())).toEqual(new Set(['PASS 2 2']));
});

test('what cannot be judged is counted and passed over', async () => {
  const [broken] = await index.addStudies(3, '20250701');
  await index.pool.query('UPDATE study_summary SET summary = $2 WHERE study_id = $1', [
    broken,
    Buffer.from('rubbish'),
  ]);
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  expect(await verdicts()).toEqual(['FAIL 1 1', 'PASS 2 2', 'PASS 2 2']);
  expect(await newest()).toMatchObject({ state: 'done', judged: 3, changed: 2, failed: 1 });
});

test('what cannot be saved is counted and passed over', async () => {
  const [broken] = await index.addStudies(3, '20250701');
  await index.pool.query(
    `ALTER TABLE study_item ADD CONSTRAINT broken CHECK (study_id <> ${broken} OR verdict <> 'PASS') NOT VALID`,
  );
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  await index.pool.query('ALTER TABLE study_item DROP CONSTRAINT broken');
  expect(await verdicts()).toEqual(['FAIL 1 1', 'PASS 2 2', 'PASS 2 2']);
  expect(await newest()).toMatchObject({ state: 'done', judged: 3, failed: 1 });
});

test('a re-evaluation that was cancelled goes no further', async () => {
  await index.addStudies(105, '20250701');
  await index.enforce(listOf('2', withoutDiffusion));
  expect(await reevaluateStep(index.parts)).toBe('worked');
  const { id, judged } = await newest();
  await cancelReevaluation(index.pool, id);
  expect(await reevaluateStep(index.parts)).toBe('idle');
  expect(await newest()).toMatchObject({ state: 'cancelled', judged });
  expect((await verdicts()).filter((one) => one === 'FAIL 1 1')).toHaveLength(105 - judged);
});

test('a study that changed is left to the event of the change', async () => {
  const [changed] = await index.addStudies(1, '20250701');
  await index.pool.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [changed]);
  await index.pool.query(
    `INSERT INTO outbox (topic, study_id, available_at) VALUES ('study.changed', $1, now() + interval '1 hour')`,
    [changed],
  );
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  expect(await verdicts()).toEqual(['FAIL 1 1']);
  const { rows } = await index.pool.query<{ due: boolean }>(
    'SELECT available_at <= now() AS due FROM outbox WHERE done_at IS NULL',
  );
  expect(rows).toEqual([{ due: false }]);
});

test('a study that somebody works on is not waited for, and is judged when that is done', async () => {
  const [held, other] = await index.addStudies(2, '20250701');
  await index.enforce(listOf('2', withoutDiffusion));
  await inTransaction(index.pool, async (client) => {
    await client.query('SELECT FROM study WHERE study_id = $1 FOR NO KEY UPDATE', [held]);
    await index.reevaluate();
    expect(await verdicts()).toEqual(['FAIL 1 1', 'PASS 2 2']);
  });
  expect(await newest()).toMatchObject({ state: 'done', judged: 2, changed: 1, failed: 0 });
  const { rows } = await index.pool.query<{ id: number; study_id: number }>(
    'SELECT id, study_id FROM outbox WHERE done_at IS NULL',
  );
  expect(rows.map(({ study_id }) => study_id)).toEqual([held]);
  for (const job of rows) await judgeStudy(index.parts, { outboxId: job.id, studyId: job.study_id });
  expect(await verdicts()).toEqual(['PASS 2 2', 'PASS 2 2']);
  expect(other).toBeDefined();
});

test('each study of a page keeps its own decisions and gets its own labels', async () => {
  await recordQualification(index.pool, {
    hospitalCode: 'h1',
    itemCode: 'MR-01',
    scope: SCOPE,
    evaluatedAt: '2025-01-01',
    validUntil: '2026-01-01',
    result: 'passed',
  });
  const [, decided] = await index.addStudies(3, '20250701');
  await decidePass(decided!);
  const held = async (): Promise<string[]> =>
    (
      await index.pool.query<{ text: string }>(
        `SELECT concat_ws(' ', i.verdict, i.decision_stale, l.state) AS text
           FROM study_item i LEFT JOIN hr_label l USING (study_id, item_code) ORDER BY study_id`,
      )
    ).rows.map(({ text }) => text);
  expect(await held()).toEqual(['FAIL f', 'PASS f applied', 'FAIL f']);
  await index.enforce(listOf('2', withoutDiffusion));
  await index.reevaluate();
  expect(await held()).toEqual(['PASS f applied', 'PASS t applied', 'PASS f applied']);
  await index.enforce(listOf('3'));
  await index.reevaluate();
  expect(await held()).toEqual(['FAIL f withdrawn', 'PASS f applied', 'FAIL f withdrawn']);
  expect(await newest()).toMatchObject({ judged: 3, changed: 3 });
});

test('a study that waited for want of any list is judged once one is in force', async () => {
  await index.pool.query(`UPDATE catalogue SET state = 'withdrawn'`);
  await index.addStudies(1, '20250701');
  expect(await standing()).toEqual([]);
  await index.enforce(listOf('2'));
  await index.reevaluate();
  const { rows } = await index.pool.query<{ topic: string }>(
    'SELECT topic FROM outbox WHERE done_at IS NULL',
  );
  expect(rows).toEqual([{ topic: 'study.changed' }]);
});

test('results of other rules are judged again when a worker starts', async () => {
  await index.addStudies(2, '20250701');
  await index.pool.query(`UPDATE study_judgement SET engine_version = '0.0.1'`);
  const loop = startReevaluation(index.parts);
  await expect
    .poll(async () => (await listReevaluations(index.pool, 1))[0]?.state, { timeout: 30_000 })
    .toBe('done');
  await loop.stop();
  expect(await newest()).toMatchObject({ reason: 'engine', judged: 2, changed: 0 });
  expect((await standing()).map(({ engine_version, results }) => [engine_version, results])).toEqual([
    [ENGINE_VERSION, 1],
    [ENGINE_VERSION, 1],
  ]);
});

test('a decision of a person holds while its evidence does, and is stale when that changes', async () => {
  const [study] = await index.addStudies(1, '20250701');
  await decidePass(study!);
  const held = async (): Promise<unknown> =>
    (
      await index.pool.query(
        'SELECT verdict, machine_verdict, decision_stale FROM study_item WHERE study_id = $1',
        [study],
      )
    ).rows;
  await index.enforce(listOf('2'));
  await index.reevaluate();
  expect(await held()).toEqual([{ verdict: 'PASS', machine_verdict: 'FAIL', decision_stale: false }]);
  await index.enforce(
    listOf('3', (list) => {
      const brain = list.items.find(({ code }) => code === 'MR-01')!;
      brain.requirements.find(({ id }) => id === 'DWI')!.level = 'should';
    }),
  );
  await index.reevaluate();
  expect(await held()).toMatchObject([{ machine_verdict: 'PASS', decision_stale: true }]);
});

test('who asks by hand has labels brought up to date, also of verdicts that stay', async () => {
  await index.enforce(listOf('2', withoutDiffusion));
  await index.addStudies(1, '20250701');
  await recordQualification(index.pool, {
    hospitalCode: 'h1',
    itemCode: 'MR-01',
    scope: SCOPE,
    evaluatedAt: '2025-01-01',
    validUntil: '2026-01-01',
    result: 'passed',
  });
  await ask();
  await index.reevaluate();
  expect(await newest()).toMatchObject({ judged: 1, changed: 1 });
  const { rows } = await index.pool.query<{ text: string }>('SELECT text FROM hr_label');
  expect(rows).toEqual([{ text: `${SCOPE}HR` }]);
});

test('work takes its share of the time', () => {
  expect(pauseAfter(100, 100)).toBe(0);
  expect(pauseAfter(100, 50)).toBe(100);
  expect(pauseAfter(100, 10)).toBe(900);
});
