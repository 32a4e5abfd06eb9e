import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { exportRegistryTable, templateOf } from './exportTable.ts';
import { createHospital, listHospitals } from './hospitals.ts';
import { type ImportGrounds, importRegistryTable } from './importTable.ts';
import { knownItems } from './knownItems.ts';
import { listEvaluations } from './evaluations.ts';
import { WHOLE_REGISTRY } from './registryView.ts';
import { writeCsv } from '../writeCsv.ts';
import { workbookParts, zipOf } from './sheets/testing.ts';
import { REGISTRY_TABLES, type RegistryTable } from './tableColumns.ts';

const AUTHOR = { kind: 'machine', id: 'qc', name: '质控' } as const;
let database: TestDatabase;
let grounds: ImportGrounds;

beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, { code: 'a', nameZh: '甲医院', nameEn: 'A' });
  await createHospital(database.pool, { code: 'b', nameZh: '乙医院', nameEn: 'B' });
  grounds = {
    view: WHOLE_REGISTRY,
    items: await knownItems(database.pool),
    defaultScope: '龙南市',
    administers: true,
    deviceHospitals: null,
  };
});
afterAll(() => database.drop());

const take = (
  table: RegistryTable,
  text: string | Uint8Array,
  { dryRun = false, ...change }: Partial<ImportGrounds> & { dryRun?: boolean } = {},
) =>
  importRegistryTable(
    database.pool,
    table,
    typeof text === 'string' ? Buffer.from(text) : text,
    { ...grounds, ...change },
    AUTHOR,
    dryRun,
  );

test('evaluations come in from Chinese heads and days, are tried out first, and come again without effect', async () => {
  const text = [
    '医院,互认项目,评价日期,评价结果,文号',
    '甲医院,CT-01 ct-05,2026年3月15日,合格,质控〔2026〕1号',
    'b,MR-01,2026/3/1,不合格,',
  ].join('\n');
  expect(await take('evaluations', text, { dryRun: true })).toEqual({
    added: 3,
    changed: 0,
    unchanged: 0,
    faults: [],
  });
  expect(await listEvaluations(database.pool, WHOLE_REGISTRY, { limit: 10 })).toEqual([]);
  expect((await take('evaluations', text)).added).toBe(3);
  expect(await take('evaluations', text)).toMatchObject({ added: 0, unchanged: 3 });
  expect(
    await listEvaluations(database.pool, WHOLE_REGISTRY, { hospital: 'a', item: 'CT-05', limit: 10 }),
  ).toMatchObject([
    { evaluatedAt: '2026-03-15', validUntil: '2026-09-15', result: 'passed', document: '质控〔2026〕1号' },
  ]);
});

test('every line that does not fit is named in both languages, and then nothing is taken', async () => {
  const before = await listEvaluations(database.pool, WHOLE_REGISTRY, { limit: 50 });
  const { faults, ...counts } = await take(
    'evaluations',
    [
      'Hospital;Item;Evaluated on;Result;Scope',
      'a;CT-02;2026-05-01;passed;',
      'nowhere;CT-02;2026-05-01;passed;',
      'a;CT-99;2026-05-01;passed;',
      'a;CT-02;2026-02-30;passed;',
      'a;CT-02;2999-01-01;passed;',
      'a;CT-02;2026-05-01;good;',
      'a;CT-02;2026-05-01;passed;火星',
      'a;CT-02;2026-05-01;failed;',
      'a;;2026-05-01;failed;',
    ].join('\r\n'),
  );
  expect(counts).toEqual({ added: 0, changed: 0, unchanged: 0 });
  expect(faults.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  for (const { text } of faults) {
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(text.en).not.toMatch(/undefined/);
  }
  expect(await listEvaluations(database.pool, WHOLE_REGISTRY, { limit: 50 })).toEqual(before);
});

test('workbooks come in too, but no formulas', async () => {
  const row = (n: number, date: string) =>
    `<row r="${n}"><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>DR-01</t></is></c>${date}<c t="inlineStr"><is><t>合格</t></is></c></row>`;
  const heads =
    '<row r="1">' +
    ['医院', '互认项目', '评价日期', '评价结果']
      .map((head) => `<c t="inlineStr"><is><t>${head}</t></is></c>`)
      .join('') +
    '</row>';
  const book = (...rows: string[]) => zipOf(workbookParts(heads + rows.join('')));
  expect(await take('evaluations', book(row(2, '<c s="1"><v>46280</v></c>')))).toMatchObject({
    added: 1,
    faults: [],
  });
  const { faults } = await take('evaluations', book(row(7, '<c s="1"><f>TODAY()</f><v>46280</v></c>')));
  expect(faults.map(({ line, text }) => [line, text.en])).toEqual([[7, expect.stringContaining('formula')]]);
});

test('S0: a table from a hospital qualifies nobody', async () => {
  const own = { hospitals: ['a'], centres: [] };
  const { faults } = await take('evaluations', '医院,互认项目,评价日期,评价结果\na,CT-03,2026-05-01,合格\n', {
    view: own,
  });
  expect(faults).toHaveLength(1);
});

test('hospitals are added and changed, by who may', async () => {
  const text = '代码,名称,等级,行政区划\na,甲医院,三甲,360783\nc,丙卫生院,乡镇卫生院,\n';
  const own = { view: { hospitals: ['a'], centres: [] }, administers: false };
  expect((await take('hospitals', text, own)).faults.map(({ line }) => line)).toEqual([2, 3]);
  expect((await take('hospitals', text, { administers: false })).faults.map(({ line }) => line)).toEqual([3]);
  expect(await take('hospitals', text)).toMatchObject({ added: 1, changed: 1, unchanged: 0 });
  expect(await take('hospitals', text)).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
  expect((await listHospitals(database.pool)).map(({ code, level }) => [code, level])).toEqual([
    ['a', '三级甲等'],
    ['b', ''],
    ['c', '乡镇卫生院'],
  ]);
  expect((await take('hospitals', '代码,名称,等级\na,甲医院,好\n')).faults).toHaveLength(1);
  expect((await take('hospitals', '名称\n甲医院\n')).faults[0]?.text.zh).toContain('医院代码');
});

test('device tests of a hospital come from itself, of others they are absent', async () => {
  const text = '医院,设备序列号,检测日期,检测结果\na,S-1,2026-03-01,合格\n';
  expect((await take('deviceTests', text, { deviceHospitals: ['b'] })).faults).toHaveLength(1);
  expect(await take('deviceTests', text, { deviceHospitals: ['a'] })).toMatchObject({ added: 1 });
  expect(await take('deviceTests', text)).toMatchObject({ added: 0, unchanged: 1 });
});

test('what goes out comes in again without effect, and templates have the heads of what comes in', async () => {
  for (const table of REGISTRY_TABLES)
    for (const language of ['zh', 'en'] as const) {
      const cells = await exportRegistryTable(database.pool, table, WHOLE_REGISTRY, language);
      expect(cells.length).toBeGreaterThan(1);
      expect(await take(table, writeCsv(cells))).toEqual({
        added: 0,
        changed: 0,
        unchanged: cells.length - 1,
        faults: [],
      });
      const faults = (await take(table, writeCsv(templateOf(table, language)), { dryRun: true })).faults;
      expect(faults.filter(({ line }) => line === 1)).toEqual([]);
    }
});
