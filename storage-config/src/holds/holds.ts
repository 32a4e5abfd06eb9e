import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { lockCopies } from '../corrections/endAndRefresh.ts';
import { type Author, recordEvent, type StudyEvent } from '../corrections/events.ts';
import { errorCode, inTransaction } from '../database.ts';
import type { ObjectStore } from '../objectStore.ts';
import { isOutage } from '../outage.ts';
import { type HoldRecord, writeHoldRecord } from './holdRecords.ts';

/** SQLSTATE with which the index refuses to end instances of a held study (0022_privacy.sql). */
const HELD = 'HT001';

/** Whether an error says that a study is under a legal hold, so that nothing of it is removed. */
export const isHeld = (error: unknown): boolean => errorCode(error) === HELD;

/** Those of some studies of a hospital that are under a legal hold now. */
export async function heldAmong(
  client: pg.PoolClient,
  hospital: string,
  studies: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ study: string }>(
    'SELECT study FROM unnest($2::text[]) AS study WHERE is_study_held($1, study)',
    [hospital, [...new Set(studies)]],
  );
  return new Set(rows.map(({ study }) => study));
}

/** Whether a day, `YYYY-MM-DD`, is over, as holds see it. */
export async function isDayOver(index: pg.Pool, day: string): Promise<boolean> {
  const { rows } = await index.query<{ over: boolean }>('SELECT $1::date < current_date AS over', [day]);
  return rows[0]?.over === true;
}

/** A hold on a study, or on all studies of a patient of a hospital. */
export interface LegalHold {
  id: number;
  hospital: string;
  studyInstanceUid: string | null;
  patientId: string | null;
  reason: string;
  /** Last day, `YYYY-MM-DD`; null: until it is released. */
  until: string | null;
  author: Author;
  createdAt: Date;
  releasedAt: Date | null;
  releasedBy: string | null;
  releaseReason: string | null;
  /** Whether it holds now. */
  active: boolean;
  studies: number;
}

export interface NewHold {
  hospital: string;
  on: { study: string } | { patient: string };
  reason: string;
  until: string | null;
  author: Author;
}

/** Longest reason, in characters. */
export const MAX_HOLD_REASON = 500;

/** Studies of a patient ($2) of a hospital ($1) that were deleted, or were of that patient before a correction. */
export const FORMER_OF_PATIENT = `
  SELECT DISTINCT f.study_instance_uid AS study FROM former_instance f
   WHERE f.hospital_code = $1 AND f.removed_at IS NULL AND f.recovered_at IS NULL
     AND (coalesce(f.instance_row, f.kept_aside_row) ->> 'dataset')::jsonb #>> '{00100020,Value,0}' = $2`;

/**
 * Holds what is there of a study or patient, deleted studies that can still be recovered included, and for a patient what
 * comes later. A deletion that is at work ends first: then its study is held among the deleted ones. Returns null where
 * the hospital has, and had, no such study.
 */
export async function createHold(
  index: pg.Pool,
  objects: ObjectStore,
  hold: NewHold,
): Promise<LegalHold | null> {
  const written: string[] = [];
  const key = randomUUID();
  try {
    return await inTransaction(index, async (client) => {
      const made = await insertHold(client, key, hold);
      if (made === null) return null;
      await writeHoldRecord(objects, await recordOf(client, made.id, made.events), (at) => written.push(at));
      return readOne(client, made.id);
    });
  } catch (error) {
    // Where nobody knows what became of the commit, it rather holds.
    if (!isOutage(error)) await Promise.all(written.map((at) => objects.delete(at).catch(() => undefined)));
    throw error;
  }
}

