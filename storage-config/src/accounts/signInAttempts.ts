import type pg from 'pg';

/** Attempts that are free, and how long each further one locks, in seconds: doubled each time, up to the longest. */
const FREE_ATTEMPTS = { name: 5, address: 50 };
const FIRST_LOCK_SECONDS = 30;
const LONGEST_LOCK_SECONDS = 3600;
/** Failures older than this are forgotten, in seconds. */
const MEMORY_SECONDS = 24 * 3600;

/** By what attempts are counted: the name that was typed, known or not, and the address they came from. */
export interface SignInSubject {
  username: string;
  address: string;
}

const nameOf = ({ username }: Pick<SignInSubject, 'username'>): string => `name ${username}`;
const addressOf = ({ address }: SignInSubject): string => `address ${address}`;

/**
 * Counts an attempt before it is tried, so that a thousand at once are no more than one after the other. Returns the
 * seconds until another is taken; 0: this one may be tried.
 */
export async function countAttempt(pool: pg.Pool, subject: SignInSubject): Promise<number> {
  const { rows } = await pool.query<{ seconds: number | null }>(
    `WITH given AS (SELECT * FROM unnest($1::text[], $2::integer[]) AS given (subject, free)),
     locked AS (SELECT max(f.locked_until) AS until FROM sign_in_failure f JOIN given USING (subject)
                 WHERE f.locked_until > now()),
     counted AS (
       INSERT INTO sign_in_failure AS f (subject, failures, last_at)
       SELECT subject, 1, now() FROM given WHERE (SELECT until FROM locked) IS NULL ORDER BY subject
       ON CONFLICT (subject) DO UPDATE
          SET failures = CASE WHEN f.last_at < now() - make_interval(secs => $5) THEN 1 ELSE f.failures + 1 END,
              last_at = now(),
              locked_until =
                CASE WHEN f.locked_until > now() THEN f.locked_until
                     WHEN f.last_at >= now() - make_interval(secs => $5)
                          AND f.failures >= (SELECT free FROM given WHERE given.subject = f.subject)
                     THEN now() + make_interval(secs => least($3 * 2.0 ^ least(f.failures
                            - (SELECT free FROM given WHERE given.subject = f.subject), 20), $4)) END
       -- Another attempt locked it in the meantime: then this one is not to be tried either.
       RETURNING CASE WHEN f.failures > (SELECT free FROM given WHERE given.subject = f.subject) + 1
                      THEN f.locked_until END AS until)
     SELECT extract(epoch FROM greatest((SELECT until FROM locked), (SELECT max(until) FROM counted)) - now())::float8 AS seconds`,
    [
      [addressOf(subject), nameOf(subject)],
      [FREE_ATTEMPTS.address, FREE_ATTEMPTS.name],
      FIRST_LOCK_SECONDS,
      LONGEST_LOCK_SECONDS,
      MEMORY_SECONDS,
    ],
  );
  return Math.max(0, Math.ceil(rows[0]?.seconds ?? 0));
}

/** Takes back the count of an attempt that was right: the name begins anew, the address has one less. */
export async function forgiveAttempt(client: pg.Pool | pg.PoolClient, subject: SignInSubject): Promise<void> {
  await forgetAttempts(client, subject.username);
  await client.query(
    `UPDATE sign_in_failure SET failures = greatest(failures - 1, 0), locked_until = NULL
      WHERE subject = $1 AND failures <= $2 + 1`,
    [addressOf(subject), FREE_ATTEMPTS.address],
  );
}

/** Forgets the failures of a name. */
export async function forgetAttempts(client: pg.Pool | pg.PoolClient, username: string): Promise<void> {
  await client.query('DELETE FROM sign_in_failure WHERE subject = $1', [nameOf({ username })]);
}

/** Removes what is too old to count. */
export async function forgetOldAttempts(client: pg.Pool): Promise<void> {
  await client.query('DELETE FROM sign_in_failure WHERE last_at < now() - make_interval(secs => $1)', [
    MEMORY_SECONDS,
  ]);
}
