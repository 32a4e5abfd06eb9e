import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Author,
  beginRelabelling,
  chineseDay,
  countWithdrawal,
  endLabelPolicy,
  inTransaction,
  labelHistory,
  liftWithdrawal,
  listLabelPolicies,
  listRelabellings,
  listWithdrawals,
  publishStudyChanged,
  readStudyLabels,
  relabellingStep,
  releaseLabels,
  setLabelPolicy,
  withdrawLabels,
  type WithdrawalTarget,
} from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { judgeStudy } from '../conformance/judgeStudy.ts';
import {
  type JudgedIndex,
  listOf,
  openJudgedIndex,
  SCOPE,
  withoutDiffusion,
} from '../reevaluation/testing.ts';

const REVIEWER: Author = { kind: 'person', id: 'u1', name: '王医生' };
const ITEM = 'MR-01';

let index: JudgedIndex;

beforeAll(async () => {
  index = await openJudgedIndex();
  await index.enforce(listOf('1', withoutDiffusion));
  await index.pool.query(`INSERT INTO recognition_scope (name) VALUES ($1), ('江西省')`, [SCOPE]);
});
afterAll(() => index.drop());
beforeEach(async () => {
  await index.pool.query(
    `TRUNCATE study, former_study, conformance_result, hr_label_event, qualification, label_policy, label_suspension,
              label_withdrawal, relabelling, device_test, change, recognition_scope_member, recognition_scope_within,
              verdict_decision CASCADE`,
  );
});

const DAY_MS = 86_400_000;
/** YYYY-MM-DD, some days before today. */
const daysAgo = (days: number): string => chineseDay(new Date(Date.now() - days * DAY_MS));
const compact = (date: string): string => date.replaceAll('-', '');

interface Qualified {
  from?: string;
  until?: string;
  result?: string;
  scope?: string;
  enteredDaysAgo?: number;
}

async function qualify({
  from = daysAgo(170),
  until = daysAgo(-10),
  result = 'passed',
  scope = SCOPE,
  enteredDaysAgo = 170,
}: Qualified = {}): Promise<number> {
  const { rows } = await index.pool.query<{ id: number }>(
    `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result, recorded_at)
     VALUES ('h1', $1, $2, $3, $4, $5, now() - make_interval(days => $6)) RETURNING qualification_id AS id`,
    [ITEM, scope, from, until, result, enteredDaysAgo],
  );
  return rows[0]!.id;
}

async function relabelled(): Promise<void> {
  while ((await relabellingStep(index.pool, SCOPE)) === 'worked');
}

/** Stores and judges a study of a day, with the real rules. */
async function stored(date: string): Promise<number> {
  const [id] = await index.addStudies(1, compact(date));
  return id!;
}

async function judgeAgain(study: number): Promise<void> {
  await publishStudyChanged(index.pool, study, 0);
  const { rows } = await index.pool.query<{ id: number }>(
    'SELECT id FROM outbox WHERE done_at IS NULL AND study_id = $1',
    [study],
  );
  for (const { id } of rows) await judgeStudy(index.parts, { outboxId: id, studyId: study });
}

/** Labels in force, as the worklist, QIDO and reminders read them. */
async function labelsOf(study: number): Promise<string[]> {
  const { rows } = await index.pool.query<{ text: string }>(
    `SELECT text FROM hr_label WHERE study_id = $1 AND state = 'applied' ORDER BY text`,
    [study],
  );
  return rows.map(({ text }) => text);
}
const stateOf = async (study: number): Promise<string | undefined> =>
  (await index.pool.query<{ state: string }>('SELECT state FROM hr_label WHERE study_id = $1', [study]))
    .rows[0]?.state;
async function whyNot(study: number): Promise<string[]> {
  const found = await readStudyLabels(index.pool, study, SCOPE);
  return found!.labels.flatMap(({ decision }) => decision.obstacles.map(({ kind }) => kind));
}
async function history(study: number) {
  const events = await labelHistory(index.pool, study);
  return events.reverse().map(({ state, cause, author }) => ({ state, cause, author }));
}
const uidOf = async (study: number): Promise<string> =>
  (
    await index.pool.query<{ uid: string }>(
      'SELECT study_instance_uid AS uid FROM study WHERE study_id = $1',
      [study],
    )
  ).rows[0]!.uid;
const labelledChanges = async (): Promise<number> =>
  (await index.pool.query(`SELECT FROM change WHERE action = 'labelled'`)).rowCount ?? 0;