async function insertHold(
  client: pg.PoolClient,
  key: string,
  { hospital, on, reason, until, author }: NewHold,
): Promise<{ id: number; events: StudyEvent[] } | null> {
  const uids = 'study' in on ? [on.study] : await studiesOf(client, hospital, on.patient);
  // The order of locks is that of deletions: studies first.
  const current = await lockCopies(client, uids, [hospital]);
  const { rows: former } = await client.query<{ study: string }>(
    `SELECT study_instance_uid AS study FROM former_instance
      WHERE hospital_code = $1 AND study_instance_uid = ANY ($2::text[]) AND removed_at IS NULL
      ORDER BY former_instance_id FOR UPDATE`,
    [hospital, uids],
  );
  const known = new Set([
    ...current.map((copy) => copy.study_instance_uid),
    ...former.map(({ study }) => study),
  ]);
  if ('study' in on && known.size === 0) return null;
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO legal_hold (hold_key, hospital_code, study_instance_uid, patient_id, reason, until, author_kind,
                             author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING legal_hold_id AS id`,
    [
      key,
      hospital,
      'study' in on ? on.study : null,
      'patient' in on ? on.patient : null,
      reason,
      until,
      author.kind,
      author.id,
      author.name,
    ],
  );
  const id = rows[0]?.id ?? 0;
  await client.query(
    `INSERT INTO legal_hold_study (legal_hold_id, hospital_code, study_instance_uid)
     SELECT $1, $2, uid FROM unnest($3::text[]) AS uid ON CONFLICT DO NOTHING`,
    [id, hospital, [...known]],
  );
  const events = await note(client, 'held', { id, hospital, studies: [...known], reason, author });
  return { id, events };
}

/** What the bucket is to say of a hold, as its transaction sees it. */
async function recordOf(client: pg.PoolClient, id: number, events: StudyEvent[]): Promise<HoldRecord> {
  const { rows } = await client.query<HoldRecord>(
    `SELECT jsonb_build_object(
              'key', hold_key, 'id', legal_hold_id, 'hospital', hospital_code, 'studyInstanceUid', study_instance_uid,
              'patientId', patient_id, 'reason', reason, 'until', to_char(until, 'YYYY-MM-DD'),
              'author', jsonb_build_object('kind', author_kind, 'id', author_id, 'name', author_name),
              'createdAt', ${ISO('created_at')},
              'studies', (SELECT coalesce(jsonb_agg(study_instance_uid ORDER BY study_instance_uid), '[]')
                            FROM legal_hold_study s WHERE s.legal_hold_id = h.legal_hold_id)) AS hold,
            CASE WHEN released_at IS NOT NULL THEN jsonb_build_object(
              'at', ${ISO('released_at')}, 'reason', release_reason,
              'author', jsonb_build_object('kind', released_by_kind, 'id', released_by_id, 'name', released_by_name))
            END AS released
       FROM legal_hold h WHERE legal_hold_id = $1`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the hold is not there');
  return { ...row, events };
}

async function studiesOf(client: pg.PoolClient, hospital: string, patient: string): Promise<string[]> {
  const { rows } = await client.query<{ study: string }>(
    `SELECT study_instance_uid AS study FROM study WHERE hospital_code = $1 AND patient_id = $2
      UNION ${FORMER_OF_PATIENT}`,
    [hospital, patient],
  );
  return rows.map(({ study }) => study);
}

async function note(
  client: pg.PoolClient,
  kind: 'held' | 'released',
  hold: { id: number; hospital: string; studies: readonly string[]; reason: string; author: Author },
): Promise<StudyEvent[]> {
  const events: StudyEvent[] = [];
  for (const studyInstanceUid of hold.studies)
    events.push(
      await recordEvent(client, {
        hospital: hold.hospital,
        studyInstanceUid,
        kind,
        reason: { code: 'OTHER', text: hold.reason },
        author: hold.author,
        details: { hold: hold.id },
      }),
    );
  return events;
}

/**
 * Releases a hold of one of the hospitals, null for all. Returns null when there is none, or it was released before.
 *
 * The bucket is told once the release is committed: a server that dies between the two leaves a hold that an index made of
 * the bucket alone would set again, and that is to be released again.
 *
 * @throws ObjectStoreUnavailable, ObjectStoreFull: it is released all the same
 */
export async function releaseHold(
  index: pg.Pool,
  objects: ObjectStore,
  { id, reason, author, hospitals }: Release,
): Promise<LegalHold | null> {
  const done = await inTransaction(index, async (client) => {
    const { rows } = await client.query<{ hospital: string }>(
      `UPDATE legal_hold
          SET released_at = now(), released_by_kind = $2, released_by_id = $3, released_by_name = $4, release_reason = $5
        WHERE legal_hold_id = $1 AND released_at IS NULL AND ($6::text[] IS NULL OR hospital_code = ANY ($6))
       RETURNING hospital_code AS hospital`,
      [id, author.kind, author.id, author.name, reason, hospitals],
    );
    const hospital = rows[0]?.hospital;
    if (hospital === undefined) return null;
    const { rows: studies } = await client.query<{ uid: string }>(
      'SELECT study_instance_uid AS uid FROM legal_hold_study WHERE legal_hold_id = $1 ORDER BY 1',
      [id],
    );
    const events = await note(client, 'released', {
      id,
      hospital,
      studies: studies.map(({ uid }) => uid),
      reason,
      author,
    });
    return { hold: await readOne(client, id), record: await recordOf(client, id, events) };
  });
  if (done === null) return null;
  await writeHoldRecord(objects, done.record);
  return done.hold;
}

interface Release {
  id: number;
  reason: string;
  author: Author;
  hospitals: readonly string[] | null;
}

export interface HoldFilter {
  hospitals: readonly string[] | null;
  activeOnly: boolean;
  /** Only holds with smaller ids. */
  before: number | null;
  limit: number;
}

const ISO = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const ACTIVE = '(h.released_at IS NULL AND (h.until IS NULL OR h.until >= current_date))';
const HOLD = `h.legal_hold_id AS id, h.hospital_code AS hospital, h.study_instance_uid AS "studyInstanceUid",
       h.patient_id AS "patientId", h.reason, to_char(h.until, 'YYYY-MM-DD') AS until, h.created_at AS "createdAt",
       jsonb_build_object('kind', h.author_kind, 'id', h.author_id, 'name', h.author_name) AS author,
       h.released_at AS "releasedAt", coalesce(nullif(h.released_by_name, ''), h.released_by_id) AS "releasedBy",
       h.release_reason AS "releaseReason", ${ACTIVE} AS active,
       (SELECT count(*)::int FROM legal_hold_study s WHERE s.legal_hold_id = h.legal_hold_id) AS studies`;

/** Holds, the newest first. */
export async function listHolds(index: pg.Pool, filter: HoldFilter): Promise<LegalHold[]> {
  const { rows } = await index.query<LegalHold>(
    `SELECT ${HOLD} FROM legal_hold h
      WHERE ($1::text[] IS NULL OR h.hospital_code = ANY ($1)) AND (NOT $2 OR ${ACTIVE})
        AND ($3::bigint IS NULL OR h.legal_hold_id < $3)
      ORDER BY h.legal_hold_id DESC LIMIT $4`,
    [filter.hospitals, filter.activeOnly, filter.before, filter.limit],
  );
  return rows;
}

async function readOne(client: pg.PoolClient, id: number): Promise<LegalHold | null> {
  const { rows } = await client.query<LegalHold>(
    `SELECT ${HOLD} FROM legal_hold h WHERE legal_hold_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
