import type pg from 'pg';
import { inTransaction, letStatementsRun } from '../database.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** What a hospital stores, and how much it may. */
export interface HospitalUsage {
  hospital: string;
  nameZh: string;
  nameEn: string;
  /** Objects of instances, of what was replaced or deleted and is still kept, and of what was kept aside. */
  bytes: number;
  studies: number;
  instances: number;
  /** When all of it was last counted, the studies too; null: never, and what is stored is added from the first on. */
  countedAt: Date | null;
  /** null: no limit. */
  maxBytes: number | null;
}

/** Counts what every hospital stores from the rows themselves: minutes in an archive of many millions of instances. */
export async function countUsage(index: pg.Pool): Promise<void> {
  await inTransaction(index, async (client) => {
    await letStatementsRun(client, 0);
    await client.query(COUNT);
  });
}

const COUNT = `INSERT INTO hospital_usage (hospital_code, bytes, studies, instances, counted_at)
     SELECT h.code, coalesce(i.bytes, 0) + coalesce(f.bytes, 0) + coalesce(k.bytes, 0), coalesce(s.studies, 0),
            coalesce(i.instances, 0), now()
       FROM hospital h
       LEFT JOIN (SELECT hospital_code, sum(object_size) AS bytes, count(*) AS instances
                    FROM instance GROUP BY hospital_code) AS i ON i.hospital_code = h.code
       LEFT JOIN (SELECT hospital_code, sum(object_size) AS bytes FROM former_instance
                   WHERE recovered_at IS NULL AND removed_at IS NULL GROUP BY hospital_code) AS f ON f.hospital_code = h.code
       LEFT JOIN (SELECT hospital_code, sum(object_size) AS bytes FROM kept_aside GROUP BY hospital_code) AS k
         ON k.hospital_code = h.code
       LEFT JOIN (SELECT hospital_code, count(*) AS studies FROM study GROUP BY hospital_code) AS s
         ON s.hospital_code = h.code
     ON CONFLICT (hospital_code) DO UPDATE
        SET bytes = EXCLUDED.bytes, studies = EXCLUDED.studies, instances = EXCLUDED.instances, counted_at = EXCLUDED.counted_at`;

/** Adds what was stored since the last count. */
export async function addUsage(
  client: Queryable,
  added: readonly { hospital: string; bytes: number; instances: number }[],
): Promise<void> {
  if (added.length === 0) return;
  await client.query(
    `INSERT INTO hospital_usage (hospital_code, bytes, studies, instances, counted_at)
     SELECT hospital, bytes, 0, instances, '-infinity'
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS a (hospital, bytes, instances)
     ON CONFLICT (hospital_code) DO UPDATE
        SET bytes = hospital_usage.bytes + EXCLUDED.bytes, instances = hospital_usage.instances + EXCLUDED.instances`,
    [added.map((one) => one.hospital), added.map((one) => one.bytes), added.map((one) => one.instances)],
  );
}

/** @param hospitals whose usage is read; null: of all */
export async function readUsage(
  client: Queryable,
  hospitals: readonly string[] | null,
): Promise<HospitalUsage[]> {
  const { rows } = await client.query<HospitalUsage>(
    `SELECT h.code AS hospital, h.name_zh AS "nameZh", h.name_en AS "nameEn", coalesce(u.bytes, 0) AS bytes,
            coalesce(u.studies, 0) AS studies, coalesce(u.instances, 0) AS instances,
            nullif(u.counted_at, '-infinity') AS "countedAt", q.max_bytes AS "maxBytes"
       FROM hospital h LEFT JOIN hospital_usage u ON u.hospital_code = h.code
       LEFT JOIN hospital_quota q ON q.hospital_code = h.code
      WHERE $1::text[] IS NULL OR h.code = ANY ($1)
      ORDER BY h.code`,
    [hospitals],
  );
  return rows;
}

/**
 * Says how much a hospital may store; null lifts the limit.
 *
 * @param setBy who says so
 * @returns false when there is no such hospital
 */
export async function setQuota(
  client: Queryable,
  { hospital, maxBytes, setBy }: { hospital: string; maxBytes: number | null; setBy: string },
): Promise<boolean> {
  if (maxBytes === null)
    await client.query('DELETE FROM hospital_quota WHERE hospital_code = $1', [hospital]);
  else
    await client.query(
      `INSERT INTO hospital_quota (hospital_code, max_bytes, set_by)
       SELECT code, $2, $3 FROM hospital WHERE code = $1
       ON CONFLICT (hospital_code) DO UPDATE SET max_bytes = EXCLUDED.max_bytes, set_by = EXCLUDED.set_by, set_at = now()`,
      [hospital, maxBytes, setBy],
    );
  const { rowCount } = await client.query('SELECT FROM hospital WHERE code = $1', [hospital]);
  return rowCount === 1;
}
