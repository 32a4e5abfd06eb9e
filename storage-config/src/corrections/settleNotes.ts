import type { DicomJson } from '@hutong/dicom';
import type { PoolClient } from 'pg';
import { heldAmong } from '../holds/holds.ts';
import { judgeDeletion } from '../holds/retention.ts';
import type { IndexRows } from '../indexing/indexRows.ts';
import type { IndexedAs } from '../indexing/settleOthers.ts';
import type { Corrections } from './correction.ts';
import {
  KEY_OBJECT_SELECTION,
  listNotes,
  type NoteWait,
  readRejectionNote,
  REJECTION_NOTE,
  type RejectionNote,
} from './noteDocuments.ts';
import { applyNote } from './rejectionNotes.ts';

/**
 * Has rejection notes take effect that a batch added, or lists them for a decision. Returns those that wait for one, also
 * such that had been stored before, with why.
 *
 * @param corrections with the right to correct; null where the sender has none
 */
export async function settleNotes(
  client: PoolClient,
  { hospital, corrections }: { hospital: string; corrections: Corrections | null },
  batch: readonly IndexRows[],
  outcomeOf: (rows: IndexRows) => IndexedAs,
): Promise<Map<IndexRows, NoteWait>> {
  const waits = new Map<IndexRows, NoteWait>();
  for (const rows of batch) {
    const { study, instance } = rows;
    if (instance.sop_class_uid !== KEY_OBJECT_SELECTION) continue;
    const sop = instance.sop_instance_uid;
    const as = outcomeOf(rows);
    if (as === 'known' && (await isListed(client, hospital, sop))) waits.set(rows, 'UNDECIDED');
    if (as !== 'added' && as !== 'corrected') continue;
    const note = readRejectionNote(JSON.parse(instance.dataset) as DicomJson);
    if (note === null) continue;
    const wait = corrections === null ? 'NOT_ENTITLED' : await whyWait(client, hospital, sop, note);
    if (corrections !== null && wait === null) {
      await applyNote(client, corrections, { hospital, study: study.study_instance_uid, sop, note });
      continue;
    }
    await listNotes(client, hospital, [sop]);
    // One that was decided about before is not listed again.
    if (wait !== null && (await isListed(client, hospital, sop))) waits.set(rows, wait);
  }
  return waits;
}

/** Why a person is to decide although the sender may reject; null where the note takes effect. */
async function whyWait(
  client: PoolClient,
  hospital: string,
  sop: string,
  note: RejectionNote,
): Promise<NoteWait | null> {
  const studies = note.instances.map((instance) => instance.study);
  // What a legal hold or the retention period keeps is not rejected before that is over.
  if ((await heldAmong(client, hospital, studies)).size > 0) return 'HELD';
  if ((await judgeDeletion(client, hospital, studies, note.reason)).answer === 'refuse') return 'RETAINED';
  return (await contradicts(client, hospital, sop, note)) ? 'CONTRADICTS' : null;
}

const PATIENT_ID = "'{00100020,Value,0}'";

/**
 * Instances that are stored otherwise than a note says: in another study or series, or of another patient. Empty PatientIDs
 * contradict nothing, and the ID that an instance had before it was corrected is its own too.
 */
const CONTRADICTED = `
  SELECT EXISTS (
    SELECT FROM unnest($2::text[], $3::text[], $4::text[]) AS named (sop, study, series)
      JOIN instance i ON i.hospital_code = $1 AND i.sop_instance_uid = named.sop
      JOIN series e ON e.series_id = i.series_id
      JOIN study s ON s.study_id = i.study_id
     WHERE s.study_instance_uid <> named.study OR e.series_instance_uid <> named.series
        OR CASE WHEN $5 IN ('', s.patient_id) THEN false
                ELSE coalesce(i.dataset::jsonb #>> ${PATIENT_ID}, '') NOT IN ('', $5)
                     AND NOT EXISTS (SELECT FROM former_instance f
                                      WHERE f.hospital_code = $1 AND f.sop_instance_uid = i.sop_instance_uid
                                        AND f.why = 'corrected'
                                        AND (f.instance_row ->> 'dataset')::jsonb #>> ${PATIENT_ID} = $5) END
  ) AS contradicted`;

async function contradicts(
  client: PoolClient,
  hospital: string,
  sop: string,
  { patient, instances }: RejectionNote,
): Promise<boolean> {
  const named = instances.filter((instance) => instance.sop !== sop);
  const { rows } = await client.query<{ contradicted: boolean }>(CONTRADICTED, [
    hospital,
    named.map((instance) => instance.sop),
    named.map((instance) => instance.study),
    named.map((instance) => instance.series),
    patient,
  ]);
  return rows[0]?.contradicted === true;
}

async function isListed(client: PoolClient, hospital: string, sop: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM kept_aside WHERE hospital_code = $1 AND sop_instance_uid = $2 AND reason = $3',
    [hospital, sop, REJECTION_NOTE],
  );
  return (rowCount ?? 0) > 0;
}