const everything: WithdrawalTarget = {
  hospital: 'h1',
  studyInstanceUid: null,
  itemCode: null,
  scope: null,
  from: null,
  until: null,
};
const ofStudy = async (study: number, over: Partial<WithdrawalTarget> = {}): Promise<WithdrawalTarget> => ({
  ...everything,
  studyInstanceUid: await uidOf(study),
  ...over,
});
const withdraw = (target: WithdrawalTarget, reason = '图像有误') =>
  withdrawLabels(index.pool, { ...target, reason, author: REVIEWER }, SCOPE);
const lift = (id: number) =>
  liftWithdrawal(index.pool, { id, reason: '已核实', author: REVIEWER, hospitals: null }, SCOPE);

async function suspend(over: { hospital?: string; item?: string; scope?: string } = {}): Promise<number> {
  const { rows } = await index.pool.query<{ id: number }>(
    `INSERT INTO label_suspension (hospital_code, item_code, scope, reason, author_kind, author_id)
     VALUES ($1, $2, $3, '质控抽查不合格', 'person', 'qc') RETURNING label_suspension_id AS id`,
    [over.hospital ?? null, over.item ?? null, over.scope ?? null],
  );
  return rows[0]!.id;
}

const setPolicy = (over: object = {}) =>
  setLabelPolicy(
    index.pool,
    {
      scope: SCOPE,
      hospitalCode: null,
      release: 'automatic',
      lateQualification: true,
      deviceTestNeeded: false,
      ...over,
    },
    REVIEWER,
  );

describe('qualification', () => {
  test('S0: a qualification that expired yesterday labels a study of last week stored today and not a study of today', async () => {
    await qualify({ until: daysAgo(1) });
    const lastWeek = await stored(daysAgo(7));
    const today = await stored(daysAgo(0));
    expect(await labelsOf(lastWeek)).toEqual(['龙南市HR']);
    expect(await labelsOf(today)).toEqual([]);
    expect(await whyNot(today)).toEqual(['EVALUATION_EXPIRED']);
  });
  test('S0: an institution that failed the evaluation, or takes no part in it, gives no label', async () => {
    const without = await stored(daysAgo(7));
    expect(await whyNot(without)).toEqual(['NOT_EVALUATED']);
    await qualify({ result: 'failed' });
    const failed = await stored(daysAgo(7));
    expect(await whyNot(failed)).toEqual(['EVALUATION_FAILED']);
    expect([...(await labelsOf(without)), ...(await labelsOf(failed))]).toEqual([]);
  });
  test('S0: an evaluation that begins the day after the study does not label it', async () => {
    await qualify({ from: daysAgo(6) });
    const [before, on] = [await stored(daysAgo(7)), await stored(daysAgo(6))];
    expect(await labelsOf(before)).toEqual([]);
    expect(await whyNot(before)).toEqual(['NOT_EVALUATED']);
    expect(await labelsOf(on)).toEqual(['龙南市HR']);
  });
  test('S0: an evaluation that fails on the day of one that passed takes the labels of that day and later', async () => {
    await qualify({ from: daysAgo(20) });
    const [earlier, later] = [await stored(daysAgo(21)), await stored(daysAgo(7))];
    expect(await labelsOf(later)).toEqual(['龙南市HR']);
    await qualify({ from: daysAgo(20), result: 'failed', enteredDaysAgo: 0 });
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await relabelled();
    expect([await labelsOf(earlier), await labelsOf(later)]).toEqual([[], []]);
    expect(await whyNot(later)).toEqual(['EVALUATION_FAILED']);
  });
  test.each([
    ['in the future', daysAgo(-1), 'FUTURE_STUDY_DATE'],
    ['absent', '', 'NO_STUDY_DATE'],
    ['of noughts', '0000-00-00', 'NO_STUDY_DATE'],
    ['of a day that is in no calendar', `${chineseDay().slice(0, 4)}-02-31`, 'NO_STUDY_DATE'],
    ['of the first century', '0001-01-01', 'NOT_EVALUATED'],
  ])('S0: a study whose date is %s carries no label', async (_what, date, why) => {
    await qualify({ from: daysAgo(700), until: daysAgo(-700) });
    const study = await stored(date);
    expect(await labelsOf(study)).toEqual([]);
    expect(await whyNot(study)).toEqual([why]);
  });
  test('S0: a qualification and a suspension of an item of another list are of no item of this one', async () => {
    await qualify();
    await index.pool.query(`UPDATE qualification SET item_code = 'MR-901'`);
    const study = await stored(daysAgo(7));
    expect(await whyNot(study)).toEqual(['NOT_EVALUATED']);
    await qualify();
    await suspend({ item: 'MR-901' });
    await judgeAgain(study);
    expect(await labelsOf(study)).toEqual(['龙南市HR']);
  });
  test('S0: a late qualification labels past studies if policy says so', async () => {
    const study = await stored(daysAgo(7));
    await inTransaction(index.pool, async (client) => {
      await client.query(
        `INSERT INTO qualification (hospital_code, item_code, scope, evaluated_at, valid_until, result)
         VALUES ('h1', $1, $2, $3, $4, 'passed')`,
        [ITEM, SCOPE, daysAgo(30), daysAgo(-150)],
      );
      await beginRelabelling(client, { reason: 'qualification', hospitals: ['h1'], requestedBy: REVIEWER });
    });
    await relabelled();
    expect(await labelsOf(study)).toEqual(['龙南市HR']);
    expect(await history(study)).toEqual([
      { state: 'applied', cause: 'qualification', author: 'person 王医生' },
    ]);
  });
  test('S0: a late qualification labels no past studies if policy says not', async () => {
    await setPolicy({ lateQualification: false });
    const study = await stored(daysAgo(7));
    await qualify({ enteredDaysAgo: 0 });
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await relabelled();
    expect(await labelsOf(study)).toEqual([]);
    expect(await whyNot(study)).toEqual(['EVALUATION_LATE']);
    expect(await labelsOf(await stored(daysAgo(0)))).toEqual(['龙南市HR']);
  });
  test('S0: an evaluation that was taken back takes its labels, and the history names what they rested on', async () => {
    const id = await qualify();
    const study = await stored(daysAgo(7));
    const [given] = await labelHistory(index.pool, study);
    expect(given?.qualification?.id).toBe(id);
    await index.pool.query('UPDATE qualification SET revoked_at = now() WHERE qualification_id = $1', [id]);
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await relabelled();
    expect(await labelsOf(study)).toEqual([]);
    expect((await history(study)).map(({ state }) => state)).toEqual(['applied', 'withdrawn']);
  });
});

