import type pg from 'pg';
import { isAcquired } from '../indexing/acquisition.ts';
import { seriesRow, studyRow } from '../indexing/indexRows.ts';
import { lockStudies, putSeries } from '../indexing/indexSql.ts';
import { type Correcting, type Corrections, inCorrection } from './correction.ts';
import { noteInstances } from './endAndRefresh.ts';
import type { MadeEvent, StudyEvent } from './events.ts';
import {
  accept,
  CAN_RETURN,
  endInstances,
  lockFormer,
  markRecovered,
  putBack,
  type RecoverableInstance,
} from './formerInstances.ts';
import type { GivenReason } from './reasons.ts';
import { refreshStudy } from './refreshStudy.ts';
import { refuseToCorrectAgain } from './wouldBeCorrectedAgain.ts';
import { listNotes } from './noteDocuments.ts';
import type { ObjectChanges } from './tombstones.ts';

/** Which former instances come back, as a condition on `f` with the value $2. */
export interface Recoverable {
  condition: string;
  value: unknown;
}

/** Everything of a study that was deleted or rejected. */
export const endedOfStudy = (studyInstanceUid: string): Recoverable => ({
  condition: `f.study_instance_uid = $2 AND EXISTS (
    SELECT FROM study_event v WHERE v.study_event_id = f.study_event_id AND v.kind IN ('deleted', 'rejected'))`,
  value: studyInstanceUid,
});

/** Everything that one event ended; of a correction the version before it. */
export const endedByEvent = (eventId: number): Recoverable => ({
  condition: 'f.study_event_id = $2',
  value: eventId,
});

/**
 * Makes former instances current again, with the rows they had, as long as their objects were not removed. Of several
 * versions of an instance the last that ended comes back; if another is current, it is replaced only where a correction
 * is taken back.
 *
 * Returns one event for each hospital with something to recover; none when there was nothing.
 *
 * @param hospitals that the caller may correct; null for all
 * @throws WouldBeCorrectedAgain, ObjectStoreUnavailable, ObjectStoreFull; then nothing was recovered
 */
export async function recoverInstances(
  index: pg.Pool,
  correcting: Correcting,
  study: string,
  what: Recoverable,
  hospitals: readonly string[] | null,
  reason: GivenReason,
): Promise<MadeEvent[]> {
  return inCorrection(index, correcting, async (client, corrections) => {
    const { rows } = await client.query<{ hospital_code: string; studies: string[] }>(
      `SELECT hospital_code, array_agg(DISTINCT study_instance_uid ORDER BY study_instance_uid) AS studies
         FROM former_instance f
        WHERE ${CAN_RETURN} AND ($1::text[] IS NULL OR hospital_code = ANY ($1))
          AND ${what.condition}
        GROUP BY hospital_code ORDER BY hospital_code`,
      [hospitals, what.value],
    );
    const events: MadeEvent[] = [];
    for (const { hospital_code: hospital, studies } of rows) {
      await lockFormerStudies(client, hospital, studies);
      await refuseToCorrectAgain(client, hospital, what);
      const event = await corrections.make(
        client,
        { hospital, studyInstanceUid: study, kind: 'recovered', reason },
        async (recorded, changes) => bringBack(client, corrections, hospital, what, recorded, changes),
      );
      events.push(event);
    }
    return events;
  });
}

/** Locks studies of a hospital, with rows for those that have none; {@link bringBack} removes those that stay empty. */
export async function lockFormerStudies(
  client: pg.PoolClient,
  hospital: string,
  studies: readonly string[],
): Promise<void> {
  await lockStudies(
    client,
    hospital,
    studies.toSorted().map((uid) => studyRow({}, uid)),
  );
}

