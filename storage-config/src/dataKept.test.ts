import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
let database: TestDatabase;
let rows: { table: string; until: string; file: string | null }[];

beforeAll(async () => {
  database = await createTestDatabase();
  const text = await readFile(path.join(ROOT, 'docs/data-kept.md'), 'utf8');
  rows = [...text.matchAll(/^\| `([a-z_]+)`\s*\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm)].map(
    ([, table = '', , until = '', file = '']) => ({
      table,
      until: until.trim(),
      file: file.trim() === '—' ? null : file.trim().replaceAll('`', ''),
    }),
  );
});
afterAll(() => database.drop());

test('docs/data-kept.md says of every table what it holds of persons, and until when', async () => {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE '%migration%' ORDER BY 1`,
  );
  expect(rows.map(({ table }) => table).sort()).toEqual(tables.map(({ name }) => name));
});

test('where an end is said to be written, the rows or what they hold end there', async () => {
  const wrong: string[] = [];
  for (const { table, file } of rows) {
    if (file === null) continue;
    const code = await readFile(path.join(ROOT, file), 'utf8').catch(() => '');
    if (!new RegExp(`(DELETE FROM|UPDATE|ON CONFLICT|INSERT INTO) (public\\.)?${table}\\b`).test(code))
      wrong.push(`${table} in ${file}`);
  }
  expect(wrong).toEqual([]);
});

test('rows that are said to go with their study, share or session are taken by a foreign key', async () => {
  const { rows: keys } = await database.pool.query<{ child: string; parent: string }>(
    `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent
       FROM pg_constraint WHERE contype = 'f' AND confdeltype = 'c'`,
  );
  const wrong = rows
    .map(({ table, until }) => ({ table, parent: /^With its (study|share|session)$/.exec(until)?.[1] }))
    .filter(({ parent }) => parent !== undefined)
    .filter(({ table, parent }) => !reaches(table, parent ?? '', keys));
  expect(wrong).toEqual([]);
});

function reaches(child: string, parent: string, keys: { child: string; parent: string }[]): boolean {
  const parents = keys.filter((key) => key.child === child && key.parent !== child);
  return parents.some((key) => key.parent === parent || reaches(key.parent, parent, keys));
}
