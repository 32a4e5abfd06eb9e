import type pg from 'pg';
import { type Correcting, type Corrections, inCorrection } from './correction.ts';
import { endAndRefresh, lockCopies, type LockedCopy } from './endAndRefresh.ts';
import type { MadeEvent } from './events.ts';
import { endKeptAside, type MovedInstance } from './formerInstances.ts';
import type { GivenReason } from './reasons.ts';
import { requireRetention } from '../holds/retention.ts';
import { unreject } from './rejectionNotes.ts';

/** A study, one of its series, or one instance. */
export interface CorrectionPath {
  study: string;
  series: string | null;
  instance: string | null;
}

/**
 * Deletes what a path names of the copies of some hospitals, null for all, with everything that was kept aside for it. The
 * objects stay until the retention time is over; until then {@link recoverInstances} brings the instances back. What was
 * deleted is refused when it is sent again, unless it expired.
 *
 * Returns one event for each copy that held something; none when there was nothing, as after an earlier deletion.
 *
 * @throws ObjectStoreUnavailable, ObjectStoreFull; what {@link isHeld} knows where a copy is under a legal hold;
 * RetentionNotOver where the reason says that its time is over and it is not, or a policy refuses it before: then nothing
 * was deleted. Where a policy warns, `details.keptUntil` of the event says until when it was to be kept.
 */
export async function deleteInstances(
  index: pg.Pool,
  correcting: Correcting,
  path: CorrectionPath,
  hospitals: readonly string[] | null,
  reason: GivenReason,
): Promise<MadeEvent[]> {
  return inCorrection(index, correcting, async (client, corrections) => {
    const events: MadeEvent[] = [];
    for (const copy of await lockCopies(client, [path.study], hospitals)) {
      const event = await deleteFromCopy(client, corrections, copy, path, reason);
      if (event !== null) events.push(event);
    }
    return events;
  });
}

async function deleteFromCopy(
  client: pg.PoolClient,
  corrections: Corrections,
  copy: LockedCopy,
  path: CorrectionPath,
  reason: GivenReason,
): Promise<MadeEvent | null> {
  const { rows: found } = await client.query<{ instance_id: number }>(
    `SELECT i.instance_id FROM instance i JOIN series e USING (series_id)
      WHERE i.study_id = $1 AND ($2::text IS NULL OR e.series_instance_uid = $2)
        AND ($3::text IS NULL OR i.sop_instance_uid = $3)`,
    [copy.study_id, path.series, path.instance],
  );
  if (found.length === 0) return null;
  const until = await requireRetention(client, copy, reason.code);
  const { rows: aside } = await client.query<{ kept_aside_id: number }>(
    `SELECT kept_aside_id FROM kept_aside
      WHERE hospital_code = $1 AND study_instance_uid = $2 AND ($3::text IS NULL OR series_instance_uid = $3)
        AND ($4::text IS NULL OR sop_instance_uid = $4)`,
    [copy.hospital_code, path.study, path.series, path.instance],
  );
  const ids = found.map((row) => row.instance_id);
  let ended: MovedInstance[] = [];
  const event = await corrections.make(
    client,
    {
      hospital: copy.hospital_code,
      studyInstanceUid: path.study,
      seriesInstanceUid: path.series,
      sopInstanceUid: path.instance,
      kind: 'deleted',
      reason,
      ...(until !== null && { details: { keptUntil: until } }),
    },
    async (recorded, changes) => {
      ended = await endAndRefresh(client, corrections, copy, ids, 'deleted', recorded, changes);
      const keys = await endKeptAside(
        client,
        aside.map((row) => row.kept_aside_id),
        recorded.id,
      );
      changes.ended.push(...keys.map((key) => ({ key, why: 'discarded' as const })));
      return ended.length;
    },
  );
  // With the study as a whole its notes go, and what they rejected stays rejected.
  if (path.series !== null) await unreject(client, corrections, copy.hospital_code, ended, reason);
  return event;
}
