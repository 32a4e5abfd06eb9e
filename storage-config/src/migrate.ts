import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';
import { putShippedCatalogues } from './catalogues/shipped.ts';
import { waitAsLongAsItTakes } from './database.ts';

/** The database's schema cannot be used by this version of the program; the message says why and what to do. */
export class SchemaError extends Error {
  override name = 'SchemaError';
}

export interface Migration {
  version: number;
  name: string;
  sql: string;
  checksum: string;
}

const FOLDER = new URL('../migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/;
// Any fixed number will do, as long as every version of the program takes the same one.
const LOCK = 0x4855_544f;

/** The numbered migrations that belong to this version of the program, in order. */
export async function readMigrations(folder: URL = FOLDER): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, position) => {
      const match = FILE_NAME.exec(name);
      if (match === null || Number(match[1]) !== position + 1) {
        throw new SchemaError(
          `migration ${name}: expected the number ${String(position + 1).padStart(4, '0')}`,
        );
      }
      const sql = await readFile(new URL(name, folder), 'utf8');
      const checksum = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { version: position + 1, name, sql, checksum };
    }),
  );
}

/**
 * Brings the schema up to this version of the program: each missing migration in a transaction of its own,
 * one process at a time; then puts in the mutual-recognition lists that come with it. Returns the names that were applied, none when the schema was current.
 *
 * @throws SchemaError when the database was migrated by a newer program, or a migration that was applied has
 * been altered since
 */
export async function migrate(pool: pg.Pool, migrations?: readonly Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  const client = await pool.connect();
  try {
    await client.query('SET statement_timeout = 0');
    waitAsLongAsItTakes(client);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS schema_migration (
         version    integer PRIMARY KEY,
         name       text NOT NULL,
         checksum   text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now()
       )`,
    );
    const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
      'SELECT version, name, checksum FROM schema_migration ORDER BY version',
    );
    const pending = checkApplied(rows, wanted);
    for (const migration of pending) await apply(client, migration);
    if (migrations === undefined) await putCatalogues(client);
    return pending.map((migration) => migration.name);
  } finally {
    // Ends the session, and with it the lock and the settings.
    client.release(true);
  }
}

function checkApplied(
  applied: readonly { version: number; name: string; checksum: string }[],
  wanted: readonly Migration[],
): readonly Migration[] {
  applied.forEach((row, position) => {
    const migration = wanted[position];
    if (row.version !== position + 1) {
      throw new SchemaError(`the database lacks migration ${position + 1} although a later one was applied`);
    }
    if (migration === undefined) {
      throw new SchemaError(
        `the database is newer than this program: it has migration ${row.name}, this program knows ` +
          `${wanted.length}; run the version that made it, or a later one`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new SchemaError(
        `migration ${row.name} was applied to this database in another form than this program carries; ` +
          'restore the file, or start with a fresh database when this one was made by an unreleased version',
      );
    }
  });
  return wanted.slice(applied.length);
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)', [
      migration.version,
      migration.name,
      migration.checksum,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new SchemaError(`migration ${migration.name} failed and was rolled back: ${String(error)}`, {
      cause: error,
    });
  }
}

async function putCatalogues(client: pg.PoolClient): Promise<void> {
  await client.query('BEGIN');
  try {
    await putShippedCatalogues(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
