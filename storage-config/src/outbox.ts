import type pg from 'pg';

/**
 * The outbox: facts that workers act on, written in the transaction of the fact. A row waits until `available_at`,
 * is sent to a queue (`sent_at`), and is done when the effect's own transaction says so (`done_at`). What was sent
 * and is not done is sent again, so a queue may lose everything at any time.
 */
export type OutboxTopic = 'study.changed' | 'study.settled' | 'study.patientCorrection' | 'housekeeping';

export interface OutboxEvent {
  id: number;
  topic: OutboxTopic;
  /** null for housekeeping. */
  studyId: number | null;
}

type Queryable = pg.Pool | pg.PoolClient;

/**
 * Says that a study's images changed. There is one waiting row for each study: every further change pushes it, so the
 * study is judged once nothing has come for `quietSeconds`.
 */
export async function publishStudyChanged(
  client: Queryable,
  studyId: number,
  quietSeconds: number,
): Promise<void> {
  await schedule(client, 'study.changed', studyId, quietSeconds);
}

/** Has studies judged soon, except those for which that waits to be done already, and those that are gone. */
export async function publishToBeJudged(client: Queryable, studyIds: readonly number[]): Promise<void> {
  if (studyIds.length === 0) return;
  await client.query(
    `INSERT INTO outbox (topic, study_id)
     SELECT 'study.changed', study_id FROM study WHERE study_id = ANY ($1::bigint[]) ORDER BY study_id
     ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL DO NOTHING`,
    [studyIds],
  );
}

/** Has the study judged again in `seconds`, when absent parts are no longer "not yet received". */
export async function publishStudySettled(
  client: Queryable,
  studyId: number,
  seconds: number,
): Promise<void> {
  await schedule(client, 'study.settled', studyId, seconds);
}

/** Has the study's instances written anew with its corrections, in `seconds`. */
export async function publishPatientCorrection(
  client: Queryable,
  studyId: number,
  seconds: number,
): Promise<void> {
  await schedule(client, 'study.patientCorrection', studyId, seconds);
}

/**
 * Lets a row wait while an older one of its topic and study is at work, so that one does the work of a study at a time.
 * Returns whether it waits. Where a newer one waits already, this one is ended.
 */
export async function deferToOlder(pool: pg.Pool, id: number, seconds: number): Promise<boolean> {
  const older = `EXISTS (SELECT FROM outbox o WHERE o.topic = outbox.topic AND o.study_id = outbox.study_id
                            AND o.id < outbox.id AND o.done_at IS NULL)`;
  const waiting = `EXISTS (SELECT FROM outbox o WHERE o.topic = outbox.topic AND o.study_id = outbox.study_id
                              AND o.id <> outbox.id AND o.sent_at IS NULL AND o.done_at IS NULL)`;
  const { rowCount } = await pool.query(
    `UPDATE outbox
        SET sent_at = CASE WHEN ${waiting} THEN sent_at END,
            done_at = CASE WHEN ${waiting} THEN now() END,
            available_at = now() + make_interval(secs => $2), attempts = 0
      WHERE id = $1 AND done_at IS NULL AND ${older}`,
    [id, seconds],
  );
  return rowCount === 1;
}

/** Has the housekeeping done in `seconds`, by one worker of all. Nothing happens while one is waiting or at work. */
export async function publishHousekeeping(client: Queryable, seconds: number): Promise<void> {
  await client.query(
    `INSERT INTO outbox (topic, available_at)
     SELECT 'housekeeping', now() + make_interval(secs => $1)
      WHERE NOT EXISTS (SELECT FROM outbox WHERE topic = 'housekeeping' AND done_at IS NULL)`,
    [seconds],
  );
}

async function schedule(
  client: Queryable,
  topic: OutboxTopic,
  studyId: number,
  seconds: number,
): Promise<void> {
  await client.query(
    `INSERT INTO outbox (topic, study_id, available_at)
     VALUES ($1, $2, now() + make_interval(secs => $3))
     ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL
     DO UPDATE SET available_at = EXCLUDED.available_at`,
    [topic, studyId, seconds],
  );
}

const EVENT = 'id, topic, study_id AS "studyId"';

