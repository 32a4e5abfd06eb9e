import type { PoolClient } from 'pg';
import type { Corrections } from '../corrections/correction.ts';
import { noteInstances } from '../corrections/endAndRefresh.ts';
import { accept, endInstances, refusedAmong } from '../corrections/formerInstances.ts';
import { REJECTION_NOTE } from '../corrections/noteDocuments.ts';
import { refreshStudy } from '../corrections/refreshStudy.ts';
import { isCorrectionOf, isRefused, refusalsOf } from '../corrections/refusals.ts';
import type { ObjectChanges } from '../corrections/tombstones.ts';
import { heldAmong } from '../holds/holds.ts';
import type { IndexRows } from './indexRows.ts';
import { addInstances, existingInstances, type ExistingInstance, keepAside } from './indexSql.ts';

/** What became of one instance in the index. */
export type IndexedAs =
  /** A row points to its object. */
  | 'added'
  /** The same dataset is stored already: its own object is not needed. */
  | 'known'
  /** It replaced the version that was stored, by the right of who sent it; a row points to its object. */
  | 'corrected'
  /** Another dataset is, or was, stored under its UID; its object was kept aside. */
  | 'keptAside'
  /** That other dataset was kept aside before: its own object is not needed. */
  | 'keptAsideBefore'
  /** It was deleted or rejected, and sending it does not bring it back: its own object is not needed. */
  | 'refused';

/** The rows that an instance of the batch goes into; both are locked. */
export interface Place {
  study_id: number;
  series_id: number;
}

export interface Others {
  hospital: string;
  /** Instances that got no row, in the order they were sent. */
  others: readonly IndexRows[];
  placeOf: (rows: IndexRows) => Place;
  /** With the right to correct. */
  corrections: Corrections | null;
  /** Whether the instances are what the bucket holds, where what was refused is not kept. */
  rebuilding: boolean;
}

/** Decides about instances that got no row, for one with their UID is there or was deleted. */
export async function settleOthers(
  client: PoolClient,
  input: Others,
): Promise<(rows: IndexRows) => IndexedAs> {
  const { hospital, others, corrections, rebuilding } = input;
  const uids = others.map((rows) => rows.instance.sop_instance_uid);
  const existing = await existingInstances(client, hospital, uids);
  const refused = await refusedAmong(client, hospital, uids);
  const mayWait = corrections !== null || rebuilding;
  const refusals = mayWait ? await refusalsOf(client, hospital, [...refused]) : null;
  const held =
    corrections === null
      ? new Set<string>()
      : await heldAmong(
          client,
          hospital,
          others.map((rows) => rows.study.study_instance_uid),
        );
  const outcomes = new Map<IndexRows, IndexedAs>();
  const existingOf = (rows: IndexRows) => existing.get(rows.instance.sop_instance_uid);

  const replacing: IndexRows[] = [];
  const returning: IndexRows[] = [];
  const once = new Set<string>();
  for (const rows of others) {
    const uid = rows.instance.sop_instance_uid;
    const there = existingOf(rows);
    const isGone = there === undefined && refused.has(uid);
    const refusal = refusals?.get(uid);
    if (there !== undefined && isSame(rows, there)) outcomes.set(rows, 'known');
    else if (isGone && (refusal === undefined || isRefused(rows, refusal))) outcomes.set(rows, 'refused');
    // A hold keeps a study as it is; and of two versions sent at once nobody can say which is right: a person decides.
    else if (corrections !== null && !once.has(uid) && !held.has(rows.study.study_instance_uid)) {
      if (there === undefined) {
        if (refusal !== undefined && !isCorrectionOf(rows, refusal)) continue;
        returning.push(rows);
      } else if (isInPlace(rows, there)) replacing.push(rows);
      else continue;
      once.add(uid);
    }
  }
  if (corrections !== null) {
    for (const rows of await takeBack(client, corrections, input, returning)) outcomes.set(rows, 'added');
    for (const rows of await replace(client, corrections, input, replacing)) outcomes.set(rows, 'corrected');
  }
  const rest = others.filter((rows) => !outcomes.has(rows));
  const current = new Map(
    others.flatMap((rows) => {
      const as = outcomes.get(rows);
      return as === 'added' || as === 'corrected'
        ? [[rows.instance.sop_instance_uid, rows.instance.dataset_sha256] as const]
        : [];
    }),
  );
  const kept = await keepAside(
    client,
    hospital,
    rest.filter(
      (rows) => !(current.get(rows.instance.sop_instance_uid)?.equals(rows.instance.dataset_sha256) ?? false),
    ),
    (rows) => {
      const there = existingOf(rows);
      return there === undefined || isInPlace(rows, there) ? 'DIFFERENT_DATASET' : 'OTHER_SERIES';
    },
  );
  for (const rows of rest) {
    const same = current.get(rows.instance.sop_instance_uid)?.equals(rows.instance.dataset_sha256) ?? false;
    outcomes.set(rows, same ? 'known' : kept.has(rows.instance.object_key) ? 'keptAside' : 'keptAsideBefore');
  }
  return (rows) => outcomes.get(rows) ?? 'known';
}

