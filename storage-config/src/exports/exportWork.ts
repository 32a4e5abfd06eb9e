import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { ObjectStore } from '../objectStore.ts';
import { EXPORTS_PREFIX, type LeasedStudy, type StudyManifest, type StudyResult } from './exportJob.ts';

/** Seconds that a worker has before its study is taken by another, unless it says that it is still at it. */
export const LEASE_SECONDS = 60;
/** Attempts at a study before it counts as not readable. */
const ATTEMPTS = 4;
/** Age after which an object of exports that no row names is taken for one of a worker that died. */
const ORPHAN_HOURS = 24;

/** A new key for the files of one study of an export. */
export const exportObjectKey = (exportId: string, position: number): string =>
  `${EXPORTS_PREFIX}${exportId}/${String(position)}~${randomBytes(8).toString('hex')}`;

/**
 * Takes the next study of any export that may begin, or of the given one; null when there is none. A study whose worker
 * died is taken again when its lease is over.
 */
export async function leaseStudy(
  index: pg.Pool,
  exportId: string | null = null,
): Promise<LeasedStudy | null> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<LeasedStudy>(
      `SELECT e.export_id AS "exportId", e.position, j.project, j.options, e.hospital_code AS hospital,
              e.study_instance_uid AS "studyInstanceUid", e.attempts
         FROM export_job j JOIN export_study e USING (export_id)
        WHERE j.state IN ('waiting', 'running') AND e.state = 'waiting'
          AND ($1::uuid IS NULL OR j.export_id = $1)
          AND (e.leased_until IS NULL OR e.leased_until < now())
        ORDER BY j.created_at, e.position LIMIT 1
          FOR UPDATE OF e SKIP LOCKED`,
      [exportId],
    );
    const [study] = rows;
    if (study === undefined) return null;
    await client.query(`UPDATE export_job SET state = 'running' WHERE export_id = $1 AND state = 'waiting'`, [
      study.exportId,
    ]);
    await client.query(
      `UPDATE export_study SET leased_until = now() + make_interval(secs => $3), attempts = attempts + 1
        WHERE export_id = $1 AND position = $2`,
      [study.exportId, study.position, LEASE_SECONDS],
    );
    return { ...study, attempts: study.attempts + 1 };
  });
}

/** Says that the worker is still at a study. False when the export was cancelled: then there is nothing more to do. */
export async function renewLease(index: pg.Pool, { exportId, position }: LeasedStudy): Promise<boolean> {
  const { rowCount } = await index.query(
    `UPDATE export_study e SET leased_until = now() + make_interval(secs => $3)
       FROM export_job j
      WHERE e.export_id = $1 AND e.position = $2 AND e.state = 'waiting' AND j.export_id = e.export_id
        AND j.state = 'running'`,
    [exportId, position, LEASE_SECONDS],
  );
  return rowCount === 1;
}

/** Records what was written of a study. False when that is no longer wanted: then its object may go. */
export async function finishStudy(
  index: pg.Pool,
  { exportId, position }: LeasedStudy,
  result: StudyResult | 'gone',
  keepDays: number,
): Promise<boolean> {
  return inTransaction(index, async (client) => {
    const { rowCount: running } = await client.query(
      `SELECT FROM export_job WHERE export_id = $1 AND state = 'running' FOR UPDATE`,
      [exportId],
    );
    if (running === 0) return false;
    const manifest = result === 'gone' ? null : result.manifest;
    const { rowCount } = await client.query(
      `UPDATE export_study
          SET state = $3, object_key = $4, object_size = $5, manifest = $6, instances = $7, flagged = $8, left_out = $9,
              leased_until = NULL
        WHERE export_id = $1 AND position = $2 AND state = 'waiting'`,
      [
        exportId,
        position,
        result === 'gone' ? 'gone' : 'done',
        result === 'gone' ? null : result.objectKey,
        result === 'gone' ? 0 : result.objectSize,
        manifest === null ? null : JSON.stringify(manifest),
        manifest?.files.length ?? 0,
        manifest?.files.filter(({ risks }) => risks !== undefined).length ?? 0,
        Object.values(manifest?.leftOut ?? {}).reduce((sum, count) => sum + count, 0),
      ],
    );
    await endIfDone(client, exportId, keepDays);
    return rowCount === 1;
  });
}

