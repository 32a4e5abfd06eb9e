import type { ExamName } from '@hutong/conformance';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { addStudy } from '../decisions/testing.ts';
import { createHospital } from '../registry/hospitals.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { recordExamNames } from './examNames.ts';
import { listExamMappings, readNamedMappings } from './listMappings.ts';
import { listUnmappedExams } from './listUnmapped.ts';
import { readExamMappings } from './readMappings.ts';
import {
  comparedExam,
  endExamMapping,
  type NewExamMapping,
  previewExamMappings,
  saveExamMappings,
} from './saveMapping.ts';

const LI: Author = { kind: 'person', id: 'li', name: 'Dr Li' };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['h1', 'h2']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE study, exam_name, exam_mapping, reevaluation CASCADE'));

const name = (text: string, modality = 'MR'): ExamName => ({ code: '', scheme: '', name: text, modality });
const coded = (code: string, scheme = '', text = '', modality = 'MR'): ExamName => ({
  code,
  scheme,
  name: text,
  modality,
});

let studies = 0;

/** A study that was judged with the mappings of now. */
async function seen(names: ExamName[], hospital = 'h1'): Promise<number> {
  const id = await addStudy(database.pool, { hospital, uid: `9.${(studies += 1)}` });
  await record(id, names, hospital);
  return id;
}
async function record(id: number, names: ExamName[], hospital = 'h1'): Promise<boolean> {
  const used = await readExamMappings(database.pool, hospital, names);
  const again = await inTransaction(database.pool, (client) =>
    recordExamNames(client, [{ studyId: id, hospital, names, used }]),
  );
  return again.length === 0;
}
const mapping = (over: Partial<NewExamMapping>): NewExamMapping => ({
  hospital: 'h1',
  code: '',
  scheme: '',
  name: '',
  itemCodes: ['MR-01'],
  ...over,
});
const save = (mappings: NewExamMapping[], hospital = 'h1') =>
  inTransaction(database.pool, (client) => saveExamMappings(client, hospital, mappings, LI));
const unmapped = async (hospitals: string[] | null = null, q = '') =>
  (await listUnmappedExams(database.pool, { hospitals, q, after: null, limit: 50 })).exams.map(
    (exam) => `${exam.hospital} ${exam.code}${exam.name} ${exam.studies}`,
  );
const begun = async () =>
  (
    await database.pool.query<{ filter: unknown; total: number; requested_by: string }>(
      'SELECT filter, total, requested_by FROM reevaluation ORDER BY reevaluation_id',
    )
  ).rows;

describe('the list of exams that nobody mapped', () => {
  test('the most frequent exam stands first, with what the machine found', async () => {
    for (let i = 0; i < 3; i += 1) await seen([name('头颅MRI平扫')]);
    const one = await seen([name('膝关节MRI')]);
    await seen([name('膝关节MRI')], 'h2');
    await database.pool.query(
      `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict)
       VALUES ($1, 'h1', 'MR-11', 'REVIEW', 'PASS')`,
      [one],
    );
    expect(await unmapped()).toEqual(['h1 头颅MRI平扫 3', 'h1 膝关节MRI 1', 'h2 膝关节MRI 1']);
    expect(await unmapped(['h2'])).toEqual(['h2 膝关节MRI 1']);
    expect(await unmapped(null, '头颅')).toEqual(['h1 头颅MRI平扫 3']);
    expect(await unmapped(null, '%')).toEqual([]);
    const { exams, total } = await listUnmappedExams(database.pool, {
      hospitals: ['h1'],
      q: '',
      after: { studies: 3, id: 0 },
      limit: 50,
    });
    expect(total).toBe(2);
    expect(exams.map(({ judged }) => judged)).toEqual([
      { PASS: 0, FAIL: 0, REVIEW: 0, notListed: 3 },
      { PASS: 0, FAIL: 0, REVIEW: 1, notListed: 0 },
    ]);
  });

  test('pages follow each other', async () => {
    for (const text of ['甲部位', '乙部位', '丙部位']) await seen([name(text)]);
    await seen([name('乙部位')]);
    const found: string[] = [];
    let after: { studies: number; id: number } | null = null;
    for (;;) {
      const { exams } = await listUnmappedExams(database.pool, { hospitals: null, q: '', after, limit: 1 });
      const [exam] = exams;
      if (exam === undefined) break;
      found.push(exam.name);
      after = { studies: exam.studies, id: exam.id };
    }
    expect(found).toEqual(['乙部位', '甲部位', '丙部位']);
  });

  test('a mapped exam leaves it at once, and the other names of its studies once they are judged again', async () => {
    const names = [coded('1001', '99HIS', '头颅平扫'), name('颅脑')];
    const id = await seen(names);
    await save([mapping({ code: '1001' })]);
    expect(await unmapped()).toEqual(['h1 颅脑 1']);
    await record(id, names);
    expect(await unmapped()).toEqual([]);
  });

  test('a study that goes takes its exams along', async () => {
    const id = await seen([name('头颅MRI平扫')]);
    await database.pool.query('DELETE FROM study WHERE study_id = $1', [id]);
    expect(await unmapped()).toEqual([]);
  });

  test('names that PostgreSQL cannot hold, and more than any study has, do no harm', async () => {
    const many = Array.from({ length: 500 }, (_, i) => name(`部位${i}`));
    await seen([name('a\0\ud800b'), ...many]);
    expect((await unmapped()).length).toBe(20);
  });
});

