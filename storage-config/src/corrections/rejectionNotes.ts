import type pg from 'pg';
import { requireRetention } from '../holds/retention.ts';
import type { Corrections } from './correction.ts';
import { endAndRefresh, lockCopies } from './endAndRefresh.ts';
import type { MadeEvent } from './events.ts';
import { accept, type MovedInstance, refuse } from './formerInstances.ts';
import { KEY_OBJECT_SELECTION, REJECTION_NOTE, type RejectionNote } from './noteDocuments.ts';
import { CORRECTION_REASONS, type GivenReason } from './reasons.ts';
import { bringBack, endedByEvent, lockFormerStudies } from './recoverInstances.ts';

/** A stored rejection note. */
export interface StoredNote {
  hospital: string;
  study: string;
  sop: string;
  note: RejectionNote;
}

/**
 * Has a stored rejection note take effect: what it names of its own hospital is no longer current, and refused when it
 * comes (again), unless it expired.
 *
 * @throws RetentionNotOver where deleting would be refused for its reason; what isHeld knows under a legal hold
 */
export async function applyNote(
  client: pg.PoolClient,
  corrections: Corrections,
  { hospital, study, sop, note }: StoredNote,
  words = '',
): Promise<MadeEvent> {
  const named = note.instances.filter((instance) => instance.sop !== sop);
  const copies = await lockCopies(client, [...new Set(named.map((instance) => instance.study))], [hospital]);
  let keptUntil: string | null = null;
  for (const copy of copies) keptUntil = (await requireRetention(client, copy, note.reason)) ?? keptUntil;
  return corrections.make(
    client,
    {
      hospital,
      studyInstanceUid: study,
      kind: 'rejected',
      reason: { code: note.reason, text: words },
      details: { note: sop, named: named.length, ...(keptUntil !== null && { keptUntil }) },
    },
    async (event, changes) => {
      let count = 0;
      for (const copy of copies) {
        const wanted = named.filter((instance) => instance.study === copy.study_instance_uid);
        const { rows } = await client.query<{ instance_id: number }>(
          `SELECT i.instance_id FROM instance i WHERE i.study_id = $1 AND i.sop_instance_uid = ANY ($2::text[])`,
          [copy.study_id, wanted.map((instance) => instance.sop)],
        );
        const ids = rows.map((row) => row.instance_id);
        if (ids.length === 0) continue;
        const ended = await endAndRefresh(client, corrections, copy, ids, 'rejected', event, changes);
        count += ended.length;
        await unreject(client, corrections, hospital, ended, event.reason);
      }
      if (CORRECTION_REASONS[note.reason].refusedAfterwards) {
        const late = await notStored(
          client,
          hospital,
          named.map((instance) => instance.sop),
        );
        await refuse(client, hospital, late, event.id);
        changes.refused.push(...late);
      }
      return count;
    },
  );
}

async function notStored(
  client: pg.PoolClient,
  hospital: string,
  sops: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ sop: string }>(
    `SELECT DISTINCT sop FROM unnest($2::text[]) AS sop
      WHERE sop <> ''
        AND NOT EXISTS (SELECT FROM instance WHERE hospital_code = $1 AND sop_instance_uid = sop)
        AND NOT EXISTS (SELECT FROM refused_instance WHERE hospital_code = $1 AND sop_instance_uid = sop)`,
    [hospital, sops],
  );
  return rows.map((row) => row.sop);
}

/** Brings back what rejection notes had rejected that are now deleted or rejected themselves. */
export async function unreject(
  client: pg.PoolClient,
  corrections: Corrections,
  hospital: string,
  ended: readonly MovedInstance[],
  reason: GivenReason,
): Promise<void> {
  const notes = ended.filter((instance) => instance.sop_class_uid === KEY_OBJECT_SELECTION);
  if (notes.length === 0) return;
  await client.query(
    `DELETE FROM kept_aside WHERE hospital_code = $1 AND reason = '${REJECTION_NOTE}' AND sop_instance_uid = ANY ($2)`,
    [hospital, notes.map((note) => note.sop_instance_uid)],
  );
  const { rows: rejections } = await client.query<{ id: number; study: string; note: string }>(
    `SELECT v.study_event_id AS id, v.study_instance_uid AS study, v.details ->> 'note' AS note
       FROM study_event v
      WHERE v.hospital_code = $1 AND v.kind = 'rejected' AND v.details ->> 'note' = ANY ($2::text[])
        AND NOT EXISTS (SELECT FROM study_event u
                         WHERE u.hospital_code = $1 AND u.kind = 'unrejected' AND u.study_event_id > v.study_event_id
                           AND u.details ->> 'note' = v.details ->> 'note')
      ORDER BY v.study_event_id`,
    [hospital, notes.map((note) => note.sop_instance_uid)],
  );
  for (const { id, study, note } of rejections) {
    const { rows } = await client.query<{ study: string }>(
      `SELECT DISTINCT study_instance_uid AS study FROM former_instance
        WHERE study_event_id = $1 AND recovered_at IS NULL AND removed_at IS NULL ORDER BY 1`,
      [id],
    );
    await lockFormerStudies(
      client,
      hospital,
      rows.map((row) => row.study),
    );
    await corrections.make(
      client,
      { hospital, studyInstanceUid: study, kind: 'unrejected', reason, details: { note } },
      async (event, changes) => {
        const count = await bringBack(client, corrections, hospital, endedByEvent(id), event, changes);
        const { rows: refused } = await client.query<{ sop_instance_uid: string }>(
          'SELECT sop_instance_uid FROM refused_instance WHERE study_event_id = $1',
          [id],
        );
        const late = await accept(
          client,
          hospital,
          refused.map((row) => row.sop_instance_uid),
        );
        changes.accepted.push(...late);
        return count;
      },
    );
  }
}
