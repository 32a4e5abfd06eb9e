import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { fillNamePinyin, namePinyin } from './namePinyin.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A')`);
});
afterAll(() => database.drop());

test.each([
  ['张^伟', '^ZHANGWEI ^WEI ~ZW'],
  ['单^小龙', '^SHANXIAOLONG ^XIAOLONG ^LONG ~SXL'],
  ['曾^志伟', '^ZENGZHIWEI ^ZHIWEI ^WEI ~ZZW'],
  ['解^晓东', '^XIEXIAODONG ^XIAODONG ^DONG ~XXD'],
  ['仇^和', '^QIUHE ^HE ~QH'],
  ['欧阳^明', '^OUYANGMING ^YANGMING ^MING ~OYM'],
  ['吕^布', '^LVBU ^BU ^LUBU ^LYUBU ~LB'],
  ['ZHONG^JIANHUA', '^ZHONGJIANHUA'],
  ['Müller^Jörg', '^MULLERJORG'],
  ['MADONNA', ''],
  ['', ''],
  ['^', ''],
])('%s is found by %s', (name, expected) => {
  expect(namePinyin([name])).toBe(expected);
});

test('each group that is written in Han characters is read', () => {
  expect(namePinyin(['ZHANG^WEI', '张^伟', '张^维'])).toBe('^ZHANGWEI ^WEI ~ZW');
  expect(namePinyin(['王^芳', '', '李^娜'])).toBe('^WANGFANG ^FANG ~WF ^LINA ^NA ~LN');
});

const addStudy = async (uid: string, name: string): Promise<void> => {
  await database.pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_name_ideographic) VALUES ('a', $1, $2)`,
    [uid, name],
  );
};
const pinyinOf = async (uid: string): Promise<string | null> => {
  const { rows } = await database.pool.query<{ pinyin: string | null }>(
    'SELECT patient_name_pinyin AS pinyin FROM study WHERE study_instance_uid = $1',
    [uid],
  );
  return rows[0]?.pinyin ?? null;
};

test('studies of an older version get their pinyin, also in several processes at once', async () => {
  await addStudy('1.1', '张^伟');
  await addStudy('1.2', '');
  await Promise.all([fillNamePinyin(database.pool), fillNamePinyin(database.pool)]);
  expect(await pinyinOf('1.1')).toBe('^ZHANGWEI ^WEI ~ZW');
  expect(await pinyinOf('1.2')).toBe('');
  expect(await fillNamePinyin(database.pool)).toBe(0);
});

test('a name that is changed without its pinyin is read again', async () => {
  await addStudy('1.3', '王^芳');
  await fillNamePinyin(database.pool);
  await database.pool.query(
    `UPDATE study SET patient_name_ideographic = '李^娜' WHERE study_instance_uid = '1.3'`,
  );
  expect(await pinyinOf('1.3')).toBeNull();
  expect(await fillNamePinyin(database.pool)).toBe(1);
  expect(await pinyinOf('1.3')).toBe('^LINA ^NA ~LN');
  await database.pool.query(`UPDATE study SET study_description = 'x' WHERE study_instance_uid = '1.3'`);
  expect(await pinyinOf('1.3')).toBe('^LINA ^NA ~LN');
});
