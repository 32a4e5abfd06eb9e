import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { errorCode } from '../database.ts';
import type { Log } from '../log.ts';
import {
  AUDIT_COLUMNS,
  type AuditEvent,
  auditRow,
  type AuditRow,
  batchDigest,
  CHAIN_START,
} from './auditEvent.ts';

/** Events of one batch at most, and those that may wait before further ones are refused. */
const MAX_BATCH = 500;
const MAX_WAITING = 20_000;
/** How long accesses of one kind add up to one event, and how many kinds are kept in mind. */
const WINDOW_MS = 5 * 60_000;
const MAX_WINDOWS = 50_000;
const SWEEP_MS = 30_000;
/** How long whoever waits for an event is kept waiting while the index cannot be written. */
const PATIENCE_MS = 5_000;
const AGAIN_MS = 500;

/** The audit record cannot be written now, so what would be recorded must not be done. */
export class AuditUnavailable extends Error {
  override name = 'AuditUnavailable';
}

interface Waiting {
  /** Its place and time are given when it is written. */
  row: Omit<AuditRow, 'sequence' | 'at'>;
  settle: ((sequence: number | Error) => void) | null;
}

interface Window {
  event: AuditEvent;
  /** Sequence of its first event, once that is durable. */
  durable: Promise<number>;
  /** What came since the first event. */
  count: number;
  endsAt: number;
}

/**
 * Writes audit events of one process. An event is durable when its promise resolves; while one batch is being written,
 * the events of all requests gather for the next. Accesses of one kind within five minutes are one event, and one more
 * with what was added when the time is over: a process that is killed loses counts, never the event.
 */
export class AuditWriter {
  readonly writerId = randomUUID();
  readonly #index: pg.Pool;
  readonly #log: Log;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #sequence = 0;
  #batch = 0;
  #digest: Uint8Array = CHAIN_START;
  readonly #windows = new Map<string, Window>();
  readonly #sweep: NodeJS.Timeout;

  constructor(index: pg.Pool, log: Log) {
    this.#index = index;
    this.#log = log;
    this.#sweep = setInterval(() => this.#closeWindows(Date.now()), SWEEP_MS);
    this.#sweep.unref();
  }

  /** Writes one event. @throws AuditUnavailable */
  async record(event: AuditEvent): Promise<void> {
    await this.#append(event, null);
  }

  /**
   * Records an access that may come many times. The first of its kind is durable when the promise resolves; later ones
   * within the window only count.
   *
   * @param kind what makes accesses one event: action, caller, purpose and what was accessed
   * @throws AuditUnavailable
   */
  async access(kind: string, event: () => AuditEvent, count = 1): Promise<void> {
    const open = this.#windows.get(kind);
    if (open !== undefined && open.endsAt > Date.now()) {
      await open.durable;
      open.count += count;
      return;
    }
    if (open !== undefined) void this.#close(kind, open);
    const first = { ...event(), count };
    const durable = this.#append(first, null);
    this.#windows.set(kind, { event: first, durable, count: 0, endsAt: Date.now() + WINDOW_MS });
    if (this.#windows.size > MAX_WINDOWS) this.#closeOldest();
    try {
      await durable;
    } catch (error) {
      this.#windows.delete(kind);
      throw error;
    }
  }

  /** Writes what was counted and not written yet. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#windows].map(([kind, open]) => this.#close(kind, open)));
    await this.#writing;
  }

  #append(event: AuditEvent, continues: number | null): Promise<number> {
    if (this.#waiting.length >= MAX_WAITING)
      return Promise.reject(new AuditUnavailable('too many audit events wait'));
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        // Made here and now: an event that makes no row is its caller's failure, not that of all who write with it.
        row: auditRow(event, continues),
        settle: (result) => {
          clearTimeout(timer);
          entry.settle = null;
          if (typeof result === 'number') resolve(result);
          else reject(result);
        },
      };
      // The event stays in the queue: what was not answered may be recorded, never the other way round.
      const timer = setTimeout(
        () => entry.settle?.(new AuditUnavailable('the audit record cannot be written')),
        PATIENCE_MS,
      );
      this.#waiting.push(entry);
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const entries = this.#waiting.splice(0, MAX_BATCH);
      const at = new Date().toISOString();
      const rows = entries.map(({ row }, place) => ({ ...row, sequence: this.#sequence + place + 1, at }));
      const digest = batchDigest(this.#digest, rows);
      if (!(await this.#insert(rows, digest))) {
        for (const { settle } of [...entries, ...this.#waiting.splice(0)])
          settle?.(new AuditUnavailable('the index was closed'));
        break;
      }
      entries.forEach(({ settle }, place) => settle?.(this.#sequence + place + 1));
      this.#sequence += rows.length;
      this.#batch += 1;
      this.#digest = digest;
    }
    this.#writing = null;
  }

  /**
   * Tries until the batch stands; a batch whose commit was not acknowledged is not written twice. False when the index
   * was closed.
   */
  async #insert(rows: readonly AuditRow[], digest: Uint8Array): Promise<boolean> {
    for (let failures = 0; ; failures += 1) {
      try {
        await this.#index.query({
          name: 'audit_insert',
          text: INSERT,
          values: [
            this.writerId,
            this.#batch + 1,
            this.#sequence + 1,
            this.#sequence + rows.length,
            digest,
            ...AUDIT_COLUMNS.map(([key]) => rows.map((row) => row[key])),
          ],
        });
        if (failures > 0) this.#log.info({ failures }, 'audit records are written again');
        return true;
      } catch (error) {
        if (this.#index.ended) return false;
        if (failures % 20 === 0)
          this.#log.error({ code: errorCode(error) ?? 'unknown' }, 'audit records cannot be written');
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  #closeWindows(now: number): void {
    for (const [kind, open] of this.#windows) {
      // In the order in which they were opened, so the first that is not over ends the search.
      if (open.endsAt > now) return;
      void this.#close(kind, open);
    }
  }

  #closeOldest(): void {
    const [oldest] = this.#windows;
    if (oldest !== undefined) void this.#close(...oldest);
  }

  async #close(kind: string, { event, durable, count }: Window): Promise<void> {
    this.#windows.delete(kind);
    if (count === 0) return;
    // Only the count is lost where this fails: the access itself stands.
    await durable.then((sequence) => this.#append({ ...event, count }, sequence)).catch(() => undefined);
  }
}

const INSERT = `WITH batch AS (
  INSERT INTO audit_batch (writer_id, batch, first_sequence, last_sequence, sha256)
  VALUES ($1::uuid, $2::bigint, $3::bigint, $4::bigint, $5::bytea)
  ON CONFLICT DO NOTHING)
INSERT INTO audit_event (writer_id, ${AUDIT_COLUMNS.map(([, column]) => column).join(', ')})
SELECT $1::uuid, given.*
  FROM unnest(${AUDIT_COLUMNS.map(([, , type], place) => `$${place + 6}::${type}[]`).join(', ')}) AS given
ON CONFLICT DO NOTHING`;
