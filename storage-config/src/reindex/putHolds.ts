import type pg from 'pg';
import type { HoldRecord } from '../holds/holdRecords.ts';

/**
 * Sets the holds of a bucket that the index does not know, released as they are, before their studies come. Their numbers
 * stay, but where an older copy of the database gave one to another hold since. Returns how many were added.
 */
export async function putHolds(index: pg.Pool, records: readonly HoldRecord[]): Promise<number> {
  let added = 0;
  for (const { hold, released } of records) {
    const { rows } = await index.query<{ id: number }>(
      `INSERT INTO legal_hold (legal_hold_id, hold_key, hospital_code, study_instance_uid, patient_id, reason, until,
                               author_kind, author_id, author_name, created_at)
       OVERRIDING SYSTEM VALUE
       SELECT CASE WHEN EXISTS (SELECT FROM legal_hold WHERE legal_hold_id = $1)
                   THEN (SELECT max(legal_hold_id) + 1 FROM legal_hold) ELSE $1 END,
              $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
           ON CONFLICT (hold_key) DO NOTHING RETURNING legal_hold_id AS id`,
      [
        hold.id,
        hold.key,
        hold.hospital,
        hold.studyInstanceUid,
        hold.patientId,
        hold.reason,
        hold.until,
        hold.author.kind,
        hold.author.id,
        hold.author.name,
        hold.createdAt,
      ],
    );
    added += rows.length;
    await index.query(
      `INSERT INTO legal_hold_study (legal_hold_id, hospital_code, study_instance_uid)
       SELECT legal_hold_id, hospital_code, uid FROM legal_hold, unnest($2::text[]) AS uid WHERE hold_key = $1
           ON CONFLICT DO NOTHING`,
      [hold.key, hold.studies],
    );
    if (released === null) continue;
    await index.query(
      `UPDATE legal_hold
          SET released_at = $2, released_by_kind = $3, released_by_id = $4, released_by_name = $5, release_reason = $6
        WHERE hold_key = $1 AND released_at IS NULL`,
      [
        hold.key,
        released.at,
        released.author.kind,
        released.author.id,
        released.author.name,
        released.reason,
      ],
    );
  }
  await index.query(
    `SELECT setval(pg_get_serial_sequence('legal_hold', 'legal_hold_id'),
                   greatest((SELECT max(legal_hold_id) FROM legal_hold), 1), EXISTS (SELECT FROM legal_hold))`,
  );
  return added;
}

/**
 * Holds on patients keep studies that a correction gave to somebody else since: any of whose instances, current or former,
 * says that it is of the patient. Belongs after the studies were put.
 */
export async function joinStudiesOfHolds(index: pg.Pool): Promise<void> {
  await index.query(
    `WITH patients AS (
       SELECT legal_hold_id, hospital_code, patient_id FROM legal_hold
        WHERE patient_id IS NOT NULL AND released_at IS NULL
     )
     INSERT INTO legal_hold_study (legal_hold_id, hospital_code, study_instance_uid)
     SELECT DISTINCT p.legal_hold_id, p.hospital_code, s.study_instance_uid
       FROM patients p
       JOIN instance i ON i.hospital_code = p.hospital_code
        AND i.dataset::jsonb #>> '{00100020,Value,0}' = p.patient_id
       JOIN study s USING (study_id)
      UNION
     SELECT p.legal_hold_id, p.hospital_code, f.study_instance_uid
       FROM patients p
       JOIN former_instance f ON f.hospital_code = p.hospital_code AND f.removed_at IS NULL
        AND (coalesce(f.instance_row, f.kept_aside_row) ->> 'dataset')::jsonb #>> '{00100020,Value,0}' = p.patient_id
         ON CONFLICT DO NOTHING`,
  );
}
