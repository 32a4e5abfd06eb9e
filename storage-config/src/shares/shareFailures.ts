import type pg from 'pg';
import { networkOf } from '../accounts/signInAttempts.ts';

/** So many wrong factors and unknown links a network may send in this time, in seconds, whatever shares they are of. */
const NETWORK_FAILURES = 30;
const NETWORK_SECONDS = 600;
/** Failures are kept so long for who made the share, in days. */
export const FAILURES_KEPT_DAYS = 90;

/**
 * Notes a failure before it is known to be one, so that many at once are counted like one after the other. When its network
 * has sent too many, nothing is noted, and the seconds are told until the next is looked at.
 *
 * @param share null: the link leads to no share
 */
export async function noteShareFailure(
  pool: pg.Pool,
  share: string | null,
  address: string,
): Promise<{ id: string; waitSeconds: number }> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH old AS (DELETE FROM share_failure WHERE failure_id IN
                   (SELECT failure_id FROM share_failure WHERE at < now() - make_interval(days => $4) ORDER BY at LIMIT 20))
     INSERT INTO share_failure (share_id, address, network) VALUES ($1, $2, $3) RETURNING failure_id AS id`,
    [share, address.slice(0, 64), networkOf(address).slice(0, 64), FAILURES_KEPT_DAYS],
  );
  const id = rows[0]?.id ?? '';
  // The moment the failure leaves the window that is one too many now.
  const { rows: counted } = await pool.query<{ wait: number }>(
    `SELECT ceil(extract(epoch FROM at + make_interval(secs => $3) - now()))::integer AS wait
       FROM share_failure
      WHERE network = $1 AND at > now() - make_interval(secs => $3) AND failure_id < $4
      ORDER BY at DESC, failure_id DESC OFFSET $2 LIMIT 1`,
    [networkOf(address).slice(0, 64), NETWORK_FAILURES - 1, NETWORK_SECONDS, id],
  );
  const waitSeconds = Math.max(counted[0]?.wait ?? 0, 0);
  if (waitSeconds > 0) await forgetShareFailure(pool, id);
  return { id, waitSeconds };
}

/** Takes back what was no failure. */
export async function forgetShareFailure(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('DELETE FROM share_failure WHERE failure_id = $1', [id]);
}

/** Wrong factors of a share, the newest first. */
export async function readShareFailures(
  pool: pg.Pool,
  share: string,
  limit: number,
): Promise<{ at: Date; address: string }[]> {
  const { rows } = await pool.query<{ at: Date; address: string }>(
    'SELECT at, address FROM share_failure WHERE share_id = $1 ORDER BY at DESC, failure_id DESC LIMIT $2',
    [share, limit],
  );
  return rows;
}