describe('suspension', () => {
  test('S0: a suspension blocks issuing at once, whatever the study date', async () => {
    await qualify({ until: daysAgo(1) });
    await suspend({ hospital: 'h1' });
    const lastWeek = await stored(daysAgo(7));
    const today = await stored(daysAgo(0));
    expect([...(await labelsOf(lastWeek)), ...(await labelsOf(today))]).toEqual([]);
    expect(await whyNot(lastWeek)).toEqual(['SUSPENDED']);
    expect(await whyNot(today)).toEqual(['EVALUATION_EXPIRED', 'SUSPENDED']);
  });
  test('S0: labels that were given before it stay; when it is lifted those that were held back are given', async () => {
    await qualify();
    const before = await stored(daysAgo(7));
    const suspension = await suspend({ item: ITEM, scope: SCOPE });
    const meanwhile = await stored(daysAgo(6));
    await beginRelabelling(index.pool, { reason: 'suspension', requestedBy: 'test' });
    await relabelled();
    await judgeAgain(before);
    expect(await labelsOf(before)).toEqual(['龙南市HR']);
    expect(await labelsOf(meanwhile)).toEqual([]);
    await index.pool.query('UPDATE label_suspension SET lifted_at = now() WHERE label_suspension_id = $1', [
      suspension,
    ]);
    await beginRelabelling(index.pool, { reason: 'suspension', requestedBy: 'test' });
    await relabelled();
    expect(await labelsOf(meanwhile)).toEqual(['龙南市HR']);
  });
});

describe('scopes', () => {
  test('S0: a study carries a label of each scope around its hospital for which the hospital is qualified', async () => {
    await index.pool.query(
      `INSERT INTO recognition_scope_member (scope, hospital_code) VALUES ('龙南市', 'h1')`,
    );
    await index.pool.query(
      `INSERT INTO recognition_scope_within (scope, within) VALUES ('龙南市', '江西省')`,
    );
    await qualify();
    await qualify({ scope: '江西省' });
    expect(await labelsOf(await stored(daysAgo(7)))).toEqual(['江西省HR', '龙南市HR']);
  });
  test('S0: a hospital that left a scope before the study gives no label of it', async () => {
    await qualify();
    await index.pool.query(
      `INSERT INTO recognition_scope_member (scope, hospital_code, left_on) VALUES ($1, 'h1', $2)`,
      [SCOPE, daysAgo(10)],
    );
    expect(await labelsOf(await stored(daysAgo(11)))).toEqual(['龙南市HR']);
    const after = await stored(daysAgo(10));
    expect(await whyNot(after)).toEqual(['NOT_IN_SCOPE']);
  });
});

