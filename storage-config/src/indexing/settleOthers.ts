import type { PoolClient } from 'pg';
import type { Corrections } from '../corrections/correction.ts';
import { accept, refusedAmong } from '../corrections/formerInstances.ts';
import { endedAmong, isCorrectionOf, isRefused, refusalsOf } from '../corrections/refusals.ts';
import { heldAmong } from '../holds/holds.ts';
import type { IndexRows } from './indexRows.ts';
import { existingInstances, type ExistingInstance, keepAside } from './indexSql.ts';
import { endVersions, type Place, putInPlace } from './putVersions.ts';

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
  const different = others.filter((rows) => existing.has(rows.instance.sop_instance_uid));
  const ended = corrections === null ? null : await endedAmong(client, hospital, different);
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
    else if (ended?.has(rows) === true) outcomes.set(rows, 'refused');
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

const byStudy = (members: readonly IndexRows[]): Map<string, IndexRows[]> =>
  Map.groupBy(members, (rows) => rows.study.study_instance_uid);