/** Whether it is the dataset that is stored, or that was received before corrections of the patient wrote it anew. */
const isSame = ({ instance }: IndexRows, there: ExistingInstance): boolean =>
  there.dataset_sha256.equals(instance.dataset_sha256) ||
  (there.received_dataset_sha256?.equals(instance.dataset_sha256) ?? false);

/**
 * Whether a version belongs into the series of the one that is stored. Under another study or series the UID may as well be
 * one that a device gave twice, so that replacing would take an image from another patient: that is for a person to decide.
 */
const isInPlace = (rows: IndexRows, there: ExistingInstance): boolean =>
  there.study_instance_uid === rows.study.study_instance_uid &&
  there.series_instance_uid === rows.series.series_instance_uid;

/** Stores corrections of what was deleted, which is accepted again by that. Returns what was added. */
async function takeBack(
  client: PoolClient,
  corrections: Corrections,
  { hospital, placeOf }: Others,
  returning: readonly IndexRows[],
): Promise<IndexRows[]> {
  const added: IndexRows[] = [];
  for (const [study, members] of byStudy(returning)) {
    await corrections.make(
      client,
      { hospital, studyInstanceUid: study, kind: 'restored', reason: { code: 'SENT_AGAIN', text: '' } },
      async (_event, changes) => {
        const uids = members.map((rows) => rows.instance.sop_instance_uid);
        changes.accepted.push(...(await accept(client, hospital, uids)));
        await putInPlace(client, { hospital, study, members, placeOf, corrections, action: 'recovered' });
        changes.current.push(...members.map((rows) => rows.instance.object_key));
        return members.length;
      },
    );
    added.push(...members);
  }
  return added;
}

/** Stores new versions; those that were there become former ones. Returns what was stored. */
async function replace(
  client: PoolClient,
  corrections: Corrections,
  { hospital, placeOf }: Others,
  replacing: readonly IndexRows[],
): Promise<IndexRows[]> {
  for (const [study, members] of byStudy(replacing)) {
    await corrections.make(
      client,
      { hospital, studyInstanceUid: study, kind: 'corrected', reason: { code: 'SENT_AGAIN', text: '' } },
      async (event, changes) => {
        await endVersions(client, hospital, members, event.id, changes.ended);
        await putInPlace(client, { hospital, study, members, placeOf, corrections, action: 'corrected' });
        changes.current.push(...members.map((rows) => rows.instance.object_key));
        return members.length;
      },
    );
  }
  return [...replacing];
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

const byStudy = (members: readonly IndexRows[]): Map<string, IndexRows[]> =>
  Map.groupBy(members, (rows) => rows.study.study_instance_uid);
