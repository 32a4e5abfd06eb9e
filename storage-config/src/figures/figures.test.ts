import { canonicalJson } from '@hutong/recognition';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTransaction } from '../database.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { calculateFigures } from './calculateFigures.ts';
import { addPrices, listPrices, revokePrice } from './prices.ts';
import { findReport, keepReport, lastReports, makeReport, verifyReport } from './reports.ts';
import { MonthWriter, wanted } from './testing.ts';

const AUTHOR = { kind: 'person', id: 'w', name: '卫健委' } as const;

let database: TestDatabase;
let write: MonthWriter;
beforeEach(async () => {
  database = await createTestDatabase();
  write = new MonthWriter(database.pool);
  await write.hospitals('a', 'b', 'c');
});
afterEach(() => database.drop());

const figures = (given: Parameters<typeof wanted>[0] = {}) => calculateFigures(database.pool, wanted(given));

/** Exams of hospital b on which hospital a decides. */
async function anExam(item = 'CT-05', patient = 'B1'): Promise<{ hospital: string; uid: string }> {
  const uid = await write.study({ hospital: 'b', patient, at: '2026-10-02T02:00:00Z', items: [item] });
  return { hospital: 'b', uid };
}

test('S1, S2: the figures of a month and what they saved agree, from storing to citing, by department', async () => {
  await write.person('2026-09-01T00:00:00Z', 'a/A1', 'b/B1');
  await write.person('2026-09-01T00:00:00Z', 'a/A2', 'b/B2');
  const chest = {
    hospital: 'b',
    uid: await write.study({
      hospital: 'b',
      patient: 'B1',
      at: '2026-10-02T02:00:00Z',
      items: ['CT-05', 'CT-06'],
    }),
  };
  const knee = await anExam('MR-19', 'B2');
  await write.label(chest.uid, 'CT-05', '2026-10-02T03:00:00Z');
  await write.label(chest.uid, 'CT-06', '2026-10-02T03:00:00Z');
  await write.label(chest.uid, 'CT-06', '2026-10-02T03:00:00Z', 'applied', '河南省');
  await write.label(knee.uid, 'MR-19', '2026-10-02T03:00:00Z');
  const match = (item: string) => [{ ...chest, item }];
  const first = await write.reminder(
    '2026-10-05T02:00:00Z',
    'a',
    'A1',
    '骨科',
    match('CT-05'),
    '2026-10-05T02:01:00Z',
  );
  // Asked again when signing: the same reminder. Of the next day it is another.
  await write.reminder('2026-10-05T02:05:00Z', 'a', 'A1', '急诊科', match('CT-05'));
  await write.reminder('2026-10-06T02:00:00Z', 'a', 'A1', '骨科', match('CT-05'));
  await write.reminder(
    '2026-10-06T03:00:00Z',
    'a',
    'A2',
    '内科',
    [{ ...knee, item: 'MR-19' }],
    '2026-10-06T03:01:00Z',
  );
  await write.reminder('2026-10-06T04:00:00Z', 'a', 'A2', '内科', [
    { ...knee, item: 'MR-19', word: 'NOT_IN_SCOPE' },
  ]);
  await write.decision({
    at: '2026-10-05T02:10:00Z',
    on: chest,
    item: 'CT-05',
    reminder: first,
    cited: '2026-10-05T02:11:00Z',
  });
  await write.decision({ at: '2026-10-05T02:10:00Z', on: chest, item: 'CT-06' });
  await write.decision({
    at: '2026-10-06T03:10:00Z',
    on: knee,
    item: 'MR-19',
    patient: 'A2',
    department: '内科',
    reason: 'RX04',
  });
  await write.price('CT-05', 180);
  await write.price('CT-06', 420.5);
  const { total, hospitals, departments, items, reasons, notes } = await figures();
  expect(total).toMatchObject({
    stored: { items: 3, personTimes: 2, persons: 2 },
    labelled: { items: 3, personTimes: 2, persons: 2 },
    reminded: { items: 3, personTimes: 3, persons: 2 },
    viewed: { items: 2, personTimes: 2, persons: 2 },
    recognised: { items: 2, personTimes: 1, persons: 1 },
    examinedAgain: { items: 1, personTimes: 1, persons: 1 },
    cited: { items: 1, personTimes: 1, persons: 1 },
    fromReminder: 1,
    savings: { items: 2, fen: 60_050, persons: 1, fenPerPerson: 60_050, unpriced: [] },
  });
  expect(
    hospitals.map(({ hospital, stored, recognised, elsewhere }) => [
      hospital,
      stored.items,
      recognised.items,
      elsewhere,
    ]),
  ).toEqual([
    ['a', 0, 2, { remindedItems: 0, viewedItems: 0, recognisedItems: 0, examinedAgainItems: 0 }],
    ['b', 3, 0, { remindedItems: 3, viewedItems: 2, recognisedItems: 2, examinedAgainItems: 1 }],
  ]);
  expect(
    departments.map(({ department, reminded, recognised }) => [department, reminded.items, recognised.items]),
  ).toEqual([
    ['内科', 1, 0],
    ['骨科', 2, 2],
  ]);
  expect(items.map(({ itemCode, labelled, savings }) => [itemCode, labelled.items, savings.fen])).toEqual([
    ['CT-05', 1, 18_000],
    ['CT-06', 1, 42_050],
    ['MR-19', 1, 0],
  ]);
  expect(reasons).toEqual([{ code: 'RX04', items: 1, persons: 1 }]);
  expect(notes).toEqual({ answers: 5, withdrawnDecisions: 0, unlinkedItems: 0, labelsWithdrawn: 0 });
});