/** Puts back what a condition names, into studies that are locked. Returns how many instances came back. */
export async function bringBack(
  client: pg.PoolClient,
  { quietSeconds }: Corrections,
  hospital: string,
  what: Recoverable,
  event: StudyEvent,
  changes: ObjectChanges,
): Promise<number> {
  const found = await lockFormer(client, hospital, what.condition, [what.value]);
  const instances = firstOfEach(found.filter((former) => !former.was_kept_aside));
  const replaced = await endReplaced(client, hospital, instances, event, changes);
  let count = 0;
  for (const [study, members] of Map.groupBy(instances, (former) => former.study_instance_uid)) {
    const studies = await lockStudies(client, hospital, [studyRow({}, study)]);
    const studyId = studies.get(study)?.study_id;
    if (studyId === undefined) throw new Error('the study was not locked');
    const uids = [...new Set(members.map((former) => former.series_instance_uid))];
    const series = await putSeries(
      client,
      hospital,
      uids.map((uid) => ({ ...seriesRow({}, uid), study_id: studyId })),
    );
    const back = await putBack(
      client,
      'instance',
      members.map((former) => ({
        former: former.former_instance_id,
        study_id: studyId,
        series_id: series.get(`${studyId} ${former.series_instance_uid}`) ?? 0,
      })),
    );
    const returned = members.filter((former) => back.has(former.former_instance_id));
    count += returned.length;
    changes.current.push(...returned.map((former) => former.object_key));
    await markRecovered(client, [...back], event.id);
    const sops = returned.map((former) => former.sop_instance_uid);
    changes.accepted.push(...sops);
    await accept(client, hospital, sops);
    await noteInstances(client, hospital, study, 'recovered', returned);
    await refreshStudy(client, {
      studyId,
      studyInstanceUid: study,
      seriesIds: [...new Set([...series.values(), ...(replaced.get(studyId) ?? [])])],
      acquired: returned.some((former) => isAcquired(former.sop_class_uid, former.has_pixel_data)),
      arrived: false,
      quietSeconds,
      because: { en: 'The study was moved', zh: '检查已变更' },
    });
    await listNotes(client, hospital, sops);
  }
  await putBackKeptAside(client, found, event, changes);
  return count;
}

/** Taking a correction back ends the version that came with it. Returns the series by study that lost one. */
async function endReplaced(
  client: pg.PoolClient,
  hospital: string,
  instances: readonly RecoverableInstance[],
  event: StudyEvent,
  changes: ObjectChanges,
): Promise<Map<number, number[]>> {
  const corrected = instances.filter((former) => former.why === 'corrected');
  const lost = new Map<number, number[]>();
  if (corrected.length === 0) return lost;
  const { rows } = await client.query<{ instance_id: number }>(
    'SELECT instance_id FROM instance WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[]) FOR UPDATE',
    [hospital, corrected.map((former) => former.sop_instance_uid)],
  );
  const ended = await endInstances(
    client,
    rows.map((row) => row.instance_id),
    'corrected',
    event.id,
  );
  changes.ended.push(...ended.map(({ object_key: key }) => ({ key, why: 'corrected' as const })));
  for (const { study_id, series_id } of ended) lost.set(study_id, [...(lost.get(study_id) ?? []), series_id]);
  return lost;
}

async function putBackKeptAside(
  client: pg.PoolClient,
  found: readonly RecoverableInstance[],
  event: StudyEvent,
  changes: ObjectChanges,
): Promise<void> {
  const aside = found.filter((former) => former.was_kept_aside);
  const back = await putBack(
    client,
    'kept_aside',
    aside.map((former) => ({ former: former.former_instance_id })),
  );
  await markRecovered(client, [...back], event.id);
  const returned = aside.filter((former) => back.has(former.former_instance_id));
  changes.keptAside.push(...returned.map((former) => former.object_key));
}

function firstOfEach(formers: readonly RecoverableInstance[]): RecoverableInstance[] {
  const newest = new Map<string, RecoverableInstance>();
  for (const former of formers)
    if (!newest.has(former.sop_instance_uid)) newest.set(former.sop_instance_uid, former);
  return [...newest.values()];
}
