import type pg from 'pg';
import { type Correcting, inCorrection } from '../corrections/correction.ts';
import { lockCopies, noteInstances } from '../corrections/endAndRefresh.ts';
import { endInstances } from '../corrections/formerInstances.ts';
import { refreshStudy } from '../corrections/refreshStudy.ts';
import type { IndexRows } from '../indexing/indexRows.ts';
import { addInstances } from '../indexing/indexSql.ts';
import { isJudgedBy } from './correctedValues.ts';
import type { StudyToCorrect } from './pendingInstances.ts';

/** What became of instances that were to be corrected. */
export interface CorrectedBatch {
  /** Written anew: the object that was read, and the rows of the new one. */
  written: { objectKey: string; rows: IndexRows }[];
  /** Objects whose datasets have the right attributes already. */
  unchanged: { objectKey: string }[];
  /** What cannot be written anew, and why; the reason holds no values. */
  failed: { sopInstanceUid: string; reason: string }[];
}

/**
 * Puts the new versions of instances in the place of those they were made of, which stay as former versions, in one
 * transaction. An instance that was deleted or replaced meanwhile is passed over, and nothing is saved when the study was
 * corrected again. Returns the keys of the new objects that no row points to.
 *
 * @throws ObjectStoreUnavailable, ObjectStoreFull; then nothing was saved
 */
export async function saveCorrectedInstances(
  index: pg.Pool,
  correcting: Correcting,
  study: StudyToCorrect,
  batch: CorrectedBatch,
): Promise<string[]> {
  const { hospital, studyInstanceUid, revision } = study;
  const newKeys = batch.written.map(({ rows }) => rows.instance.object_key);
  return inCorrection(index, correcting, async (client, corrections) => {
    // What is done here asks for nothing to be done again.
    await client.query(`SET LOCAL hutong.correcting = 'on'`);
    const [copy] = await lockCopies(client, [studyInstanceUid], [hospital]);
    if (copy === undefined || (await revisionOf(client, study)) !== revision) return newKeys;
    await markDone(client, copy.study_id, revision, batch.unchanged);
    await recordFailures(client, study, batch.failed);
    const current = await currentOf(client, copy.study_id, batch.written);
    const members = batch.written.flatMap(({ objectKey, rows }) => {
      const row = current.get(objectKey);
      return row === undefined ? [] : [{ row, rows }];
    });
    if (members.length === 0) return newKeys;
    await corrections.make(
      client,
      {
        hospital,
        studyInstanceUid,
        kind: 'corrected',
        reason: study.reason,
        // Of what came late for a patient that was merged, nothing else says so in the bucket.
        details: { patientCorrection: study.patientCorrectionId, standing: study.standing },
      },
      async (event, changes) => {
        const ids = members.map(({ row }) => row.instance_id);
        const ended = await endInstances(client, ids, 'corrected', event.id);
        changes.ended.push(...ended.map(({ object_key: key }) => ({ key, why: 'corrected' as const })));
        await addVersions(client, hospital, copy.study_id, revision, members);
        changes.current.push(...members.map(({ rows }) => rows.instance.object_key));
        await noteInstances(client, hospital, studyInstanceUid, 'corrected', ended);
        await refreshStudy(client, {
          studyId: copy.study_id,
          studyInstanceUid,
          seriesIds: [...new Set(members.map(({ row }) => row.series_id))],
          acquired:
            isJudgedBy([...Object.keys(study.attributes), ...study.restored]) &&
            members.some(({ rows }) => rows.acquired),
          arrived: false,
          quietSeconds: corrections.quietSeconds,
          because: { en: '', zh: '' },
        });
        return members.length;
      },
    );
    const used = new Set(members.map(({ rows }) => rows.instance.object_key));
    return newKeys.filter((key) => !used.has(key));
  });
}

async function revisionOf(
  client: pg.PoolClient,
  { hospital, studyInstanceUid }: StudyToCorrect,
): Promise<number | undefined> {
  const { rows } = await client.query<{ revision: number }>(
    'SELECT revision FROM study_correction WHERE hospital_code = $1 AND study_instance_uid = $2',
    [hospital, studyInstanceUid],
  );
  return rows[0]?.revision;
}

async function markDone(
  client: pg.PoolClient,
  studyId: number,
  revision: number,
  unchanged: readonly { objectKey: string }[],
): Promise<void> {
  await client.query(
    'UPDATE instance SET correction_revision = $2 WHERE study_id = $1 AND object_key = ANY ($3::text[])',
    [studyId, revision, unchanged.map(({ objectKey }) => objectKey)],
  );
}

async function recordFailures(
  client: pg.PoolClient,
  { hospital, studyInstanceUid, revision }: StudyToCorrect,
  failed: CorrectedBatch['failed'],
): Promise<void> {
  await client.query(
    `INSERT INTO study_correction_failure (hospital_code, sop_instance_uid, study_instance_uid, revision, reason)
     SELECT $1, uid, $2, $3, reason FROM unnest($4::text[], $5::text[]) AS given (uid, reason)
     ON CONFLICT (hospital_code, sop_instance_uid) DO UPDATE
        SET revision = EXCLUDED.revision, reason = EXCLUDED.reason, failed_at = now()`,
    [
      hospital,
      studyInstanceUid,
      revision,
      failed.map(({ sopInstanceUid }) => sopInstanceUid),
      failed.map(({ reason }) => reason.slice(0, 200)),
    ],
  );
}

interface CurrentInstance {
  instance_id: number;
  series_id: number;
  object_key: string;
  received_dataset_sha256: Buffer;
  stored_at: Date;
}

async function currentOf(
  client: pg.PoolClient,
  studyId: number,
  written: CorrectedBatch['written'],
): Promise<Map<string, CurrentInstance>> {
  const { rows } = await client.query<CurrentInstance>(
    `SELECT instance_id, series_id, object_key, stored_at,
            coalesce(received_dataset_sha256, dataset_sha256) AS received_dataset_sha256
       FROM instance WHERE study_id = $1 AND object_key = ANY ($2::text[])`,
    [studyId, written.map(({ objectKey }) => objectKey)],
  );
  return new Map(rows.map((row) => [row.object_key, row]));
}

/** Adds the rows of the new versions; when they were stored, and what was received, stays as it was. */
async function addVersions(
  client: pg.PoolClient,
  hospital: string,
  studyId: number,
  revision: number,
  members: readonly { row: CurrentInstance; rows: IndexRows }[],
): Promise<void> {
  const added = await addInstances(
    client,
    hospital,
    members.map(({ row, rows }) => ({ ...rows.instance, study_id: studyId, series_id: row.series_id })),
  );
  if (added.size < members.length) throw new Error('a version could not take the place of another');
  await client.query(
    `UPDATE instance
        SET corrected_at = now(), correction_revision = $2, stored_at = given.stored_at,
            received_dataset_sha256 = given.digest
       FROM unnest($3::text[], $4::timestamptz[], $5::bytea[]) AS given (object_key, stored_at, digest)
      WHERE study_id = $1 AND instance.object_key = given.object_key`,
    [
      studyId,
      revision,
      members.map(({ rows }) => rows.instance.object_key),
      members.map(({ row }) => row.stored_at),
      members.map(({ row }) => row.received_dataset_sha256),
    ],
  );
}