test('S1: the month is that of the clocks on the wall: what happened after midnight there is of the next', async () => {
  const exam = await anExam();
  await write.decision({ at: '2026-09-30T16:00:00Z', on: exam, item: 'CT-05' });
  await write.decision({ at: '2026-10-31T15:59:59Z', on: exam, item: 'CT-05' });
  await write.decision({ at: '2026-10-31T16:00:00Z', on: exam, item: 'CT-05' });
  expect((await figures()).total.recognised.items).toBe(2);
  expect((await figures({ month: '2026-11' })).total.recognised.items).toBe(1);
  expect((await figures({ timeZone: 'UTC' })).total.recognised.items).toBe(2);
});

test('a decision that was corrected counts once, and as it held at the moment of the report', async () => {
  const exam = await anExam();
  await write.price('CT-05', 180);
  const first = await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  const second = await write.decision({
    at: '2026-10-05T02:00:00Z',
    on: exam,
    item: 'CT-05',
    reason: 'RX06',
    replaces: first,
    recordedAt: '2026-10-20T00:00:00Z',
  });
  await write.decision({
    at: '2026-10-05T02:00:00Z',
    on: exam,
    item: 'CT-05',
    kind: 'withdrawn',
    replaces: second,
    recordedAt: '2026-11-10T00:00:00Z',
  });
  const counted = async (asOf: string) => {
    const { total, notes } = await figures({ asOf });
    return [total.recognised.items, total.examinedAgain.items, notes.withdrawnDecisions, total.savings.fen];
  };
  expect(await counted('2026-10-10T00:00:00Z')).toEqual([1, 0, 0, 18_000]);
  expect(await counted('2026-11-01T01:00:00Z')).toEqual([0, 1, 0, 0]);
  expect(await counted('2026-12-01T01:00:00Z')).toEqual([0, 0, 1, 0]);
});

test.each<
  [
    what: string,
    study: { hospital: string; patient: string; at: string; item?: string; studyDate?: string },
    repeated: number,
  ]
>([
  ['by the hospital itself', { hospital: 'a', patient: 'A1', at: '2026-10-06T00:00:00Z' }, 1],
  [
    'by a third hospital for the same person',
    { hospital: 'c', patient: 'C1', at: '2026-10-11T00:00:00Z' },
    1,
  ],
  ['after the window', { hospital: 'a', patient: 'A1', at: '2026-10-13T00:00:00Z' }, 0],
  ['of another item', { hospital: 'a', patient: 'A1', at: '2026-10-06T00:00:00Z', item: 'CT-06' }, 0],
  [
    'of another patient with the same PatientID elsewhere',
    { hospital: 'c', patient: 'A1', at: '2026-10-06T00:00:00Z' },
    0,
  ],
  ['but stored late', { hospital: 'c', patient: 'C1', at: '2026-10-06T00:00:00Z', studyDate: '20261001' }, 0],
])('S2: an item that is made again %s counts for what it is', async (_what, study, repeated) => {
  await write.person('2026-09-01T00:00:00Z', 'a/A1', 'b/B1', 'c/C1');
  const exam = await anExam();
  await write.price('CT-05', 180);
  await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  await write.study({ items: [study.item ?? 'CT-05'], ...study });
  const { savings } = (await figures()).total;
  expect([savings.repeated.items, savings.fen]).toEqual([repeated, repeated === 1 ? 0 : 18_000]);
});

test('S2: what was recognised in the last days may yet be made again, and is told to be so', async () => {
  const exam = await anExam();
  await write.price('CT-05', 180);
  await write.decision({ at: '2026-10-30T02:00:00Z', on: exam, item: 'CT-05' });
  await write.study({ hospital: 'a', patient: 'A1', at: '2026-11-03T02:00:00Z', items: ['CT-05'] });
  expect((await figures()).total.savings).toMatchObject({ fen: 18_000, windowOpen: 1 });
  expect((await figures({ asOf: '2026-11-08T00:00:00Z' })).total.savings).toMatchObject({
    fen: 0,
    windowOpen: 0,
  });
});