describe('withdrawal', () => {
  test('S0: a withdrawn label disappears at once, and no judgement brings it back', async () => {
    await qualify();
    const study = await stored(daysAgo(7));
    const before = await labelledChanges();
    const outcome = await withdraw(await ofStudy(study));
    expect(outcome).toMatchObject({ studies: 1, goesOn: false });
    expect(await labelsOf(study)).toEqual([]);
    expect(await labelledChanges()).toBe(before + 1);
    await judgeAgain(study);
    await beginRelabelling(index.pool, { reason: 'request', requestedBy: 'test' });
    await relabelled();
    expect(await labelsOf(study)).toEqual([]);
    expect(await whyNot(study)).toEqual(['WITHDRAWN']);
    expect(await history(study)).toEqual([
      { state: 'applied', cause: 'verdict', author: expect.stringContaining('engine') as string },
      { state: 'withdrawn', cause: 'person', author: 'person 王医生' },
    ]);
  });
  test('S0: it holds when the study is deleted and comes back, and lifting it gives the label again', async () => {
    await qualify();
    const study = await stored(daysAgo(7));
    const { withdrawal } = (await withdraw(await ofStudy(study, { itemCode: ITEM, scope: SCOPE })))!;
    const { rows: kept } = await index.pool.query<Record<string, unknown>>(
      'SELECT study_instance_uid, study_date FROM study WHERE study_id = $1',
      [study],
    );
    const { rows: summaries } = await index.pool.query<{ summary_version: number; summary: Buffer }>(
      'SELECT summary_version, summary FROM study_summary WHERE study_id = $1',
      [study],
    );
    await index.pool.query('DELETE FROM study WHERE study_id = $1', [study]);
    const { rows } = await index.pool.query<{ id: number }>(
      `INSERT INTO study (hospital_code, study_instance_uid, study_date, revision, conformance_revision)
       VALUES ('h1', $1, $2, 1, 1) RETURNING study_id AS id`,
      [kept[0]!['study_instance_uid'], kept[0]!['study_date']],
    );
    const back = rows[0]!.id;
    await index.pool.query(
      'INSERT INTO study_summary (study_id, revision, summary_version, summary) VALUES ($1, 1, $2, $3)',
      [back, summaries[0]!.summary_version, summaries[0]!.summary],
    );
    await judgeAgain(back);
    expect(back).not.toBe(study);
    expect(await labelsOf(back)).toEqual([]);
    expect(await whyNot(back)).toEqual(['WITHDRAWN']);
    expect((await history(back)).map(({ state }) => state)).toEqual(['applied', 'withdrawn']);
    await lift(withdrawal.id);
    expect(await labelsOf(back)).toEqual(['龙南市HR']);
    expect(await lift(withdrawal.id)).toBeNull();
    expect((await listWithdrawals(index.pool, { hospitals: null, limit: 10 }))[0]).toMatchObject({
      reason: '图像有误',
      lifted: { reason: '已核实', by: REVIEWER },
    });
  });
  test('a set of a hospital, item and period is counted, withdrawn and holds for what is stored later', async () => {
    await qualify();
    const inside = await stored(daysAgo(7));
    const outside = await stored(daysAgo(3));
    const set = { ...everything, itemCode: ITEM, scope: SCOPE, from: daysAgo(8), until: daysAgo(5) };
    expect(await countWithdrawal(index.pool, set)).toEqual({ labels: 1, studies: 1 });
    const { withdrawal } = (await withdraw(set))!;
    await relabelled();
    const later = await stored(daysAgo(6));
    expect([await labelsOf(inside), await labelsOf(later), await labelsOf(outside)]).toEqual([
      [],
      [],
      ['龙南市HR'],
    ]);
    expect((await withdraw(set))!.withdrawal.id).toBe(withdrawal.id);
    await lift(withdrawal.id);
    await relabelled();
    expect([await labelsOf(inside), await labelsOf(later)]).toEqual([['龙南市HR'], ['龙南市HR']]);
  });
  test('a study of another hospital, and one that is not there, cannot be withdrawn', async () => {
    expect(await withdraw({ ...everything, hospital: 'h1', studyInstanceUid: '1.2.9' })).toBeNull();
    expect(await listWithdrawals(index.pool, { hospitals: null, limit: 10 })).toEqual([]);
  });
});

