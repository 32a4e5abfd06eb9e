import type pg from 'pg';

/**
 * Locks the exam tables of hospitals until the end of the transaction. Who changes it stands alone, so that two who map the
 * same exam do not both find it unmapped, and waits for studies whose results are being saved: of those it then knows.
 */
export async function lockExamTable(
  client: pg.PoolClient,
  hospitals: string | readonly string[],
  how: 'alone' | 'shared',
): Promise<void> {
  const lock = how === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
  // In one order, so that no two transactions wait for each other.
  await client.query(
    `SELECT ${lock}(hashtextextended('exam_mapping ' || hospital, 0)) FROM unnest($1::text[]) AS hospital`,
    [[hospitals].flat().toSorted()],
  );
}
