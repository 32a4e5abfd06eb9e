import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { putSeries } from '../indexing/indexSql.ts';
import type { IndexRows } from '../indexing/indexRows.ts';
import { readStored } from '../indexing/readStored.ts';
import { endVersions, putInPlace } from '../indexing/putVersions.ts';
import { type Correcting, type Corrections, inCorrection } from './correction.ts';
import type { MadeEvent } from './events.ts';
import { accept, endKeptAside, type MovedInstance } from './formerInstances.ts';
import { readRejectionNote, REJECTION_NOTE } from './noteDocuments.ts';
import type { GivenReason } from './reasons.ts';
import { lockFormerStudies } from './recoverInstances.ts';
import { refreshStudy } from './refreshStudy.ts';
import { applyNote } from './rejectionNotes.ts';

/** What waits for a decision: another version of an instance, or a rejection note that did not take effect by itself. */
export interface KeptAside {
  id: number;
  hospital: string;
  study: string;
  series: string;
  sop: string;
  objectKey: string;
  reason: string;
  dataset: string | null;
}

const SELECT = `SELECT kept_aside_id AS id, hospital_code AS hospital, study_instance_uid AS study,
       series_instance_uid AS series, sop_instance_uid AS sop, object_key AS "objectKey", reason, dataset
  FROM kept_aside WHERE kept_aside_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`;

/** One thing kept aside, of some hospitals, null for all. */
export async function findKeptAside(
  index: pg.Pool | pg.PoolClient,
  id: number,
  hospitals: readonly string[] | null,
): Promise<KeptAside | null> {
  const { rows } = await index.query<KeptAside>(SELECT, [id, hospitals]);
  return rows[0] ?? null;
}

/**
 * Decides about what was kept aside. `accept` makes the version the current one, also where that moves it to another study
 * or series, or has the rejection note take effect; `discard` ends it. Returns the event, or null when it is gone: decided
 * by another, or never there.
 *
 * @param hospitals that the caller may correct; null for all
 * @throws ObjectStoreUnavailable, ObjectStoreFull; ObjectNotFound when its object is lost
 */
export async function decideKeptAside(
  index: pg.Pool,
  correcting: Correcting,
  id: number,
  decision: 'accept' | 'discard',
  reason: GivenReason,
  hospitals: readonly string[] | null,
): Promise<MadeEvent | null> {
  const kept = await findKeptAside(index, id, hospitals);
  if (kept === null) return null;
  const isNote = kept.reason === REJECTION_NOTE;
  const version =
    decision === 'accept' && !isNote ? await readStored(correcting.objects, kept.objectKey) : null;
  return inCorrection(index, correcting, async (client, corrections) => {
    await lockFormerStudies(client, kept.hospital, await studiesOf(client, kept));
    const { rowCount } = await client.query('SELECT FROM kept_aside WHERE kept_aside_id = $1 FOR UPDATE', [
      id,
    ]);
    // Gone: nothing may have changed, rows that were added for the lock included.
    if (rowCount === 0) return removeAdded(client, kept);
    if (isNote) return decideNote(client, corrections, kept, decision, reason);
    const event = {
      hospital: kept.hospital,
      studyInstanceUid: kept.study,
      seriesInstanceUid: kept.series,
      sopInstanceUid: kept.sop,
      reason,
    };
    if (version !== null) {
      return corrections.make(client, { ...event, kind: 'accepted' }, async (recorded, changes) => {
        await client.query('DELETE FROM kept_aside WHERE kept_aside_id = $1', [id]);
        const ended = await endVersions(client, kept.hospital, [version], recorded.id, changes.ended);
        changes.accepted.push(...(await accept(client, kept.hospital, [kept.sop])));
        const place = await placeFor(client, kept.hospital, version);
        await putInPlace(client, {
          hospital: kept.hospital,
          study: kept.study,
          members: [version],
          placeOf: () => place,
          corrections,
          action: ended.length === 0 ? 'recovered' : 'corrected',
        });
        changes.current.push(kept.objectKey);
        await refreshLeft(client, corrections, ended, place.series_id);
        return 1;
      });
    }
    const discarded = await corrections.make(
      client,
      { ...event, kind: 'discarded' },
      async (recorded, changes) => {
        const keys = await endKeptAside(client, [id], recorded.id);
        changes.ended.push(...keys.map((key) => ({ key, why: 'discarded' as const })));
        return 1;
      },
    );
    await removeAdded(client, kept);
    return discarded;
  });
}

/** The studies that a decision may change: its own, and that of the current version. */
async function studiesOf(client: pg.PoolClient, kept: KeptAside): Promise<string[]> {
  const { rows } = await client.query<{ uid: string }>(
    `SELECT s.study_instance_uid AS uid FROM instance i JOIN study s USING (study_id)
      WHERE i.hospital_code = $1 AND i.sop_instance_uid = $2`,
    [kept.hospital, kept.sop],
  );
  return [...new Set([kept.study, ...rows.map((row) => row.uid)])];
}

async function removeAdded(client: pg.PoolClient, kept: KeptAside): Promise<null> {
  await client.query(
    'DELETE FROM study WHERE hospital_code = $1 AND study_instance_uid = $2 AND number_of_instances = 0',
    [kept.hospital, kept.study],
  );
  return null;
}

async function placeFor(
  client: pg.PoolClient,
  hospital: string,
  version: IndexRows,
): Promise<{ study_id: number; series_id: number }> {
  const { rows } = await client.query<{ study_id: number }>(
    'SELECT study_id FROM study WHERE hospital_code = $1 AND study_instance_uid = $2',
    [hospital, version.study.study_instance_uid],
  );
  const study_id = rows[0]?.study_id;
  if (study_id === undefined) throw new Error('the study was not locked');
  const series = await putSeries(client, hospital, [{ ...version.series, study_id }]);
  const [series_id] = [...series.values()];
  if (series_id === undefined) throw new Error('the series was not added');
  return { study_id, series_id };
}

/** Refreshes the series and study that an instance left for another. */
async function refreshLeft(
  client: pg.PoolClient,
  { quietSeconds }: Corrections,
  ended: readonly MovedInstance[],
  newSeriesId: number,
): Promise<void> {
  for (const { study_id, series_id, has_pixel_data } of ended) {
    if (series_id === newSeriesId) continue;
    const { rows } = await client.query<{ uid: string }>(
      'SELECT study_instance_uid AS uid FROM study WHERE study_id = $1',
      [study_id],
    );
    await refreshStudy(client, {
      studyId: study_id,
      studyInstanceUid: rows[0]?.uid ?? '',
      seriesIds: [series_id],
      acquired: has_pixel_data,
      arrived: false,
      quietSeconds,
      because: { en: 'Its last instance was moved to another study', zh: '最后一个实例已移至其他检查' },
    });
  }
}

async function decideNote(
  client: pg.PoolClient,
  corrections: Corrections,
  kept: KeptAside,
  decision: 'accept' | 'discard',
  reason: GivenReason,
): Promise<MadeEvent | null> {
  await client.query('DELETE FROM kept_aside WHERE kept_aside_id = $1', [kept.id]);
  const { hospital, study, sop } = kept;
  const note = readRejectionNote(JSON.parse(kept.dataset ?? '{}') as DicomJson);
  if (decision === 'accept' && note !== null)
    return applyNote(client, corrections, { hospital, study, sop, note }, reason.text);
  return corrections.make(
    client,
    { hospital, studyInstanceUid: study, kind: 'dismissed', reason, details: { note: sop } },
    () => Promise.resolve(0),
  );
}
