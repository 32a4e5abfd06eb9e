import type pg from 'pg';

/**
 * When the index was made. Objects of before it came to the bucket under another index, which was lost or is restored
 * elsewhere: that no row of this one points to them does not say that nobody needs them.
 */
export async function indexMadeAt(index: pg.Pool): Promise<Date> {
  const { rows } = await index.query<{ at: Date | null }>(
    'SELECT min(applied_at) AS at FROM schema_migration',
  );
  return rows[0]?.at ?? new Date();
}
