import type pg from 'pg';

type Queryable = pg.Pool | pg.PoolClient;

/** What was wrong in a file, and where; never values of it. */
export interface InboxError {
  at: string;
  zh: string;
  en: string;
}

/** Entries that a file held, by kind. */
export interface InboxCounts {
  patients?: number;
  orders?: number;
  reports?: number;
}

export interface InboxFile {
  id: number;
  hospital: string;
  nameZh: string;
  nameEn: string;
  name: string;
  size: number;
  state: 'done' | 'failed';
  counts: InboxCounts;
  errors: InboxError[];
  seen: boolean;
  takenAt: Date;
}

export interface TakenFile {
  hospital: string;
  name: string;
  size: number;
  sha256: Buffer;
}

/** Whether this very file of the hospital was taken before, and how that ended; null: it was not. */
export async function findTaken(client: Queryable, file: TakenFile): Promise<'done' | 'failed' | null> {
  const { rows } = await client.query<{ state: 'done' | 'failed' }>(
    'SELECT state FROM inbox_file WHERE hospital_code = $1 AND name = $2 AND content_sha256 = $3',
    [file.hospital, file.name, file.sha256],
  );
  return rows[0]?.state ?? null;
}

/**
 * Records that a file was taken. Of one that failed before, what came of it now holds. Belongs into the transaction that
 * keeps what the file says.
 */
export async function recordTaken(
  client: Queryable,
  file: TakenFile,
  state: 'done' | 'failed',
  counts: InboxCounts,
  errors: readonly InboxError[],
): Promise<void> {
  await client.query(
    `INSERT INTO inbox_file (hospital_code, name, size, content_sha256, state, counts, errors)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (hospital_code, name, content_sha256) DO UPDATE
        SET state = EXCLUDED.state, counts = EXCLUDED.counts, errors = EXCLUDED.errors, taken_at = now(),
            seen_at = NULL, seen_by = ''`,
    [file.hospital, file.name, file.size, file.sha256, state, JSON.stringify(counts), JSON.stringify(errors)],
  );
}

export interface InboxFilter {
  hospitals: readonly string[] | null;
  state: 'done' | 'failed' | null;
  before: number | null;
  limit: number;
}

/** Files that were taken, the newest first. */
export async function listInbox(client: Queryable, filter: InboxFilter): Promise<InboxFile[]> {
  const { rows } = await client.query<InboxFile>(
    `SELECT i.inbox_file_id AS id, i.hospital_code AS hospital, h.name_zh AS "nameZh", h.name_en AS "nameEn", i.name, i.size,
            i.state, i.counts, i.errors, i.seen_at IS NOT NULL AS seen, i.taken_at AS "takenAt"
       FROM inbox_file i JOIN hospital h ON h.code = i.hospital_code
      WHERE ($1::text[] IS NULL OR i.hospital_code = ANY ($1)) AND ($2::text IS NULL OR i.state = $2)
        AND ($3::bigint IS NULL OR i.inbox_file_id < $3)
      ORDER BY i.inbox_file_id DESC LIMIT $4`,
    [filter.hospitals, filter.state, filter.before, filter.limit],
  );
  return rows;
}

/** Files that failed and that nobody saw yet. */
export async function countUnseenFailures(
  client: Queryable,
  hospitals: readonly string[] | null,
): Promise<number> {
  const { rows } = await client.query<{ failed: number }>(
    `SELECT count(*)::integer AS failed FROM inbox_file
      WHERE state = 'failed' AND seen_at IS NULL AND ($1::text[] IS NULL OR hospital_code = ANY ($1))`,
    [hospitals],
  );
  return rows[0]?.failed ?? 0;
}

/** Says that a failure was seen. Returns the hospital; null: there is no such file in these hospitals. */
export async function markSeen(
  client: Queryable,
  id: number,
  hospitals: readonly string[] | null,
  by: string,
): Promise<string | null> {
  const { rows } = await client.query<{ hospital: string }>(
    `UPDATE inbox_file SET seen_at = coalesce(seen_at, now()), seen_by = CASE WHEN seen_at IS NULL THEN $3 ELSE seen_by END
      WHERE inbox_file_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2)) RETURNING hospital_code AS hospital`,
    [id, hospitals, by],
  );
  return rows[0]?.hospital ?? null;
}