describe('mapping', () => {
  test('an exam is mapped in place of what it was mapped to, and nothing is erased', async () => {
    expect(await save([mapping({ name: '头颅MRI平扫' })])).toEqual(['added']);
    expect(await save([mapping({ name: '头颅MRI平扫' })])).toEqual(['unchanged']);
    const changed = mapping({ name: '头颅MRI平扫', itemCodes: ['MR-02', 'MR-01', 'MR-02'] });
    expect(await previewExamMappings(database.pool, 'h1', [changed])).toEqual(['changed']);
    expect(await save([changed])).toEqual(['changed']);
    expect(
      await listExamMappings(database.pool, { hospitals: null, q: '', before: null, limit: 9 }),
    ).toMatchObject([{ name: '头颅MRI平扫', itemCodes: ['MR-01', 'MR-02'], author: LI, studies: 0 }]);
    const { rows } = await database.pool.query(
      'SELECT item_codes AS items, ended_by AS by FROM exam_mapping WHERE ended_at IS NOT NULL',
    );
    expect(rows).toEqual([{ items: ['MR-01'], by: 'Dr Li' }]);
  });

  test('exactly the studies that carry the exam are judged again', async () => {
    await seen([name('头颅MRI平扫')]);
    await seen([name('头颅MRI平扫')]);
    await seen([name('膝关节MRI')]);
    await seen([name('头颅MRI平扫')], 'h2');
    await save([mapping({ name: '头颅MRI平扫' }), mapping({ name: '没有做过的检查' })]);
    expect(await begun()).toEqual([
      {
        filter: { hospitals: ['h1'], examNames: [{ name: '头颅MRI平扫' }] },
        total: 2,
        requested_by: 'Dr Li',
      },
    ]);
  });

  test('where no study carries the exam, or nothing changes, nothing is judged again', async () => {
    await save([mapping({ name: '头颅MRI平扫' })]);
    await seen([name('头颅MRI平扫')]);
    await save([mapping({ name: '头颅MRI平扫' })]);
    expect(await begun()).toEqual([]);
  });

  test('ending a mapping has its studies judged again, and only who may see it can', async () => {
    await seen([coded('1001', '99HIS')]);
    await save([mapping({ code: '1001', scheme: '99HIS' })]);
    const [{ id } = { id: 0 }] = await listExamMappings(database.pool, {
      hospitals: ['h1'],
      q: '1001',
      before: null,
      limit: 9,
    });
    const end = (hospitals: string[] | null) =>
      inTransaction(database.pool, (client) => endExamMapping(client, id, hospitals, LI));
    expect(await end(['h2'])).toBeNull();
    expect(await end(['h1'])).toMatchObject({ code: '1001', scheme: '99HIS' });
    expect(await end(['h1'])).toBeNull();
    expect(await begun()).toHaveLength(1);
    expect(await unmapped()).toEqual(['h1 1001 1']);
  });

  test('two who map the same exam at once leave one entry', async () => {
    await Promise.all(
      ['MR-01', 'MR-02', 'MR-03', 'MR-04'].map((item) =>
        save([mapping({ name: '头颅MRI平扫', itemCodes: [item] })]),
      ),
    );
    const live = await readExamMappings(database.pool, 'h1');
    expect(live).toHaveLength(1);
  });

  test('a study that is judged while its exam is mapped has to be judged again', async () => {
    const names = [name('头颅MRI平扫')];
    const used = await readExamMappings(database.pool, 'h1', names);
    await save([mapping({ name: '头颅MRI平扫' })]);
    const id = await addStudy(database.pool, { uid: '9.0' });
    const again = await inTransaction(database.pool, (client) =>
      recordExamNames(client, [{ studyId: id, hospital: 'h1', names, used }]),
    );
    expect(again).toEqual([id]);
    expect(await record(id, names)).toBe(true);
  });

  test('studies of several hospitals are recorded at once, each with the exams and mappings of its own', async () => {
    const names = [name('头颅MRI平扫')];
    const first = await addStudy(database.pool, { uid: '9.10' });
    const second = await addStudy(database.pool, { uid: '9.11' });
    const elsewhere = await addStudy(database.pool, { hospital: 'h2', uid: '9.12' });
    await save([mapping({ name: '头颅MRI平扫' })]);
    const used = await readExamMappings(database.pool, 'h1', names);
    const again = await inTransaction(database.pool, (client) =>
      recordExamNames(client, [
        { studyId: first, hospital: 'h1', names, used },
        { studyId: second, hospital: 'h1', names, used: [] },
        { studyId: elsewhere, hospital: 'h2', names, used: [] },
      ]),
    );
    expect(again).toEqual([second]);
    const { rows } = await database.pool.query<{ study_id: number; hospital: string; mapped: boolean }>(
      `SELECT study_id, hospital_code AS hospital, mapped FROM study_exam_name JOIN exam_name USING (exam_name_id)
        ORDER BY study_id`,
    );
    expect(rows).toEqual([
      { study_id: first, hospital: 'h1', mapped: true },
      { study_id: second, hospital: 'h1', mapped: true },
      { study_id: elsewhere, hospital: 'h2', mapped: false },
    ]);
  });

  test('who maps waits for studies that are being saved, and has those judged again too', async () => {
    const names = [name('头颅MRI平扫')];
    const id = await addStudy(database.pool, { uid: '9.00' });
    let saving: Promise<unknown> = Promise.resolve();
    await inTransaction(database.pool, async (client) => {
      await recordExamNames(client, [{ studyId: id, hospital: 'h1', names, used: [] }]);
      saving = save([mapping({ name: '头颅MRI平扫' })]);
      await client.query('SELECT pg_sleep(0.2)');
    });
    await saving;
    expect(await begun()).toMatchObject([{ total: 1 }]);
  });
});

