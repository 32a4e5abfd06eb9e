import type pg from 'pg';
import { hashSecret, newSecret } from '../secrets.ts';

/** How long what a search found may be opened, in minutes. */
const REFERENCE_MINUTES = 20;
/** Wrong answers after which a reference is worth nothing any more. */
export const MAX_REFERENCE_FAILURES = 5;
/** Searches of one person within {@link SEARCH_MINUTES}. */
export const MAX_SEARCHES = 30;
export const SEARCH_MINUTES = 10;

/** A study that was found, and for whom. */
export interface FoundElsewhere {
  hospital: string;
  studyInstanceUid: string;
  viewing: string;
}

/** Counts a search. False: there were too many lately. */
export async function countSearch(pool: pg.Pool, account: string): Promise<boolean> {
  const { rows } = await pool.query<{ searches: number }>(
    `INSERT INTO access_search AS known (account_id, since, searches) VALUES ($1, now(), 1)
     ON CONFLICT (account_id) DO UPDATE
        SET searches = CASE WHEN known.since < now() - make_interval(mins => $2) THEN 1 ELSE known.searches + 1 END,
            since = CASE WHEN known.since < now() - make_interval(mins => $2) THEN now() ELSE known.since END
     RETURNING searches`,
    [account, SEARCH_MINUTES],
  );
  return (rows[0]?.searches ?? 0) <= MAX_SEARCHES;
}

/** References to what was found, in order; good for one account, for some minutes. */
export async function noteReferences(
  pool: pg.Pool,
  account: string,
  found: readonly FoundElsewhere[],
): Promise<string[]> {
  const references = found.map(() => newSecret('hta'));
  // Also where nothing was found, so that the statement says nothing of what was.
  await pool.query(
    `WITH gone AS (DELETE FROM access_reference WHERE expires_at < now())
     INSERT INTO access_reference (reference_hash, account_id, viewing_hospital, hospital_code, study_instance_uid, expires_at)
     SELECT hash, $1, viewing, hospital, study, now() + make_interval(mins => $6)
       FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[]) AS found (hash, viewing, hospital, study)`,
    [
      account,
      references.map(hashSecret),
      found.map(({ viewing }) => viewing),
      found.map(({ hospital }) => hospital),
      found.map(({ studyInstanceUid }) => studyInstanceUid),
      REFERENCE_MINUTES,
    ],
  );
  return references;
}

/** What a reference stands for; null when it is nobody's, another's, or worn out. */
export async function findReference(
  pool: pg.Pool,
  account: string,
  reference: string,
): Promise<FoundElsewhere | null> {
  const { rows } = await pool.query<FoundElsewhere>(
    `SELECT hospital_code AS hospital, study_instance_uid AS "studyInstanceUid", viewing_hospital AS viewing
       FROM access_reference
      WHERE reference_hash = $1 AND account_id = $2 AND expires_at > now() AND failures < $3`,
    [hashSecret(reference), account, MAX_REFERENCE_FAILURES],
  );
  return rows[0] ?? null;
}

/** Counts an attempt before it is tried, so that many at once are no more than one after the other. False: too many. */
export async function countAttempt(pool: pg.Pool, account: string, reference: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE access_reference SET failures = failures + 1
      WHERE reference_hash = $1 AND account_id = $2 AND failures < $3 AND expires_at > now()`,
    [hashSecret(reference), account, MAX_REFERENCE_FAILURES],
  );
  return rowCount === 1;
}
