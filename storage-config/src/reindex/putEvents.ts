import type pg from 'pg';
import type { Tombstone } from '../corrections/tombstones.ts';
import { inTransaction } from '../database.ts';
import type { ObjectStates } from './objectStates.ts';

/**
 * Records the events of tombstones under the numbers they had. An event that another one has taken the number of, after an
 * older copy of the database was restored, is left out. Returns how many were added.
 */
export async function putEvents(
  index: pg.Pool,
  tombstones: readonly Pick<Tombstone, 'event' | 'instances'>[],
): Promise<number> {
  let added = 0;
  await inTransaction(index, async (client) => {
    for (const { event, instances } of tombstones) {
      const { rowCount } = await client.query(
        `INSERT INTO study_event (study_event_id, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid,
                                  kind, reason_code, reason_text, author_kind, author_id, author_name, instances, details,
                                  created_at)
         OVERRIDING SYSTEM VALUE
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT DO NOTHING`,
        [
          event.id,
          event.hospital,
          event.studyInstanceUid,
          event.seriesInstanceUid,
          event.sopInstanceUid,
          event.kind,
          event.reason.code,
          event.reason.text,
          event.author.kind,
          event.author.id,
          event.author.name,
          instances,
          JSON.stringify(event.details),
          event.at,
        ],
      );
      added += rowCount ?? 0;
    }
    await client.query(
      `SELECT setval(pg_get_serial_sequence('study_event', 'study_event_id'),
                     greatest((SELECT max(study_event_id) FROM study_event), 1),
                     EXISTS (SELECT FROM study_event))`,
    );
  });
  return added;
}

/** Refuses the SOP instances that tombstones say are refused, and no others that they name. */
export async function putRefused(index: pg.Pool, { refused, accepted }: ObjectStates): Promise<void> {
  for (const [hospital, uids] of accepted) {
    await index.query(
      'DELETE FROM refused_instance WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[])',
      [hospital, [...uids]],
    );
  }
  for (const [hospital, uids] of refused) {
    await index.query(
      `INSERT INTO refused_instance (hospital_code, sop_instance_uid, study_event_id)
       SELECT $1, uid, event FROM unnest($2::text[], $3::bigint[]) AS given (uid, event)
           ON CONFLICT DO NOTHING`,
      [hospital, [...uids.keys()], [...uids.values()]],
    );
  }
}