test('S2: items without a price are named; a price counts from its day on, and until it is revoked', async () => {
  const exam = await anExam();
  await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  expect((await figures()).total.savings.unpriced).toEqual([{ itemCode: 'CT-05', items: 1 }]);
  const price = {
    itemCode: 'CT-05',
    amountFen: 20_000,
    region: '411100',
    level: '三级',
    source: '',
    validFrom: '2026-10-01',
  };
  const added = await inTransaction(database.pool, (client) => addPrices(client, [price], AUTHOR));
  const again = await inTransaction(database.pool, (client) =>
    addPrices(client, [price, { ...price, amountFen: 1 }], AUTHOR, { dryRun: true }),
  );
  expect([...added, ...again]).toEqual(['added', 'unchanged', 'replaced']);
  const now = { asOf: null };
  expect((await figures(now)).total.savings).toMatchObject({ fen: 20_000, unpriced: [] });
  const [entry] = await listPrices(database.pool, { itemCode: null, revoked: false, limit: 10 });
  expect(await revokePrice(database.pool, entry?.id ?? 0, AUTHOR, '录入错误')).toBe(true);
  expect((await figures(now)).total.savings).toMatchObject({
    fen: 0,
    unpriced: [{ itemCode: 'CT-05', items: 1 }],
  });
});

test('a label that was withdrawn before the report is no label, and one of an earlier month is none of this', async () => {
  const [one, two, three] = [await anExam(), await anExam(), await anExam()];
  await write.label(one.uid, 'CT-05', '2026-10-03T00:00:00Z');
  await write.label(one.uid, 'CT-05', '2026-10-09T00:00:00Z', 'withdrawn');
  await write.label(two.uid, 'CT-05', '2026-09-03T00:00:00Z');
  await write.label(two.uid, 'CT-05', '2026-10-09T00:00:00Z', 'applied', '河南省');
  await write.label(three.uid, 'CT-05', '2026-10-03T00:00:00Z', 'proposed');
  const { total, notes } = await figures();
  expect([total.labelled.items, notes.labelsWithdrawn]).toEqual([0, 1]);
});

test('a hospital sees what it did, and of what others did with its exams the sums', async () => {
  const exam = await anExam();
  await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  await write.decision({
    at: '2026-10-05T02:00:00Z',
    hospital: 'c',
    on: exam,
    item: 'CT-05',
    reason: 'RX06',
  });
  const own = await figures({ hospital: 'b' });
  expect(own.total.recognised.items).toBe(0);
  expect(own.total.stored.personTimes).toBe(1);
  expect(own.elsewhere).toMatchObject({ recognisedItems: 1, examinedAgainItems: 1 });
  expect(own.hospitals.map(({ hospital }) => hospital)).toEqual(['b']);
  expect(Object.keys(own.names.hospitals)).toEqual(['b']);
  expect((await figures({ hospital: 'a' })).total.recognised.items).toBe(1);
});

test('S1: a report comes out again byte for byte as it was, whatever happened since', async () => {
  const exam = await anExam();
  await write.person('2026-09-01T00:00:00Z', 'a/A1', 'b/B1');
  await write.price('CT-05', 180);
  const first = await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  const made = await makeReport(database.pool, wanted(), AUTHOR);
  await write.decision({
    at: '2026-10-05T02:00:00Z',
    on: exam,
    item: 'CT-05',
    kind: 'withdrawn',
    replaces: first,
    recordedAt: '2026-11-20T00:00:00Z',
  });
  await write.person('2026-11-20T00:00:00Z', 'a/A1', 'c/C1');
  await write.price('CT-05', 999, '2026-11-20T00:00:00Z');
  await write.study({ hospital: 'a', patient: 'A1', at: '2026-11-20T00:00:00Z', items: ['CT-05'] });
  const kept = await findReport(database.pool, made.id, null);
  expect(kept?.digest).toBe(made.digest);
  expect(canonicalJson(kept?.figures)).toBe(canonicalJson(made.figures));
  expect(kept === null ? null : await verifyReport(database.pool, kept)).toEqual({
    intact: true,
    same: true,
    differences: [],
  });
});

test('a report that would come out otherwise says where, and one that was changed says so', async () => {
  const exam = await anExam();
  await write.decision({ at: '2026-10-05T02:00:00Z', on: exam, item: 'CT-05' });
  const made = await makeReport(database.pool, wanted(), AUTHOR);
  await database.pool.query('DELETE FROM recognition_decision');
  const verified = await verifyReport(database.pool, made);
  expect(verified).toMatchObject({ intact: true, same: false });
  expect(verified.differences).toContainEqual({ path: 'total.recognised.items', was: '1', is: '0' });
  await database.pool.query(
    `UPDATE monthly_report SET figures = jsonb_set(figures, '{total,recognised,items}', '5')`,
  );
  const changed = await findReport(database.pool, made.id, null);
  expect(changed === null ? null : (await verifyReport(database.pool, changed)).intact).toBe(false);
});

test('of several reports of a month the last one counts; others see none of a hospital that is not theirs', async () => {
  await makeReport(database.pool, wanted(), AUTHOR);
  const last = await makeReport(database.pool, wanted(), AUTHOR);
  await keepReport(database.pool, await figures({ asOf: '2026-10-20T00:00:00Z' }), AUTHOR);
  const ofB = await makeReport(database.pool, wanted({ hospital: 'b' }), AUTHOR);
  expect((await lastReports(database.pool, ['2026-10'], null)).get('2026-10')?.id).toBe(last.id);
  expect(await findReport(database.pool, ofB.id, ['a'])).toBeNull();
  expect((await findReport(database.pool, ofB.id, ['b']))?.id).toBe(ofB.id);
});
