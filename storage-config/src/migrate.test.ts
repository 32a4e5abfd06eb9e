import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { migrate, type Migration, readMigrations, SchemaError } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('DROP TABLE IF EXISTS schema_migration, one, two');
});

const migration = (version: number, sql: string, checksum = sql): Migration => ({
  version,
  name: `000${version}_step.sql`,
  sql,
  checksum,
});
const ONE = migration(1, 'CREATE TABLE one (id integer)');
const TWO = migration(2, 'CREATE TABLE two (id integer)');

test('missing migrations are applied once and in order', async () => {
  expect(await migrate(database.pool, [ONE])).toEqual([ONE.name]);
  expect(await migrate(database.pool, [ONE, TWO])).toEqual([TWO.name]);
  expect(await migrate(database.pool, [ONE, TWO])).toEqual([]);
});

test('processes that migrate at once apply each migration once', async () => {
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.pool, [ONE, TWO])));
  expect(applied.flat().sort()).toEqual([ONE.name, TWO.name]);
});

test('a migration that fails leaves nothing of itself', async () => {
  const broken = migration(2, 'CREATE TABLE two (id integer); SELECT 1/0');
  await expect(migrate(database.pool, [ONE, broken])).rejects.toThrow(/0002_step.sql failed/);
  expect(
    (await database.pool.query(`SELECT to_regclass('two') AS two, to_regclass('one') AS one`)).rows,
  ).toEqual([{ two: null, one: 'one' }]);
  expect(await migrate(database.pool, [ONE, TWO])).toEqual([TWO.name]);
});

test('a database of a newer program is refused', async () => {
  await migrate(database.pool, [ONE, TWO]);
  await expect(migrate(database.pool, [ONE])).rejects.toThrow(SchemaError);
  await expect(migrate(database.pool, [ONE])).rejects.toThrow(/newer than this program/);
});

test('a migration that was altered after it was applied is refused', async () => {
  await migrate(database.pool, [ONE]);
  const altered = { ...ONE, checksum: 'another' };
  await expect(migrate(database.pool, [altered])).rejects.toThrow(
    /0001_step.sql was applied .* in another form/,
  );
});

test('the migrations of this program are numbered without gaps', async () => {
  const versions = (await readMigrations()).map(({ version }) => version);
  expect(versions).toEqual(versions.map((_, position) => position + 1));
  expect(versions.length).toBeGreaterThan(0);
});
