import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldName } from './foldName.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test.each([
  ['Łukasz^Ørsted', 'LUKASZ^ORSTED'],
  ['Đặng^Weiß', 'DANG^WEISS'],
  ['ẞ Æsa œuvre Þór Ðe ħ ŧ ı ǽ ǿ', 'SS AESA OEUVRE THOR DE H T I AE O'],
  ['Müller^Jörg^^', 'MULLER^JORG'],
  [' LI  MING\u00a0 ^ A^ ', 'LI MING^A'],
  ['ＺＨＡＮＧ　ＳＡＮ', 'ZHANG SAN'],
  ['阿卜杜拉•买买提', '阿卜杜拉·买买提'],
  ['玛丽・居里･甲‧乙', '玛丽·居里·甲·乙'],
  ["O'Brien-Smith", "O'BRIEN-SMITH"],
  ['^', ''],
  ['', ''],
])(
  '%j is folded to %j by the index, and by the server but for case and empty components',
  async (name, folded) => {
    const { rows } = await database.pool.query<{ folded: string }>('SELECT person_name_fold($1) AS folded', [
      name,
    ]);
    expect(rows[0]?.folded).toBe(folded);
    expect(
      foldName(name)
        .replace(/[ ^]+$/, '')
        .toUpperCase(),
    ).toBe(folded);
  },
);

test('what is folded stays as it is when it is folded again', async () => {
  const { rows } = await database.pool.query<{ once: string; twice: string }>(
    `SELECT person_name_fold(name) AS once, person_name_fold(person_name_fold(name)) AS twice
       FROM unnest(ARRAY['Łukasz^ Ø', 'ẞ^ß', 'ǽ  ･', ' ^ ^ ']) AS name`,
  );
  for (const { once, twice } of rows) expect(twice).toBe(once);
});