describe('what the engine is given', () => {
  test("a hospital's own mappings that hold, those alone that can speak of the study", async () => {
    await save([
      mapping({ name: '头颅MRI平扫' }),
      mapping({ code: '1001', scheme: '99HIS', itemCodes: [] }),
      mapping({ code: '1002', itemCodes: ['MR-02'] }),
    ]);
    await save([mapping({ hospital: 'h2', name: '膝关节MRI' })], 'h2');
    expect(await readExamMappings(database.pool, 'h1')).toEqual([
      { name: '头颅MRI平扫', itemCodes: ['MR-01'] },
      { code: '1001', scheme: '99HIS', itemCodes: [] },
      { code: '1002', itemCodes: ['MR-02'] },
    ]);
    expect(await readExamMappings(database.pool, 'h1', [coded('1002'), name('膝关节MRI')])).toEqual([
      { code: '1002', itemCodes: ['MR-02'] },
    ]);
    expect(await readExamMappings(database.pool, 'h1', [])).toEqual([]);
  });
});

test('mappings by code are known by the names that came with the code', async () => {
  await seen([coded('1001', '99HIS', '头颅平扫')]);
  await save([mapping({ code: '1001', scheme: '99HIS' }), mapping({ name: '颅脑' })]);
  expect(await readNamedMappings(database.pool, 'h1', 9)).toMatchObject([
    { code: '', names: ['颅脑'] },
    { code: '1001', names: ['头颅平扫'] },
  ]);
  expect(await readNamedMappings(database.pool, 'h2', 9)).toEqual([]);
});

test('exams are compared by code, or by name without what nobody reads', () => {
  expect(comparedExam({ code: ' 1００1 ', scheme: '99his', name: 'x' })).toEqual({
    code: '1001',
    scheme: '99HIS',
    name: '',
  });
  expect(comparedExam({ code: ' ', scheme: 'x', name: ' 头颅\u0007 MRI　平扫 ' })).toEqual({
    code: '',
    scheme: '',
    name: '头颅 MRI 平扫',
  });
});
