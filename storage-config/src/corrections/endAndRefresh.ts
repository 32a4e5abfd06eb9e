import type pg from 'pg';
import { noteChangeOf } from '../changes.ts';
import { isAcquired } from '../indexing/acquisition.ts';
import type { Corrections } from './correction.ts';
import type { StudyEvent } from './events.ts';
import { endInstances, type EndedWhy, type MovedInstance, refuse } from './formerInstances.ts';
import { CORRECTION_REASONS, reasonWords } from './reasons.ts';
import { refreshStudy } from './refreshStudy.ts';
import type { ObjectChanges } from './tombstones.ts';

/** One hospital's copy of a study, locked. */
export interface LockedCopy {
  study_id: number;
  hospital_code: string;
  study_instance_uid: string;
}

/** Locks the copies of a study among some hospitals, null for all, in one order. */
export async function lockCopies(
  client: pg.PoolClient,
  studyInstanceUids: readonly string[],
  hospitals: readonly string[] | null,
): Promise<LockedCopy[]> {
  const { rows } = await client.query<LockedCopy>(
    `SELECT study_id, hospital_code, study_instance_uid FROM study
      WHERE study_instance_uid = ANY ($1::text[]) AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      ORDER BY study_instance_uid, study_id FOR UPDATE`,
    [studyInstanceUids, hospitals],
  );
  return rows;
}

/** Ends instances of a locked copy, refuses them afterwards where the reason says so, and refreshes the copy. */
export async function endAndRefresh(
  client: pg.PoolClient,
  { quietSeconds }: Corrections,
  copy: LockedCopy,
  instanceIds: readonly number[],
  why: Extract<EndedWhy, 'deleted' | 'rejected'>,
  event: StudyEvent,
  changes: ObjectChanges,
): Promise<MovedInstance[]> {
  const ended = await endInstances(client, instanceIds, why, event.id);
  changes.ended.push(...ended.map((instance) => ({ key: instance.object_key, why })));
  const uids = ended.map((instance) => instance.sop_instance_uid);
  if (CORRECTION_REASONS[event.reason.code].refusedAfterwards) {
    await refuse(client, copy.hospital_code, uids, event.id);
    changes.refused.push(...uids);
  }
  await noteInstances(client, copy.hospital_code, copy.study_instance_uid, why, ended);
  const words = reasonWords(event.reason.code);
  await refreshStudy(client, {
    studyId: copy.study_id,
    studyInstanceUid: copy.study_instance_uid,
    seriesIds: [...new Set(ended.map((instance) => instance.series_id))],
    acquired: ended.some((instance) => isAcquired(instance.sop_class_uid, instance.has_pixel_data)),
    arrived: false,
    quietSeconds,
    because: { en: `The study was deleted: ${words.en}`, zh: `检查已删除：${words.zh}` },
  });
  return ended;
}

/** Notes instances of a study in the change feed, one entry for each series. */
export async function noteInstances(
  client: pg.PoolClient,
  hospital: string,
  studyInstanceUid: string,
  action: 'deleted' | 'rejected' | 'recovered' | 'corrected',
  instances: readonly Pick<MovedInstance, 'series_instance_uid' | 'sop_instance_uid'>[],
): Promise<void> {
  const series = Map.groupBy(instances, (instance) => instance.series_instance_uid);
  for (const [seriesInstanceUid, members] of series) {
    await noteChangeOf(
      client,
      { hospital, studyInstanceUid },
      { action, seriesInstanceUid, sopInstanceUids: members.map((member) => member.sop_instance_uid) },
    );
  }
}
