import type pg from 'pg';

// Any fixed number will do, as long as every process takes the same one.
const LOCK = 0x4855_5443;

/**
 * Until the end of the transaction: `shared` by those who judge a study by what is in force, so that the list they chose
 * still is when their result stands; `alone` by who changes what is in force.
 */
export async function lockCatalogues(client: pg.PoolClient, how: 'shared' | 'alone'): Promise<void> {
  await client.query(
    how === 'alone' ? 'SELECT pg_advisory_xact_lock($1)' : 'SELECT pg_advisory_xact_lock_shared($1)',
    [LOCK],
  );
}
