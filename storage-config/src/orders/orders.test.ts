import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database.ts';
import { listUnmappedExams } from '../examMappings/listUnmapped.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { orderMessage, type OrderMessage, reportMessage } from './messages.ts';
import { ordersOfStudies } from './ordersOfStudies.ts';
import { reportsOfStudy, versionsOfReport } from './readReports.ts';
import { saveOrders } from './saveOrders.ts';
import { reportKey, saveReports } from './saveReports.ts';
import { readInstant } from './times.ts';
import { reportTurnaround, slowestReports } from './turnaround.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['a', 'b'])
    await database.pool.query('INSERT INTO hospital (code, name_zh, name_en) VALUES ($1, $1, $1)', [code]);
});
afterAll(() => database.drop());
beforeEach(() =>
  database.pool.query(
    'TRUNCATE study, exam_order, diagnostic_report, exam_name, outbox, patient_link, person CASCADE',
  ),
);

interface StudyRow {
  uid?: string;
  hospital?: string;
  accession?: string;
  patient?: string;
  modality?: string;
  time?: string;
}
async function study({
  uid = '1.2.3',
  hospital = 'a',
  accession = 'X1',
  patient = 'P1',
  modality = 'CT',
  time = '080000',
}: StudyRow = {}): Promise<number> {
  const { rows } = await database.pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, accession_number, patient_id, modalities, study_date, study_time)
     VALUES ($1, $2, $3, $4, $5, '20260301', $6) RETURNING study_id AS id`,
    [hospital, uid, accession, patient, [modality], time],
  );
  return rows[0]?.id ?? 0;
}

const order = (over: object = {}): OrderMessage =>
  orderMessage.parse({
    orderNumber: 'O1',
    accessionNumber: 'X1',
    patientId: 'P1',
    exam: { code: 'CT01', name: '胸部CT平扫' },
    modality: 'CT',
    ...over,
  });
const give = (orders: OrderMessage[], hospital = 'a') =>
  inTransaction(database.pool, (client) => saveOrders(client, hospital, orders, 'api'));
const report = (over: object = {}) => ({
  ...reportMessage.parse({
    reportNumber: 'R1',
    accessionNumber: 'X1',
    patientId: 'P1',
    status: 'final',
    impression: '未见异常',
    reportedAt: '2026-03-01T10:00:00+08:00',
    ...over,
  }),
  document: null,
});
const tell = (reports: ReturnType<typeof report>[], hospital = 'a') =>
  inTransaction(database.pool, (client) => saveReports(client, hospital, reports, 'api'));
const outcomes = async (reports: ReturnType<typeof report>[], hospital = 'a') =>
  (await tell(reports, hospital)).map(({ outcome }) => outcome);
const waiting = async (): Promise<number[]> =>
  (await database.pool.query<{ id: number }>('SELECT study_id AS id FROM outbox ORDER BY 1')).rows.map(
    ({ id }) => id,
  );

describe('orders', () => {
  test('the same message again changes nothing, another one does, an older one is kept in the history alone', async () => {
    const at = (hour: string): string => `2026-03-01T${hour}:00:00+08:00`;
    expect(await give([order({ statedAt: at('09') })])).toEqual(['created']);
    expect(await give([order({ statedAt: at('09') })])).toEqual(['unchanged']);
    expect(await give([order({ statedAt: at('10'), exam: { code: 'CT02' } })])).toEqual(['updated']);
    expect(await give([order({ statedAt: at('08'), exam: { code: 'CT00' } })])).toEqual(['older']);
    const { rows } = await database.pool.query(
      'SELECT exam_code, (SELECT count(*)::integer FROM exam_order_version) AS versions FROM exam_order',
    );
    expect(rows).toEqual([{ exam_code: 'CT02', versions: 3 }]);
  });

  test('an order that comes after its study has that study judged again, and no other', async () => {
    const own = await study();
    await study({ hospital: 'b' });
    await study({ uid: '1.2.4', accession: 'X2' });
    await give([order()]);
    expect(await waiting()).toEqual([own]);
    await database.pool.query('UPDATE outbox SET sent_at = now(), done_at = now()');
    await give([order()]);
    expect(await waiting()).toEqual([own]);
  });

  test('is found by its accession number in its own hospital', async () => {
    const [own, other] = [await study(), await study({ hospital: 'b' })];
    await give([order()]);
    const found = await ordersOfStudies(database.pool, [own, other]);
    expect([...found]).toEqual([
      [own, { exams: [{ code: 'CT01', scheme: '', name: '胸部CT平扫' }], modality: 'CT' }],
    ]);
  });

  test.each([
    ['names another patient', [order({ patientId: 'P2' })]],
    ['is shared by orders of two patients', [order(), order({ orderNumber: 'O2', patientId: 'P2' })]],
    ['is of an order that was revoked', [order({ status: 'revoked' })]],
    ['is of a draft', [order({ status: 'draft' })]],
    [
      'leads to more orders than an exam has',
      Array.from({ length: 9 }, (_, n) => order({ orderNumber: `O${n}` })),
    ],
  ])('no order is taken where the accession number %s', async (_what, orders) => {
    const own = await study();
    await give(orders);
    expect(await ordersOfStudies(database.pool, [own])).toEqual(new Map());
  });

  test('a study without an accession number has no order', async () => {
    const own = await study({ accession: '' });
    await give([order({ accessionNumber: '' })]);
    expect(await ordersOfStudies(database.pool, [own])).toEqual(new Map());
  });

  test('another number of the same person is the same patient', async () => {
    const own = await study();
    await database.pool.query(
      `WITH p AS (INSERT INTO person DEFAULT VALUES RETURNING person_id)
       INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
       SELECT 'a', id, person_id, 'confirmed', 'person', 'x' FROM p, unnest(ARRAY['P1', 'HIS1']) AS id`,
    );
    await give([order({ patientId: 'HIS1' })]);
    expect((await ordersOfStudies(database.pool, [own])).size).toBe(1);
  });

  test('what was ordered stands in the list of exams that nobody mapped before its first study', async () => {
    await give([order()]);
    const { exams } = await listUnmappedExams(database.pool, {
      hospitals: ['a'],
      q: '',
      after: null,
      limit: 10,
    });
    expect(exams).toMatchObject([{ code: 'CT01', name: '胸部CT平扫', modality: 'CT', studies: 0 }]);
  });
});

describe('reports', () => {
  test('every version is kept, the newest by its own time holds', async () => {
    const own = await study();
    expect(await outcomes([report({ status: 'preliminary', reportedAt: '2026-03-01 09:00' })])).toEqual([
      'created',
    ]);
    expect(await outcomes([report()])).toEqual(['updated']);
    expect(await outcomes([report({ impression: '晚到的草稿', reportedAt: '2026-03-01 08:00' })])).toEqual([
      'older',
    ]);
    expect(await outcomes([report()])).toEqual(['unchanged']);
    expect(await reportsOfStudy(database.pool, own)).toMatchObject([
      { status: 'final', impression: '未见异常', versions: 3 },
    ]);
    const versions = await versionsOfReport(database.pool, own, reportKey('a', 'R1'));
    expect(versions.map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
  });

  test('a draft without a time never takes the place of the final report', async () => {
    const own = await study();
    await tell([report()]);
    expect(await outcomes([report({ status: 'preliminary', reportedAt: null })])).toEqual(['older']);
    expect(await reportsOfStudy(database.pool, own)).toMatchObject([{ status: 'final' }]);
  });

  test('a retry is the same report though its order was given meanwhile', async () => {
    const given = report({ accessionNumber: '', orderNumber: 'O1' });
    await tell([given]);
    await give([order()]);
    expect(await outcomes([given])).toEqual(['unchanged']);
  });

  test('takes the accession number from its order', async () => {
    const own = await study();
    await give([order()]);
    await tell([report({ accessionNumber: '', orderNumber: 'O1' })]);
    expect(await reportsOfStudy(database.pool, own)).toHaveLength(1);
  });

  test('two at once are one after the other', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => tell([report({ impression: `版本${n}` })])));
    const { rows } = await database.pool.query(
      'SELECT is_current, count(*)::integer FROM diagnostic_report GROUP BY 1 ORDER BY 1',
    );
    expect(rows).toEqual([
      { is_current: false, count: 5 },
      { is_current: true, count: 1 },
    ]);
  });

  test.each([
    ['of another hospital', {}, { hospital: 'b' }, 'a'],
    [
      'that names the UID of a study of another hospital',
      { studyInstanceUid: '1.2.3', accessionNumber: '' },
      {},
      'b',
    ],
    ['of another patient', { patientId: 'P2' }, {}, 'a'],
    ['of another patient, though it names the UID', { patientId: 'P2', studyInstanceUid: '1.2.3' }, {}, 'a'],
  ])('a report %s is never shown beside the study', async (_what, given, stored, hospital) => {
    const own = await study(stored);
    await tell([report(given)], hospital);
    expect(await reportsOfStudy(database.pool, own)).toEqual([]);
    expect(await versionsOfReport(database.pool, own, reportKey(hospital, 'R1'))).toEqual([]);
  });

  test('a report without a patient is shown with none of two patients that share its accession number', async () => {
    const studies = [await study(), await study({ uid: '1.2.4', patient: 'P2' })];
    await tell([report({ patientId: '' })]);
    for (const id of studies) expect(await reportsOfStudy(database.pool, id)).toEqual([]);
  });

  test('the newest final one stands first, withdrawn ones last', async () => {
    const own = await study();
    await tell([
      report({ reportNumber: 'R0', status: 'cancelled', reportedAt: '2026-03-03' }),
      report({ reportNumber: 'R2', status: 'preliminary', reportedAt: '2026-03-02' }),
      report({ reportNumber: 'R1' }),
      report({ reportNumber: 'R3', status: 'amended', reportedAt: '2026-03-02' }),
    ]);
    expect((await reportsOfStudy(database.pool, own)).map(({ reportNumber }) => reportNumber)).toEqual([
      'R3',
      'R1',
      'R2',
      'R0',
    ]);
  });
});

describe('turnaround', () => {
  const period = {
    from: new Date('2026-03-01T00:00:00+08:00'),
    until: new Date('2026-04-01T00:00:00+08:00'),
    asOf: new Date('2100-01-01'),
    hospitals: null,
  };
  const at = (time: string): string => `2026-03-01T${time}+08:00`;

  test('S3: a plain radiograph has 2 hours, an emergency 30 minutes, CT and MR 24 hours', async () => {
    for (const [n, modality] of ['DX', 'DX', 'CT'].entries())
      await study({ uid: `1.2.${n}`, accession: `X${n}`, modality, time: '080000' });
    await give([order({ accessionNumber: 'X1', patientClass: 'emergency' })]);
    await tell([
      report({ reportNumber: 'R0', accessionNumber: 'X0', reportedAt: at('10:00:00') }),
      report({ reportNumber: 'R1', accessionNumber: 'X1', reportedAt: at('08:31:00') }),
      report({
        reportNumber: 'R2',
        accessionNumber: 'X2',
        performedAt: at('08:10:00'),
        reportedAt: at('20:10:00'),
      }),
    ]);
    expect(await reportTurnaround(database.pool, period)).toEqual([
      { hospital: 'a', kind: 'ctMr', reports: 1, withinTarget: 1, medianMinutes: 720, targetMinutes: 1440 },
      { hospital: 'a', kind: 'emergency', reports: 1, withinTarget: 0, medianMinutes: 31, targetMinutes: 30 },
      { hospital: 'a', kind: 'plain', reports: 1, withinTarget: 1, medianMinutes: 120, targetMinutes: 120 },
    ]);
    expect(await slowestReports(database.pool, period, 10)).toMatchObject([
      { kind: 'emergency', minutes: 31 },
    ]);
  });

  test('a report counts once, by its first final version, and not before what was known', async () => {
    await study();
    await tell([report({ status: 'preliminary', reportedAt: at('08:30:00') })]);
    await tell([report({ reportedAt: at('09:00:00') })]);
    await tell([report({ status: 'amended', impression: '补充', reportedAt: at('18:00:00') })]);
    expect(await reportTurnaround(database.pool, period)).toMatchObject([{ reports: 1, medianMinutes: 60 }]);
    expect(await reportTurnaround(database.pool, { ...period, asOf: new Date('2020-01-01') })).toEqual([]);
  });

  test('a report before its exam is no figure', async () => {
    await study();
    await tell([report({ reportedAt: at('07:00:00') })]);
    expect(await reportTurnaround(database.pool, period)).toEqual([]);
  });
});

describe('times of hospital systems', () => {
  test.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 10:00', '2026-03-01T02:00:00.000Z'],
    ['20260301100000', '2026-03-01T02:00:00.000Z'],
    ['2026-03-01T10:00:00.123+0800', '2026-03-01T02:00:00.000Z'],
    ['20260301', '2026-02-28T16:00:00.000Z'],
  ])('%s is read', (text, instant) => {
    expect(readInstant(text)?.toISOString()).toBe(instant);
  });

  test.each(['', '2026-02-30', '2026-03-01T25:00:00Z', '9999-01-01', 'yesterday', '0'.repeat(40)])(
    '%s is no time',
    (text) => {
      expect(readInstant(text)).toBeNull();
    },
  );
});