describe('policy', () => {
  test('S0: a proposed label waits until a person releases it, one by one or many at once', async () => {
    await qualify();
    await setPolicy({ release: 'proposed' });
    const studies = [await stored(daysAgo(7)), await stored(daysAgo(6))];
    expect(await Promise.all(studies.map(stateOf))).toEqual(['proposed', 'proposed']);
    expect(await Promise.all(studies.map(labelsOf))).toEqual([[], []]);
    const labels = await Promise.all(
      studies.map(async (study) => ({
        hospital: 'h1',
        studyInstanceUid: await uidOf(study),
        itemCode: ITEM,
        scope: SCOPE,
      })),
    );
    const by = { author: REVIEWER, hospitals: ['h1'] };
    const hidden = await releaseLabels(index.pool, labels, { ...by, hospitals: ['h2'] }, SCOPE);
    expect(hidden.map(({ outcome }) => outcome)).toEqual(['notProposed', 'notProposed']);
    const released = await releaseLabels(
      index.pool,
      [...labels, { ...labels[0]!, scope: '江西省' }],
      by,
      SCOPE,
    );
    expect(released.map(({ outcome }) => outcome)).toEqual(['released', 'released', 'notProposed']);
    expect(await Promise.all(studies.map(labelsOf))).toEqual([['龙南市HR'], ['龙南市HR']]);
    expect(await history(studies[0]!)).toMatchObject([
      { state: 'proposed', cause: 'verdict' },
      { state: 'applied', cause: 'person', author: 'person 王医生' },
    ]);
    await judgeAgain(studies[0]!);
    expect(await labelsOf(studies[0]!)).toEqual(['龙南市HR']);
  });
  test('S0: a proposed label cannot be released while issuing is suspended', async () => {
    await qualify();
    await setPolicy({ release: 'proposed' });
    const study = await stored(daysAgo(7));
    await suspend();
    const label = { hospital: 'h1', studyInstanceUid: await uidOf(study), itemCode: ITEM, scope: SCOPE };
    const [outcome] = await releaseLabels(index.pool, [label], { author: REVIEWER, hospitals: null }, SCOPE);
    expect(outcome).toMatchObject({ outcome: 'obstacle', obstacles: [{ kind: 'SUSPENDED' }] });
    expect(await stateOf(study)).toBe('proposed');
  });
  test('a policy that becomes automatic gives what was proposed, and its history is kept', async () => {
    await qualify();
    const set = await setPolicy({ release: 'proposed', hospitalCode: 'h1' });
    const study = await stored(daysAgo(7));
    expect(await stateOf(study)).toBe('proposed');
    await endLabelPolicy(index.pool, set!.id, REVIEWER);
    await relabelled();
    expect(await labelsOf(study)).toEqual(['龙南市HR']);
    expect((await history(study)).at(-1)).toMatchObject({ cause: 'policy', author: 'person 王医生' });
    expect(await listLabelPolicies(index.pool)).toEqual([]);
    expect(await listLabelPolicies(index.pool, { withEnded: true })).toMatchObject([
      { release: 'proposed', endedBy: '王医生' },
    ]);
    expect(await setLabelPolicy(index.pool, { ...set!, scope: '无此范围' }, REVIEWER)).toBeNull();
  });
  test('S3: a device whose yearly state test has lapsed or is missing blocks labelling where the policy says so', async () => {
    await qualify();
    await setPolicy({ deviceTestNeeded: true });
    const study = await stored(daysAgo(7));
    expect(await whyNot(study)).toEqual(['DEVICE_UNKNOWN']);
    await addInstance(study, { '00181000': { vr: 'LO', Value: ['SN-1'] } });
    await addInstance(study, { '00080008': { vr: 'CS', Value: ['DERIVED', 'SECONDARY'] } });
    await addInstance(study, {}, 'SR');
    expect(await whyNot(study)).toEqual(['DEVICE_NOT_TESTED']);
    await index.pool.query(
      `INSERT INTO device_test (hospital_code, device_serial_number, tested_on, valid_until, result)
       VALUES ('h1', 'SN-1', $1, $2, 'passed')`,
      [daysAgo(100), daysAgo(-265)],
    );
    await beginRelabelling(index.pool, { reason: 'device', hospitals: ['h1'], requestedBy: 'test' });
    await relabelled();
    expect(await labelsOf(study)).toEqual(['龙南市HR']);
  });
});

