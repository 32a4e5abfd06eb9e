import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inTransaction } from './database.ts';
import * as outbox from './outbox.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
let studyId: number;
const policy = { maxAttempts: 3, backoffSeconds: 10, maxBackoffSeconds: 60 };

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('h1', '一院', 'First')`);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE study CASCADE');
  studyId = await newStudy();
});

let studies = 0;
async function newStudy(): Promise<number> {
  studies += 1;
  const { rows } = await database.pool.query<{ study_id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid) VALUES ('h1', $1) RETURNING study_id`,
    [`1.2.${studies}`],
  );
  return rows[0]!.study_id;
}

const take = (): Promise<outbox.OutboxEvent[]> =>
  inTransaction(database.pool, async (client) => {
    const events = await outbox.takeUnsent(client, 100);
    await outbox.markSent(
      client,
      events.map((event) => event.id),
    );
    return events;
  });
const row = async (id: number): Promise<Record<string, unknown>> =>
  (await database.pool.query<Record<string, unknown>>('SELECT * FROM outbox WHERE id = $1', [id])).rows[0]!;

test('a further change pushes the waiting row and adds none', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  await outbox.publishStudyChanged(database.pool, studyId, 3600);
  expect(await take()).toEqual([]);
  expect(await outbox.outboxState(database.pool)).toEqual({ waiting: 1, sent: 0, failed: 0 });
  expect(await outbox.secondsUntilDue(database.pool)).toBeGreaterThan(3500);
});

test('a change after the row was sent makes a row of its own', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [first] = await take();
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [second] = await take();
  expect(second?.id).not.toBe(first?.id);
  expect(second?.studyId).toBe(studyId);
});

test('studies that are to be judged soon get a row unless one waits, which stays as it is', async () => {
  const [waits, gone] = [await newStudy(), await newStudy()];
  await outbox.publishStudyChanged(database.pool, waits, 3600);
  await database.pool.query('DELETE FROM study WHERE study_id = $1', [gone]);
  await outbox.publishToBeJudged(database.pool, [waits, gone, studyId]);
  await outbox.publishToBeJudged(database.pool, [studyId]);
  expect((await take()).map((event) => event.studyId)).toEqual([studyId]);
  expect(await outbox.outboxState(database.pool)).toEqual({ waiting: 1, sent: 1, failed: 0 });
});

test('two relays never take the same row', async () => {
  for (let count = 0; count < 20; count += 1)
    await outbox.publishStudyChanged(database.pool, await newStudy(), 0);
  const [left, right] = await Promise.all([
    inTransaction(database.pool, async (client) => {
      const events = await outbox.takeUnsent(client, 10);
      const others = await inTransaction(database.pool, (other) => outbox.takeUnsent(other, 100));
      return [events, others] as const;
    }),
    Promise.resolve(null),
  ]);
  expect(right).toBeNull();
  const ids = left.flat().map((event) => event.id);
  expect(new Set(ids).size).toBe(20);
});

test('what was sent and is not done is taken again once it is stale, what is done is not', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [event] = await take();
  const stale = (seconds: number): Promise<outbox.OutboxEvent[]> =>
    inTransaction(database.pool, async (client) =>
      outbox.takeStale(client, await outbox.secondsAgo(client, seconds), 10),
    );
  expect(await stale(60)).toEqual([]);
  await database.pool.query(`UPDATE outbox SET sent_at = now() - interval '61 seconds'`);
  expect(await stale(60)).toEqual([event]);
  await outbox.markDone(database.pool, event!.id);
  expect(await stale(60)).toEqual([]);
});

test('a row can be claimed until it is done', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [event] = await take();
  const claim = (): Promise<boolean> =>
    inTransaction(database.pool, (client) => outbox.claim(client, event!.id));
  expect(await claim()).toBe(true);
  await outbox.markDone(database.pool, event!.id);
  expect(await claim()).toBe(false);
});

const fail = async (id: number, options = policy): Promise<string> => {
  await outbox.beginAttempt(database.pool, id);
  return outbox.markFailed(database.pool, id, 'Error at x', options);
};

test('a failed row waits longer each time and is given up in the end', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [event] = await take();
  const { id } = event!;
  expect(await fail(id)).toBe('again');
  const first = await outbox.secondsUntilDue(database.pool);
  expect(await fail(id)).toBe('again');
  expect(await outbox.secondsUntilDue(database.pool)).toBeGreaterThan(first!);
  expect(await fail(id)).toBe('failed');
  expect(await row(id)).toMatchObject({ attempts: 3, last_error: 'Error at x' });
  expect(await outbox.outboxState(database.pool)).toEqual({ waiting: 0, sent: 0, failed: 1 });
});

test('an attempt on a row that is done is not begun', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [event] = await take();
  expect(await outbox.beginAttempt(database.pool, event!.id)).toBe(1);
  expect(await outbox.beginAttempt(database.pool, event!.id)).toBe(2);
  await outbox.markDone(database.pool, event!.id);
  expect(await outbox.beginAttempt(database.pool, event!.id)).toBeNull();
});

test('housekeeping is published once until it is done', async () => {
  await database.pool.query('DELETE FROM outbox');
  await outbox.publishHousekeeping(database.pool, 0);
  await outbox.publishHousekeeping(database.pool, 0);
  const [event, ...more] = await take();
  expect(event).toMatchObject({ topic: 'housekeeping', studyId: null });
  expect(more).toEqual([]);
  await outbox.publishHousekeeping(database.pool, 0);
  expect(await take()).toEqual([]);
  await outbox.markDone(database.pool, event!.id);
  await outbox.publishHousekeeping(database.pool, 0);
  expect(await take()).toHaveLength(1);
});

test('a failed row ends when a newer one waits for the same study', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  const [event] = await take();
  await outbox.publishStudyChanged(database.pool, studyId, 3600);
  expect(await fail(event!.id)).toBe('superseded');
  expect(await outbox.outboxState(database.pool)).toEqual({ waiting: 1, sent: 0, failed: 0 });
});

test('finished rows are forgotten after a while, failed ones stay', async () => {
  await outbox.publishStudyChanged(database.pool, studyId, 0);
  await outbox.publishStudySettled(database.pool, studyId, 0);
  const [done, failed] = await take();
  await outbox.markDone(database.pool, done!.id);
  await fail(failed!.id, { ...policy, maxAttempts: 1 });
  expect(await outbox.forgetDone(database.pool, 1)).toBe(0);
  await database.pool.query(`UPDATE outbox SET done_at = done_at - interval '2 days'`);
  expect(await outbox.forgetDone(database.pool, 1)).toBe(1);
  expect(await row(failed!.id)).toMatchObject({ last_error: 'Error at x' });
});
