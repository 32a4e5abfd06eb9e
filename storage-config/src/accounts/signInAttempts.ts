import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type pg from 'pg';

/** Attempts that are free, and how long each further one locks, in seconds: doubled each time, up to the longest. */
const FREE_ATTEMPTS = { name: 5, address: 50, device: 5 };
const FIRST_LOCK_SECONDS = 30;
const LONGEST_LOCK_SECONDS = 3600;
/** Failures older than this are forgotten, in seconds. */
const MEMORY_SECONDS = 24 * 3600;
/** So often one failure of an address is forgotten, in seconds: a whole hospital may come from one, and mistypes every day. */
const ADDRESS_FORGETS_SECONDS = 600;

/**
 * By what attempts are counted: the name that was typed, known or not, and the address they came from; of a browser that
 * signed in with this name before, by that browser alone.
 */
export interface SignInSubject {
  username: string;
  address: string;
  /** Id of such a browser. */
  device?: string | null;
}

/** By its digest: passwords are typed where names belong. */
const nameOf = ({ username }: Pick<SignInSubject, 'username'>): string =>
  `name ${createHash('sha256').update(username).digest('base64url')}`;
const addressOf = ({ address }: SignInSubject): string => `address ${networkOf(address)}`;

interface Counted {
  subject: string;
  free: number;
  forgets: number;
}

function countedOf(subject: SignInSubject): Counted[] {
  if (subject.device !== undefined && subject.device !== null)
    return [{ subject: `device ${subject.device}`, free: FREE_ATTEMPTS.device, forgets: MEMORY_SECONDS }];
  return [
    { subject: addressOf(subject), free: FREE_ATTEMPTS.address, forgets: ADDRESS_FORGETS_SECONDS },
    { subject: nameOf(subject), free: FREE_ATTEMPTS.name, forgets: MEMORY_SECONDS },
  ];
}

/** Of IPv6 the /64: whoever has one address of it has them all. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  const prefix = [...groups, ...zeros, ...after].slice(0, 4);
  return `${prefix.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`;
}

/** Failures of a row that still count. */
const COUNTING = `CASE WHEN f.last_at < now() - make_interval(secs => $5) THEN 0
  ELSE greatest(f.failures - floor(extract(epoch FROM now() - f.last_at) / ${given('forgets')}), 0)::integer END`;

function given(column: 'free' | 'forgets'): string {
  return `(SELECT ${column} FROM given WHERE given.subject = f.subject)`;
}

/**
 * Counts an attempt before it is tried, so that a thousand at once are no more than one after the other. Returns the
 * seconds until another is taken; 0: this one may be tried. When a lock has passed one attempt may be tried, which locks
 * for longer unless it is taken back.
 */
export async function countAttempt(pool: pg.Pool, subject: SignInSubject): Promise<number> {
  const counted = countedOf(subject);
  const { rows } = await pool.query<{ seconds: number }>(
    `WITH given AS (SELECT * FROM unnest($1::text[], $2::integer[], $6::integer[]) AS given (subject, free, forgets)),
     locked AS (SELECT max(f.locked_until) AS until FROM sign_in_failure f JOIN given USING (subject)
                 WHERE f.locked_until > now()),
     counted AS (
       INSERT INTO sign_in_failure AS f (subject, failures, last_at)
       SELECT subject, 1, now() FROM given WHERE (SELECT until FROM locked) IS NULL ORDER BY subject
       ON CONFLICT (subject) DO UPDATE
          SET failures = ${COUNTING} + 1,
              -- What is not forgotten yet of the time that passed is kept.
              last_at = now() - make_interval(secs => (extract(epoch FROM now() - f.last_at)::bigint % ${given('forgets')})),
              locked_until = CASE WHEN ${COUNTING} >= ${given('free')}
                                  THEN now() + make_interval(secs => least($3 * 2.0 ^ least(${COUNTING} - ${given('free')}, 20), $4)) END
        -- Another attempt locked it in the meantime: then this one is not to be tried either.
        WHERE f.locked_until IS NULL OR f.locked_until <= now()
       RETURNING 1)
     SELECT CASE WHEN (SELECT until FROM locked) IS NOT NULL
                 THEN extract(epoch FROM (SELECT until FROM locked) - now())
                 WHEN (SELECT count(*) FROM counted) < cardinality($1) THEN $3 ELSE 0 END::float8 AS seconds`,
    [
      counted.map((one) => one.subject),
      counted.map(({ free }) => free),
      FIRST_LOCK_SECONDS,
      LONGEST_LOCK_SECONDS,
      MEMORY_SECONDS,
      counted.map(({ forgets }) => forgets),
    ],
  );
  return Math.max(0, Math.ceil(rows[0]?.seconds ?? 0));
}

/** Takes back the count of an attempt that was right: name or browser begin anew, the address has one less. */
export async function forgiveAttempt(client: pg.Pool | pg.PoolClient, subject: SignInSubject): Promise<void> {
  const [last, ...others] = countedOf(subject)
    .map((one) => one.subject)
    .reverse();
  await client.query('DELETE FROM sign_in_failure WHERE subject = $1', [last]);
  await takeBack(client, others);
}

/** Takes back the count of an attempt that was neither right nor wrong; what failed before still counts. */
export const uncountAttempt = (pool: pg.Pool, subject: SignInSubject): Promise<void> =>
  takeBack(
    pool,
    countedOf(subject).map((one) => one.subject),
  );

async function takeBack(client: pg.Pool | pg.PoolClient, subjects: readonly string[]): Promise<void> {
  // While something is locked no attempt is tried but the one that locked it, and that is this one.
  await client.query(
    'UPDATE sign_in_failure SET failures = greatest(failures - 1, 0), locked_until = NULL WHERE subject = ANY ($1)',
    [subjects],
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