let series = 0;
async function addInstance(study: number, dataset: object, modality = 'MR'): Promise<void> {
  series += 1;
  await index.pool.query(
    `WITH one AS (INSERT INTO series (study_id, hospital_code, series_instance_uid, modality)
                  VALUES ($1, 'h1', $2, $4) RETURNING series_id)
     INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid, object_key,
                           object_size, object_sha256, dataset_sha256, dataset)
     SELECT series_id, $1, 'h1', $2 || '.1', '1.2', '1.2', 'k', 1, '', '', $3 FROM one`,
    [study, `1.9.${series}`, JSON.stringify(dataset), modality],
  );
}

describe('labels that are looked at anew in the background', () => {
  test('only the studies of the filter are looked at, and one that waits is not asked for twice', async () => {
    const studies = [await stored(daysAgo(9)), await stored(daysAgo(7))];
    await qualify();
    const asked = { reason: 'qualification' as const, items: [ITEM], from: daysAgo(8), requestedBy: 'test' };
    const begun = await beginRelabelling(index.pool, asked);
    expect((await beginRelabelling(index.pool, asked)).id).toBe(begun.id);
    await relabelled();
    expect(await Promise.all(studies.map(labelsOf))).toEqual([[], ['龙南市HR']]);
    expect(await listRelabellings(index.pool)).toMatchObject([
      { id: begun.id, state: 'done', lookedAt: 1, changed: 1, progress: 1 },
    ]);
  });
  test('a study that somebody works on is not waited for, and is labelled when it is judged', async () => {
    const study = await stored(daysAgo(7));
    await qualify();
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await inTransaction(index.pool, async (client) => {
      await client.query('SELECT FROM study WHERE study_id = $1 FOR NO KEY UPDATE', [study]);
      await relabelled();
    });
    expect(await labelsOf(study)).toEqual([]);
    const { rows } = await index.pool.query<{ id: number }>('SELECT id FROM outbox WHERE done_at IS NULL');
    for (const { id } of rows) await judgeStudy(index.parts, { outboxId: id, studyId: study });
    expect(await labelsOf(study)).toEqual(['龙南市HR']);
  });
  test('S0: a study whose new images are not judged yet gets no label, and may lose one', async () => {
    const study = await stored(daysAgo(7));
    const id = await qualify();
    await index.pool.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [study]);
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await relabelled();
    expect(await stateOf(study)).toBeUndefined();
    await index.pool.query('UPDATE study SET conformance_revision = 1 WHERE study_id = $1', [study]);
    await judgeAgain(study);
    await index.pool.query('UPDATE study SET conformance_revision = 2 WHERE study_id = $1', [study]);
    await index.pool.query('UPDATE qualification SET revoked_at = now() WHERE qualification_id = $1', [id]);
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    await relabelled();
    expect(await stateOf(study)).toBe('withdrawn');
  });
  test('a worker that is killed in the middle loses no study and labels none twice', async () => {
    const count = 1500;
    await index.pool.query(
      `INSERT INTO study (hospital_code, study_instance_uid, study_date, revision, conformance_revision, judged_revision)
       SELECT 'h1', '1.8.' || n, $1, 1, 1, 1 FROM generate_series(1, $2::integer) n`,
      [compact(daysAgo(7)), count],
    );
    await index.pool.query(
      `INSERT INTO study_item (study_id, hospital_code, item_code, verdict, machine_verdict)
       SELECT study_id, 'h1', $1, 'PASS', 'PASS' FROM study`,
      [ITEM],
    );
    await qualify();
    await beginRelabelling(index.pool, { reason: 'qualification', requestedBy: 'test' });
    for (let killed = 0; killed < 3; killed += 1) {
      const worker = spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'killedWorker.ts'), index.databaseUrl, SCOPE],
        { stdio: 'ignore' },
      );
      const ended = once(worker, 'exit');
      const before = (await listRelabellings(index.pool))[0]!.lookedAt;
      while ((await listRelabellings(index.pool))[0]!.lookedAt === before) await sleep(5);
      worker.kill('SIGKILL');
      await ended;
    }
    await relabelled();
    const { rows } = await index.pool.query<{ labels: number; events: number }>(
      `SELECT (SELECT count(*) FROM hr_label WHERE state = 'applied') AS labels,
              (SELECT count(*) FROM hr_label_event) AS events`,
    );
    expect(rows[0]).toEqual({ labels: count, events: count });
  }, 60_000);
});
