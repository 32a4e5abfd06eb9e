import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { publishStudyChanged } from '../outbox.ts';

interface Copy {
  id: number;
  later: boolean;
}

/**
 * Has the copies of studies that several hospitals stored stand in the order in which they were stored, which a rebuild
 * from the bucket need not find them in: of several copies the region's view shows the one with the smallest number.
 */
export async function orderCopies(index: pg.Pool, quietSeconds: number): Promise<void> {
  const { rows } = await index.query<{ uid: string }>(
    'SELECT DISTINCT study_instance_uid AS uid FROM study WHERE later_copy ORDER BY 1',
  );
  for (const { uid } of rows) {
    await inTransaction(index, async (client) => {
      const { rows: copies } = await client.query<Copy>(
        `SELECT study_id AS id, later_copy AS later FROM study WHERE study_instance_uid = $1
          ORDER BY first_stored_at, study_id FOR UPDATE`,
        [uid],
      );
      let last = 0;
      for (const [i, { id, later }] of copies.entries()) {
        const now = id < last ? await renumber(client, id) : id;
        if (now !== id) await publishStudyChanged(client, now, quietSeconds);
        if (later !== i > 0)
          await client.query('UPDATE study SET later_copy = $2 WHERE study_id = $1', [now, i > 0]);
        last = now;
      }
    });
  }
}

/** Tables that name studies by number, with or without a foreign key. `hr_label` follows its events. */
export const REFERRING = [
  'series',
  'instance',
  'outbox',
  'study_item',
  'conformance_result',
  'hr_label_event',
  'verdict_decision',
  'study_exam_name',
  'study_summary',
  'study_judgement',
  'study_apart',
  'searchable_value',
  'study_name_pending',
];

/** Gives a study the next number. One statement, so that its foreign keys hold at the end of it. */
async function renumber(client: pg.PoolClient, id: number): Promise<number> {
  const moves = REFERRING.map(
    (table) =>
      `in_${table} AS (UPDATE ${table} SET study_id = renumbered.study_id FROM renumbered WHERE ${table}.study_id = $1)`,
  );
  const { rows } = await client.query<{ study_id: number }>(
    `WITH renumbered AS (UPDATE study SET study_id = DEFAULT WHERE study_id = $1 RETURNING study_id, hospital_code, patient_id,
                             issuer_of_patient_id),
          ${moves.join(',\n          ')},
          seen AS (INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id, study_id)
                   SELECT hospital_code, patient_id, issuer_of_patient_id, renumbered.study_id FROM renumbered
                    WHERE patient_id <> '')
     SELECT study_id FROM renumbered`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the study was not renumbered');
  return row.study_id;
}
