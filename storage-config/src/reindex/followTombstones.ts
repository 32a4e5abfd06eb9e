import type pg from 'pg';
import { endInstances, endKeptAside, type EndedWhy } from '../corrections/formerInstances.ts';
import { refreshStudy } from '../corrections/refreshStudy.ts';
import { inTransaction } from '../database.ts';
import type { ObjectStates } from './objectStates.ts';

/**
 * Does to what the index holds of a study what tombstones say, where the index does not know it: when an older copy of the
 * database was restored. Instances that ended become former ones; of those that are current again the former ones are
 * marked so, to be indexed anew.
 */
export async function followTombstones(
  index: pg.Pool,
  { hospital, study }: { hospital: string; study: string },
  stored: readonly { key: string }[],
  { ended, current }: ObjectStates,
  quietSeconds: number,
): Promise<void> {
  const keys = stored.map(({ key }) => key);
  const endedKeys = keys.filter((key) => ended.has(key));
  const currentKeys = keys.filter((key) => current.has(key));
  if (endedKeys.length === 0 && currentKeys.length === 0) return;
  await inTransaction(index, async (client) => {
    // What was done before a hold is not done now.
    await client.query("SELECT set_config('hutong.reindexing', 'on', true)");
    const { rows: studies } = await client.query<{ study_id: number }>(
      'SELECT study_id FROM study WHERE hospital_code = $1 AND study_instance_uid = $2 FOR UPDATE',
      [hospital, study],
    );
    const studyId = studies[0]?.study_id;
    const stateOf = (key: string): { why: EndedWhy; event: number } => {
      const state = ended.get(key);
      if (state === undefined) throw new Error('the object did not end');
      return state;
    };
    if (studyId !== undefined && endedKeys.length > 0) {
      const { rows } = await client.query<{ instance_id: number; series_id: number; key: string }>(
        `SELECT instance_id, series_id, object_key AS key FROM instance
          WHERE study_id = $1 AND object_key = ANY ($2::text[])`,
        [studyId, endedKeys],
      );
      for (const { instance_id, key } of rows)
        await endInstances(client, [instance_id], stateOf(key).why, stateOf(key).event);
      if (rows.length > 0) {
        await refreshStudy(client, {
          studyId,
          studyInstanceUid: study,
          seriesIds: [...new Set(rows.map((row) => row.series_id))],
          acquired: true,
          arrived: false,
          quietSeconds,
          because: { en: 'The study was deleted', zh: '检查已删除' },
        });
      }
    }
    const { rows: aside } = await client.query<{ id: number; key: string }>(
      `SELECT kept_aside_id AS id, object_key AS key FROM kept_aside
        WHERE hospital_code = $1 AND study_instance_uid = $2 AND object_key = ANY ($3::text[])`,
      [hospital, study, endedKeys],
    );
    for (const { id, key } of aside) await endKeptAside(client, [id], stateOf(key).event);
    await client.query(
      `DELETE FROM kept_aside
        WHERE hospital_code = $1 AND object_key = ANY ($2::text[]) AND reason IN ('DIFFERENT_DATASET', 'OTHER_SERIES')`,
      [hospital, currentKeys],
    );
    await client.query(
      `UPDATE former_instance SET recovered_at = now(), instance_row = NULL, kept_aside_row = NULL
        WHERE hospital_code = $1 AND study_instance_uid = $2 AND recovered_at IS NULL AND object_key = ANY ($3::text[])`,
      [hospital, study, currentKeys],
    );
  });
}