/** Records that an attempt failed: the study is tried again later, and given up in the end. */
export async function failStudy(
  index: pg.Pool,
  { exportId, position, attempts }: LeasedStudy,
  keepDays: number,
): Promise<void> {
  await inTransaction(index, async (client) => {
    await client.query(`SELECT FROM export_job WHERE export_id = $1 FOR UPDATE`, [exportId]);
    await client.query(
      `UPDATE export_study
          SET state = CASE WHEN $3 >= ${ATTEMPTS} THEN 'failed' ELSE state END,
              leased_until = now() + make_interval(secs => $3 * 5)
        WHERE export_id = $1 AND position = $2 AND state = 'waiting'`,
      [exportId, position, attempts],
    );
    await endIfDone(client, exportId, keepDays);
  });
}

/** Gives a study back that could not be written for now: no attempt that failed, and to be taken up again. */
export async function putBackStudy(
  index: pg.Pool,
  { exportId, position, attempts }: LeasedStudy,
): Promise<void> {
  await index.query(
    `UPDATE export_study SET attempts = attempts - 1, leased_until = NULL
      WHERE export_id = $1 AND position = $2 AND state = 'waiting' AND attempts = $3`,
    [exportId, position, attempts],
  );
}

async function endIfDone(client: pg.PoolClient, exportId: string, keepDays: number): Promise<void> {
  await client.query(
    `UPDATE export_job j
        SET state = CASE WHEN EXISTS (SELECT FROM export_study WHERE export_id = $1 AND state = 'done')
                         THEN 'done' ELSE 'failed' END,
            failure = CASE WHEN EXISTS (SELECT FROM export_study WHERE export_id = $1 AND state = 'done')
                           THEN NULL ELSE 'NO_STUDY' END,
            finished_at = now(), expires_at = now() + make_interval(days => $2)
      WHERE export_id = $1 AND state = 'running'
        AND NOT EXISTS (SELECT FROM export_study WHERE export_id = $1 AND state = 'waiting')`,
    [exportId, keepDays],
  );
}

/** A study of an export that is done, as its archive has it. */
export interface ExportedStudy {
  position: number;
  hospital: string;
  originalUid: string;
  objectKey: string | null;
  objectSize: number;
  manifest: StudyManifest;
}

/** The studies of an export in their order, some at a time. */
export async function* exportedStudies(index: pg.Pool, exportId: string): AsyncGenerator<ExportedStudy> {
  let after = 0;
  for (;;) {
    const { rows } = await index.query<ExportedStudy>(
      `SELECT position, hospital_code AS hospital, study_instance_uid AS "originalUid", object_key AS "objectKey",
              object_size::float8 AS "objectSize", manifest
         FROM export_study WHERE export_id = $1 AND state = 'done' AND position > $2 ORDER BY position LIMIT 10`,
      [exportId, after],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}

/** Removes the archives of exports that are over or were cancelled, and what workers that died left. Returns how many. */
export async function removeEndedExports(index: pg.Pool, objects: ObjectStore): Promise<number> {
  await index.query(`UPDATE export_job SET state = 'expired' WHERE state = 'done' AND expires_at < now()`);
  let removed = 0;
  const { rows } = await index.query<{ id: string; position: number; key: string }>(
    `SELECT e.export_id AS id, e.position, e.object_key AS key FROM export_study e JOIN export_job j USING (export_id)
      WHERE j.state IN ('expired', 'cancelled', 'failed') AND e.object_key IS NOT NULL`,
  );
  for (const { id, position, key } of rows) {
    await objects.delete(key);
    await index.query(
      'UPDATE export_study SET object_key = NULL, manifest = NULL WHERE export_id = $1 AND position = $2',
      [id, position],
    );
    removed += 1;
  }
  const before = Date.now() - ORPHAN_HOURS * 3_600_000;
  for await (const { key, lastModified } of objects.list(EXPORTS_PREFIX)) {
    if (lastModified.getTime() >= before) continue;
    const { rowCount } = await index.query(
      'SELECT FROM export_study WHERE export_id::text = $2 AND object_key = $1',
      [key, key.slice(EXPORTS_PREFIX.length).split('/')[0] ?? ''],
    );
    if (rowCount !== 0) continue;
    await objects.delete(key);
    removed += 1;
  }
  return removed;
}
