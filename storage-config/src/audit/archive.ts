import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type pg from 'pg';
import { z } from 'zod';
import type { ObjectStore } from '../objectStore.ts';
import { AUDIT_COLUMNS, type AuditRow, CHAIN_START } from './auditEvent.ts';
import { AUDIT_SELECT } from './verifyAudit.ts';

export const AUDIT_ARCHIVE_PREFIX = 'audit/archive/';

/** Batches of one object at most. A batch has up to 500 events, so an object stays below some tens of megabytes. */
const BATCHES_OF_OBJECT = 200;

interface BatchRow {
  batch: number;
  first: number;
  last: number;
  sha256: string;
}

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const header = z.object({
  format: z.literal(1),
  writerId: z.uuid(),
  firstBatch: z.int().positive(),
  lastBatch: z.int().positive(),
  /** Digest that the first batch goes on from. */
  previous: hex,
});
const batchLine = z.object({ batch: z.int().positive(), events: z.int().min(0), sha256: hex });

export interface ArchiveReport {
  objects: number;
  events: number;
}

/**
 * Copies the batches that were written before an instant into the object store, each writer's in order from where the copy
 * before ended. An object holds the lines that the digests were made of, so it is verified without the index. Nothing is
 * removed from the index.
 */
export async function archiveAudit(
  index: pg.Pool,
  objects: ObjectStore,
  before: Date,
): Promise<ArchiveReport> {
  const { rows } = await index.query<{ writerId: string; reached: number }>(
    `SELECT writer_id AS "writerId",
            coalesce((SELECT max(last_batch) FROM audit_archive a WHERE a.writer_id = b.writer_id), 0) AS reached
       FROM audit_batch b WHERE batch = 1 AND written_at < $1 ORDER BY written_at`,
    [before],
  );
  const report: ArchiveReport = { objects: 0, events: 0 };
  for (const { writerId, reached } of rows) {
    for (let after = reached; ;) {
      const batches = await readBatches(index, writerId, after, before);
      const last = batches.at(-1);
      if (last === undefined) break;
      report.events += await archiveBatches(index, objects, writerId, batches);
      report.objects += 1;
      after = last.batch;
    }
  }
  return report;
}

async function readBatches(
  index: pg.Pool,
  writerId: string,
  after: number,
  before: Date,
): Promise<BatchRow[]> {
  const { rows } = await index.query<BatchRow & { old: boolean }>(
    `SELECT batch, first_sequence AS first, last_sequence AS last, encode(sha256, 'hex') AS sha256,
            written_at < $3 AS old
       FROM audit_batch WHERE writer_id = $1 AND batch > $2 ORDER BY batch LIMIT ${BATCHES_OF_OBJECT}`,
    [writerId, after, before],
  );
  const young = rows.findIndex(({ old }) => !old);
  return young < 0 ? rows : rows.slice(0, young);
}

