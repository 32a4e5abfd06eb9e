import type pg from 'pg';
import { refreshStudy } from '../corrections/refreshStudy.ts';
import { inTransaction } from '../database.ts';
import type { ObjectStates } from './objectStates.ts';

/** Gives instances, series and study the times at which they came, and those of corrections their attributes. */
export async function finishStudy(
  index: pg.Pool,
  { hospital, study }: { hospital: string; study: string },
  stored: readonly { key: string; sop: string; receivedAt: Date }[],
  { current }: ObjectStates,
  quietSeconds: number,
): Promise<void> {
  const corrected = stored.map(({ key }) => current.get(key)?.corrected ?? null);
  await inTransaction(index, async (client) => {
    const { rows } = await client.query<{ study_id: number }>(
      'SELECT study_id FROM study WHERE hospital_code = $1 AND study_instance_uid = $2 FOR UPDATE',
      [hospital, study],
    );
    const studyId = rows[0]?.study_id;
    if (studyId === undefined) return;
    await client.query(
      `UPDATE instance i SET stored_at = given.at, corrected_at = given.corrected
         FROM unnest($2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) AS given (sop, key, at, corrected)
        WHERE i.hospital_code = $1 AND i.sop_instance_uid = given.sop AND i.object_key = given.key`,
      [
        hospital,
        stored.map(({ sop }) => sop),
        stored.map(({ key }) => key),
        stored.map(({ receivedAt }) => receivedAt),
        corrected,
      ],
    );
    if (corrected.some((at) => at !== null)) {
      const { rows: series } = await client.query<{ series_id: number }>(
        'SELECT series_id FROM series WHERE study_id = $1',
        [studyId],
      );
      await refreshStudy(client, {
        studyId,
        studyInstanceUid: study,
        seriesIds: series.map((row) => row.series_id),
        acquired: true,
        arrived: false,
        quietSeconds,
        because: { en: '', zh: '' },
      });
    }
    await client.query(
      `UPDATE series e SET first_stored_at = times.first, last_stored_at = times.last
         FROM (SELECT series_id, min(stored_at) AS first, max(greatest(stored_at, corrected_at)) AS last
                 FROM instance WHERE study_id = $1 GROUP BY series_id) AS times
        WHERE e.series_id = times.series_id`,
      [studyId],
    );
    await client.query(
      `UPDATE study s SET first_stored_at = times.first, last_stored_at = times.last
         FROM (SELECT min(first_stored_at) AS first, max(last_stored_at) AS last FROM series WHERE study_id = $1) AS times
        WHERE s.study_id = $1`,
      [studyId],
    );
    await client.query(
      'UPDATE kept_aside k SET received_at = given.at FROM unnest($2::text[], $3::timestamptz[]) AS given (key, at) WHERE k.hospital_code = $1 AND k.object_key = given.key',
      [hospital, stored.map(({ key }) => key), stored.map(({ receivedAt }) => receivedAt)],
    );
  });
}
