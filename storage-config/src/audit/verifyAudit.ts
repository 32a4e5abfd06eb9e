import type pg from 'pg';
import type { AuditHead } from './anchors.ts';
import { type AuditRow, AUDIT_COLUMNS, batchDigest, CHAIN_START } from './auditEvent.ts';

/** What is wrong with a writer's chain, and where. */
export interface AuditFault {
  writerId: string;
  batch: number;
  fault: 'batchMissing' | 'eventMissing' | 'changed' | 'eventOutsideBatch';
}

export interface AuditVerification {
  writers: number;
  batches: number;
  events: number;
  faults: AuditFault[];
  /** Newest digest of each writer: kept elsewhere, it proves later that nothing was cut off the end. */
  heads: AuditHead[];
}

const BATCHES_AT_ONCE = 200;

interface BatchRow {
  batch: number;
  first_sequence: number;
  last_sequence: number;
  sha256: Buffer;
}

/**
 * Recomputes every writer's chain. Whatever was changed, taken out or put in since it was written is a fault.
 *
 * @param heads as they were written down elsewhere earlier: a chain must reach and contain them
 * @param onWriter is told after each writer, and after each few thousand events of a long one
 */
export async function verifyAudit(
  index: pg.Pool,
  heads: readonly AuditHead[] = [],
  onWriter: (found: Readonly<AuditVerification>, done: number) => Promise<void> = () => Promise.resolve(),
): Promise<AuditVerification> {
  const { rows: writers } = await index.query<{ writer_id: string }>(
    'SELECT writer_id FROM audit_batch UNION SELECT writer_id FROM audit_event ORDER BY 1',
  );
  const ids = new Set([...writers.map((row) => row.writer_id), ...heads.map((head) => head.writerId)]);
  const found: AuditVerification = { writers: ids.size, batches: 0, events: 0, faults: [], heads: [] };
  const headsOf = Map.groupBy(heads, (head) => head.writerId);
  let done = 0;
  for (const writerId of ids) {
    const known = new Map<number, string>();
    for (const { batch, sha256 } of headsOf.get(writerId) ?? []) {
      // Whoever adds a head that fits a forged chain contradicts the one that was there.
      if ((known.get(batch) ?? sha256) !== sha256) found.faults.push({ writerId, batch, fault: 'changed' });
      known.set(batch, sha256);
    }
    await verifyWriter(index, writerId, known, found, () => onWriter(found, done));
    done += 1;
    await onWriter(found, done);
  }
  return found;
}

async function verifyWriter(
  index: pg.Pool,
  writerId: string,
  known: ReadonlyMap<number, string>,
  found: AuditVerification,
  onPage: () => Promise<void>,
): Promise<void> {
  const fault = (batch: number, kind: AuditFault['fault']): void => {
    found.faults.push({ writerId, batch, fault: kind });
  };
  let digest = CHAIN_START;
  let [batch, sequence, events] = [0, 0, 0];
  for (;;) {
    const batches = await readBatches(index, writerId, batch);
    const last = batches.at(-1);
    if (last === undefined) break;
    const rows = await readRows(index, writerId, sequence, last.last_sequence);
    for (const one of batches) {
      if (one.batch !== batch + 1) fault(batch + 1, 'batchMissing');
      const own = rows.filter(
        (row) => row.sequence >= one.first_sequence && row.sequence <= one.last_sequence,
      );
      if (own.length !== one.last_sequence - one.first_sequence + 1 || one.first_sequence !== sequence + 1)
        fault(one.batch, 'eventMissing');
      else if (!batchDigest(digest, own).equals(one.sha256)) fault(one.batch, 'changed');
      if ((known.get(one.batch) ?? one.sha256.toString('hex')) !== one.sha256.toString('hex'))
        fault(one.batch, 'changed');
      digest = one.sha256;
      batch = one.batch;
      sequence = one.last_sequence;
      events += own.length;
      found.batches += 1;
    }
    await onPage();
  }
  if ([...known.keys()].some((reached) => reached > batch)) fault(batch + 1, 'batchMissing');
  if (await hasOutside(index, writerId, { batch, sequence, events })) fault(batch, 'eventOutsideBatch');
  found.events += events;
  found.heads.push({ writerId, batch, sha256: Buffer.from(digest).toString('hex') });
}

/** Whether a writer has events that are in no batch. What it wrote since its batches were read, it wrote with theirs. */
async function hasOutside(
  index: pg.Pool,
  writerId: string,
  read: { batch: number; sequence: number; events: number },
): Promise<boolean> {
  const { rows } = await index.query<{ outside: boolean }>(
    `SELECT (SELECT count(*) FROM audit_event WHERE writer_id = $1 AND sequence <= $3) > $4
         OR EXISTS (SELECT FROM audit_event e
                     WHERE e.writer_id = $1 AND e.sequence > $3
                       AND NOT EXISTS (SELECT FROM audit_batch b
                                        WHERE b.writer_id = $1 AND b.batch > $2
                                          AND e.sequence BETWEEN b.first_sequence AND b.last_sequence)) AS outside`,
    [writerId, read.batch, read.sequence, read.events],
  );
  return rows[0]?.outside === true;
}

async function readBatches(index: pg.Pool, writerId: string, after: number): Promise<BatchRow[]> {
  const { rows } = await index.query<BatchRow>(
    `SELECT batch, first_sequence, last_sequence, sha256 FROM audit_batch
      WHERE writer_id = $1 AND batch > $2 ORDER BY batch LIMIT ${BATCHES_AT_ONCE}`,
    [writerId, after],
  );
  return rows;
}

/** Columns of a row by the names of {@link AuditRow}; instants as they were hashed. */
export const AUDIT_SELECT = AUDIT_COLUMNS.map(([key, column]) =>
  column === 'at'
    ? `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "at"`
    : `${column} AS "${key}"`,
).join(', ');

async function readRows(index: pg.Pool, writerId: string, after: number, until: number): Promise<AuditRow[]> {
  const { rows } = await index.query<AuditRow>(
    `SELECT ${AUDIT_SELECT} FROM audit_event
      WHERE writer_id = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence`,
    [writerId, after, until],
  );
  return rows;
}