async function archiveBatches(
  index: pg.Pool,
  objects: ObjectStore,
  writerId: string,
  batches: readonly BatchRow[],
): Promise<number> {
  const [first, last] = [batches[0], batches.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const { rows: events } = await index.query<AuditRow>(
    `SELECT ${AUDIT_SELECT} FROM audit_event
      WHERE writer_id = $1 AND sequence BETWEEN $2 AND $3 ORDER BY sequence`,
    [writerId, first.first, last.last],
  );
  const { rows: before } = await index.query<{ sha256: string }>(
    `SELECT encode(sha256, 'hex') AS sha256 FROM audit_batch WHERE writer_id = $1 AND batch = $2`,
    [writerId, first.batch - 1],
  );
  const previous = before[0]?.sha256 ?? Buffer.from(CHAIN_START).toString('hex');
  const head = { format: 1, writerId, firstBatch: first.batch, lastBatch: last.batch, previous };
  const lines = [JSON.stringify(head)];
  for (const { batch, first: from, last: to, sha256 } of batches) {
    const own = events.filter(({ sequence }) => sequence >= from && sequence <= to);
    lines.push(JSON.stringify({ batch, events: own.length, sha256 }));
    for (const row of own) lines.push(JSON.stringify(AUDIT_COLUMNS.map(([key]) => row[key])));
  }
  const bytes = await promisify(gzip)(Buffer.from(`${lines.join('\n')}\n`));
  const key = `${AUDIT_ARCHIVE_PREFIX}${writerId}/${String(first.batch).padStart(12, '0')}-${last.batch}.jsonl.gz`;
  await objects.put(key, bytes, {});
  await index.query(
    `INSERT INTO audit_archive (object_key, writer_id, first_batch, last_batch, events, sha256)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    [key, writerId, first.batch, last.batch, events.length, createHash('sha256').update(bytes).digest()],
  );
  return events.length;
}

/** What is wrong with an archived object. */
export interface ArchiveFault {
  key: string;
  fault: 'missing' | 'unreadable' | 'changed' | 'unknown';
}

/**
 * Recomputes the chains of all archived objects, and compares them with what is noted of them and with the digests of the
 * index: what was changed, removed or added is a fault.
 */
export async function verifyArchives(
  index: pg.Pool,
  objects: ObjectStore,
): Promise<{ objects: number; events: number; faults: ArchiveFault[] }> {
  const { rows } = await index.query<{ key: string; sha256: string }>(
    `SELECT object_key AS key, encode(sha256, 'hex') AS sha256 FROM audit_archive ORDER BY object_key`,
  );
  const noted = new Map(rows.map(({ key, sha256 }) => [key, sha256]));
  const found = { objects: 0, events: 0, faults: [] as ArchiveFault[] };
  for await (const { key } of objects.list(AUDIT_ARCHIVE_PREFIX)) {
    found.objects += 1;
    const bytes = await buffer(await objects.get(key));
    const known = noted.get(key);
    noted.delete(key);
    if (known === undefined) found.faults.push({ key, fault: 'unknown' });
    else if (known !== createHash('sha256').update(bytes).digest('hex'))
      found.faults.push({ key, fault: 'changed' });
    const read = await readArchive(bytes);
    if (read === null) found.faults.push({ key, fault: 'unreadable' });
    else if (!read.isWhole || !(await agreesWithIndex(index, read.writerId, read.digests)))
      found.faults.push({ key, fault: 'changed' });
    found.events += read?.events ?? 0;
  }
  for (const key of noted.keys()) found.faults.push({ key, fault: 'missing' });
  return found;
}

interface ReadArchive {
  writerId: string;
  events: number;
  /** The digests in it are those of its lines. */
  isWhole: boolean;
  digests: Map<number, string>;
}

async function readArchive(bytes: Buffer): Promise<ReadArchive | null> {
  try {
    const text = (await promisify(gunzip)(bytes)).toString('utf8');
    const lines = text.split('\n').slice(0, -1);
    const { writerId, firstBatch, lastBatch, previous } = header.parse(JSON.parse(lines[0] ?? ''));
    const read: ReadArchive = { writerId, events: 0, isWhole: true, digests: new Map() };
    let digest = Buffer.from(previous, 'hex');
    let at = 1;
    for (let expected = firstBatch; expected <= lastBatch; expected += 1) {
      const { batch, events, sha256 } = batchLine.parse(JSON.parse(lines[at] ?? ''));
      const hash = createHash('sha256').update(digest);
      for (const line of lines.slice(at + 1, at + 1 + events)) hash.update(`${line}\n`);
      digest = hash.digest();
      if (batch !== expected || digest.toString('hex') !== sha256) read.isWhole = false;
      read.digests.set(batch, sha256);
      read.events += events;
      at += 1 + events;
    }
    if (at !== lines.length) read.isWhole = false;
    return read;
  } catch {
    return null;
  }
}

/** Whether the index has the same digests, as far as it has those batches still. */
async function agreesWithIndex(
  index: pg.Pool,
  writerId: string,
  digests: ReadonlyMap<number, string>,
): Promise<boolean> {
  const { rows } = await index.query<{ batch: number; sha256: string }>(
    `SELECT batch, encode(sha256, 'hex') AS sha256 FROM audit_batch WHERE writer_id = $1 AND batch = ANY ($2)`,
    [writerId, [...digests.keys()]],
  );
  return rows.every(({ batch, sha256 }) => digests.get(batch) === sha256);
}
