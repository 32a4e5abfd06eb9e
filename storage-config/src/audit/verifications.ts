import type pg from 'pg';
import type { ObjectStore } from '../objectStore.ts';
import { readAnchors } from './anchors.ts';
import { type AuditFault, type AuditVerification, verifyAudit } from './verifyAudit.ts';

/** A run of the verification of the audit trail. */
export interface VerificationRun {
  id: number;
  startedAt: Date;
  startedBy: string;
  /** null while it runs, or when it was cut off. */
  finishedAt: Date | null;
  /** It is at work: it was heard of within the last minute. */
  running: boolean;
  writers: number;
  writersDone: number;
  batches: number;
  events: number;
  anchors: number;
  /** At most a hundred. */
  faults: AuditFault[];
  error: string | null;
}

const COLUMNS = `verification_id AS id, started_at AS "startedAt", started_by AS "startedBy", finished_at AS "finishedAt",
  finished_at IS NULL AND error IS NULL AND touched_at > now() - interval '1 minute' AS running, writers,
  writers_done AS "writersDone", batches, events, anchors, faults, error`;

/** The newest run and the newest that came to an end. */
export async function readVerifications(
  index: pg.Pool,
): Promise<{ newest: VerificationRun | null; finished: VerificationRun | null }> {
  const { rows } = await index.query<VerificationRun>(
    `(SELECT ${COLUMNS} FROM audit_verification ORDER BY verification_id DESC LIMIT 1)
     UNION ALL
     (SELECT ${COLUMNS} FROM audit_verification WHERE finished_at IS NOT NULL ORDER BY verification_id DESC LIMIT 1)`,
  );
  return { newest: rows[0] ?? null, finished: rows.find(({ finishedAt }) => finishedAt !== null) ?? null };
}

/** Begins a run, unless one is at work. Returns its id, or null. */
export async function beginVerification(index: pg.Pool, startedBy: string): Promise<number | null> {
  const { rows } = await index.query<{ id: number }>(
    `INSERT INTO audit_verification (started_by)
     SELECT $1 WHERE NOT EXISTS (SELECT FROM audit_verification
                                  WHERE finished_at IS NULL AND error IS NULL
                                    AND touched_at > now() - interval '1 minute')
     RETURNING verification_id AS id`,
    [startedBy],
  );
  return rows[0]?.id ?? null;
}

/** How often a run says how far it is, in milliseconds. */
const TOLD_EVERY_MS = 500;
const MOST_FAULTS = 100;

/** Verifies the whole trail against the anchors, and keeps how far it is and what it found for whoever looks. */
export async function runVerification(
  index: pg.Pool,
  objects: ObjectStore,
  id: number,
): Promise<AuditVerification & { anchors: number }> {
  let anchors = 0;
  let told = 0;
  const tell = (found: Readonly<AuditVerification>, done: number, finished: boolean): Promise<unknown> =>
    index.query(
      `UPDATE audit_verification
          SET touched_at = now(), finished_at = CASE WHEN $2 THEN now() END, writers = $3, writers_done = $4,
              batches = $5, events = $6, anchors = $7, faults = $8
        WHERE verification_id = $1`,
      [
        id,
        finished,
        found.writers,
        done,
        found.batches,
        found.events,
        anchors,
        JSON.stringify(found.faults.slice(0, MOST_FAULTS)),
      ],
    );
  try {
    const heads = await readAnchors(objects);
    anchors = heads.length;
    const found = await verifyAudit(index, heads, async (soFar, done) => {
      if (Date.now() - told < TOLD_EVERY_MS) return;
      told = Date.now();
      await tell(soFar, done, false);
    });
    await tell(found, found.writers, true);
    return { ...found, anchors };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    await index
      .query('UPDATE audit_verification SET error = $2 WHERE verification_id = $1', [id, reason])
      .catch(() => undefined);
    throw error;
  }
}
