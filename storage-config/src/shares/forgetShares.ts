import type pg from 'pg';
import type { ObjectStore } from '../objectStore.ts';
import { FAILURES_KEPT_DAYS } from './shareFailures.ts';

const BATCH = 200;

/**
 * Forgets shares that ended more than `days` ago: guardians' names, notes, who opened them from where, and files that came
 * back, first the objects and then their rows. What is on record about them in the audit trail stays. Shares of studies under
 * a legal hold stay until that is released. Wrong factors, and links that led nowhere, go after days of their own.
 *
 * @param days 0 keeps all shares
 * @returns how many shares went
 */
export async function forgetShares(index: pg.Pool, objects: ObjectStore, days: number): Promise<number> {
  await index.query('DELETE FROM share_failure WHERE at < now() - make_interval(days => $1)', [
    FAILURES_KEPT_DAYS,
  ]);
  if (days === 0) return 0;
  let forgotten = 0;
  for (;;) {
    const { rows } = await index.query<{ id: string; keys: string[] }>(
      `SELECT h.share_id AS id,
              ARRAY(SELECT object_key FROM share_reply r WHERE r.share_id = h.share_id) AS keys
         FROM share h
        WHERE least(h.revoked_at, h.expires_at) < now() - make_interval(days => $1)
          AND NOT EXISTS (SELECT FROM share_study s WHERE s.share_id = h.share_id
                             AND is_study_held(h.hospital_code, s.study_instance_uid))
        LIMIT ${BATCH}`,
      [days],
    );
    for (const key of rows.flatMap(({ keys }) => keys)) await objects.delete(key);
    await index.query('DELETE FROM share WHERE share_id = ANY ($1::uuid[])', [rows.map(({ id }) => id)]);
    forgotten += rows.length;
    if (rows.length < BATCH) return forgotten;
  }
}