/** Locks and returns up to `limit` rows that are due and were never sent. Other relays skip them. */
export async function takeUnsent(client: pg.PoolClient, limit: number): Promise<OutboxEvent[]> {
  const { rows } = await client.query<OutboxEvent>(
    `SELECT ${EVENT} FROM outbox
      WHERE sent_at IS NULL AND done_at IS NULL AND available_at <= now()
      ORDER BY available_at, id
      LIMIT $1
      FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  return rows;
}

/** Locks and returns up to `limit` rows that were last sent before `cutoff` (the database's clock) and are not done. */
export async function takeStale(client: pg.PoolClient, cutoff: Date, limit: number): Promise<OutboxEvent[]> {
  const { rows } = await client.query<OutboxEvent>(
    `SELECT ${EVENT} FROM outbox
      WHERE sent_at <= $1 AND done_at IS NULL
      ORDER BY sent_at
      LIMIT $2
      FOR UPDATE SKIP LOCKED`,
    [cutoff, limit],
  );
  return rows;
}

/** The instant `seconds` ago by the database's clock. */
export async function secondsAgo(client: Queryable, seconds: number): Promise<Date> {
  const { rows } = await client.query<{ cutoff: Date }>(
    'SELECT now() - make_interval(secs => $1) AS cutoff',
    [seconds],
  );
  if (rows[0] === undefined) throw new Error('the database does not tell the time');
  return rows[0].cutoff;
}

/** Records that the rows were handed to the queue, now or once more. */
export async function markSent(client: Queryable, ids: readonly number[]): Promise<void> {
  await client.query('UPDATE outbox SET sent_at = now() WHERE id = ANY ($1) AND done_at IS NULL', [ids]);
}

/**
 * Counts an attempt before it is made, so that one which takes the whole process down counts too. Returns its number;
 * null when the row is done already (a duplicate delivery).
 */
export async function beginAttempt(client: Queryable, id: number): Promise<number | null> {
  const { rows } = await client.query<{ attempts: number }>(
    'UPDATE outbox SET attempts = attempts + 1 WHERE id = $1 AND done_at IS NULL RETURNING attempts',
    [id],
  );
  return rows[0]?.attempts ?? null;
}

/**
 * Locks a row for the transaction of its effect. False when it is done already: then there is nothing to do.
 */
export async function claim(client: pg.PoolClient, id: number): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM outbox WHERE id = $1 AND done_at IS NULL FOR UPDATE', [
    id,
  ]);
  return rowCount === 1;
}

/** Ends a row. Belongs into the transaction of its effect. */
export async function markDone(client: Queryable, id: number): Promise<void> {
  await client.query(
    'UPDATE outbox SET done_at = now(), last_error = NULL WHERE id = $1 AND done_at IS NULL',
    [id],
  );
}

export interface FailurePolicy {
  /** After so many attempts the row is given up. */
  maxAttempts: number;
  /** Seconds before the second attempt; doubled for each further one. */
  backoffSeconds: number;
  /** Longest time between two attempts, in seconds. */
  maxBackoffSeconds: number;
}

/**
 * Records that the attempt counted by {@link beginAttempt} failed: the row waits longer each time, and is given up in
 * the end (`failed_at`). A row for which a newer one waits already is ended, as that one does the same.
 *
 * @param reason must not hold patient data
 */
export async function markFailed(
  pool: pg.Pool,
  id: number,
  reason: string,
  policy: FailurePolicy,
): Promise<'again' | 'superseded' | 'failed'> {
  const lastError = reason.slice(0, 500);
  try {
    const { rows } = await pool.query<{ failed: boolean }>(
      `UPDATE outbox
          SET last_error = $2,
              sent_at = CASE WHEN attempts >= $3 THEN sent_at END,
              done_at = CASE WHEN attempts >= $3 THEN now() END,
              failed_at = CASE WHEN attempts >= $3 THEN now() END,
              available_at = now() + make_interval(secs => least($4 * 2.0 ^ least(attempts - 1, 30), $5))
        WHERE id = $1 AND done_at IS NULL
        RETURNING failed_at IS NOT NULL AS failed`,
      [id, lastError, policy.maxAttempts, policy.backoffSeconds, policy.maxBackoffSeconds],
    );
    if (rows[0] === undefined) return 'superseded';
    return rows[0].failed ? 'failed' : 'again';
  } catch (error) {
    if (!(error instanceof Error && 'constraint' in error && error.constraint === 'outbox_waiting'))
      throw error;
    await pool.query('UPDATE outbox SET done_at = now(), last_error = $2 WHERE id = $1 AND done_at IS NULL', [
      id,
      lastError,
    ]);
    return 'superseded';
  }
}

/** Seconds until the next waiting row is due; null when none waits. */
export async function secondsUntilDue(client: Queryable): Promise<number | null> {
  const { rows } = await client.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM min(available_at) - now())::float8 AS seconds
       FROM outbox WHERE sent_at IS NULL AND done_at IS NULL`,
  );
  return rows[0]?.seconds ?? null;
}

export interface OutboxState {
  waiting: number;
  sent: number;
  failed: number;
}

/** How many rows wait, are at the queue, or were given up; for health and metrics. */
export async function outboxState(client: Queryable): Promise<OutboxState> {
  const { rows } = await client.query<OutboxState>(
    `SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL AND done_at IS NULL) AS waiting,
            (SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL AND done_at IS NULL) AS sent,
            (SELECT count(*) FROM outbox WHERE done_at IS NOT NULL AND failed_at IS NOT NULL) AS failed`,
  );
  return rows[0] ?? { waiting: 0, sent: 0, failed: 0 };
}

/** Removes rows that were done more than `days` ago; what was given up stays. Returns how many. */
export async function forgetDone(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query(
    'DELETE FROM outbox WHERE done_at < now() - make_interval(days => $1) AND failed_at IS NULL',
    [days],
  );
  return rowCount ?? 0;
}
