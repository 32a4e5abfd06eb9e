import type { PoolClient } from 'pg';
import type { Corrections } from '../corrections/correction.ts';
import { noteInstances } from '../corrections/endAndRefresh.ts';
import { endInstances } from '../corrections/formerInstances.ts';
import { REJECTION_NOTE } from '../corrections/noteDocuments.ts';
import { refreshStudy } from '../corrections/refreshStudy.ts';
import type { ObjectChanges } from '../corrections/tombstones.ts';
import type { IndexRows } from './indexRows.ts';
import { addInstances } from './indexSql.ts';

/** The rows that an instance of the batch goes into; both are locked. */
export interface Place {
  study_id: number;
  series_id: number;
}

/** Ends the current versions of instances, whose studies are locked. Returns what ended. */
export async function endVersions(
  client: PoolClient,
  hospital: string,
  versions: readonly IndexRows[],
  eventId: number,
  ended: ObjectChanges['ended'],
) {
  const { rows } = await client.query<{ instance_id: number }>(
    'SELECT instance_id FROM instance WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[])',
    [hospital, versions.map(({ instance }) => instance.sop_instance_uid)],
  );
  const ids = rows.map((row) => row.instance_id);
  const former = await endInstances(client, ids, 'corrected', eventId);
  ended.push(...former.map(({ object_key: key }) => ({ key, why: 'corrected' as const })));
  return former;
}

export interface ToPut {
  hospital: string;
  study: string;
  members: readonly IndexRows[];
  placeOf: (rows: IndexRows) => Place;
  corrections: Corrections;
  action: 'recovered' | 'corrected';
}

/** Adds instances of one study as its newest corrections and refreshes it. */
export async function putInPlace(client: PoolClient, input: ToPut): Promise<void> {
  const { hospital, study, members, placeOf, corrections, action } = input;
  const added = await addInstances(
    client,
    hospital,
    members.map((rows) => ({ ...rows.instance, ...placeOf(rows) })),
  );
  if (added.size < members.length) throw new Error('a version could not take the place of another');
  await client.query(
    'UPDATE instance SET corrected_at = now() WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[])',
    [hospital, members.map((rows) => rows.instance.sop_instance_uid)],
  );
  // What waited for the decision to become this very version needs none any more.
  await client.query(
    `DELETE FROM kept_aside k
      USING unnest($2::text[], $3::bytea[]) AS given (sop, dataset)
      WHERE k.hospital_code = $1 AND k.sop_instance_uid = given.sop AND k.dataset_sha256 = given.dataset
        AND k.reason <> '${REJECTION_NOTE}'`,
    [
      hospital,
      members.map((rows) => rows.instance.sop_instance_uid),
      members.map((rows) => rows.instance.dataset_sha256),
    ],
  );
  const [first] = members;
  if (first === undefined) return;
  await noteInstances(
    client,
    hospital,
    study,
    action,
    members.map(({ series, instance }) => ({
      series_instance_uid: series.series_instance_uid,
      sop_instance_uid: instance.sop_instance_uid,
    })),
  );
  await refreshStudy(client, {
    studyId: placeOf(first).study_id,
    studyInstanceUid: study,
    seriesIds: [...new Set(members.map((rows) => placeOf(rows).series_id))],
    acquired: members.some((rows) => rows.acquired),
    arrived: true,
    quietSeconds: corrections.quietSeconds,
    because: { en: '', zh: '' },
  });
}
