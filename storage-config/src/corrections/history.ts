import type pg from 'pg';
import type { Author, StudyEventKind } from './events.ts';
import { CAN_RETURN } from './formerInstances.ts';

/** An event as the history shows it. */
export interface HistoryEvent {
  id: number;
  hospital: string;
  study: string;
  series: string | null;
  instance: string | null;
  kind: StudyEventKind;
  reasonCode: string;
  reasonText: string;
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
  instances: number;
  details: Record<string, unknown>;
  at: Date;
  /** Whether something of it can still be recovered. */
  recoverable: boolean;
}

/** A version of an instance that is not current. */
export interface FormerVersion {
  id: number;
  hospital: string;
  study: string;
  series: string;
  instance: string;
  why: 'deleted' | 'rejected' | 'corrected' | 'discarded';
  size: number;
  storedAt: Date;
  endedAt: Date;
  eventId: number;
  recoveredEventId: number | null;
  removedAt: Date | null;
}

/** A hospital's copy of a study. */
export interface StudyOfHospital {
  hospital: string;
  studyInstanceUid: string;
}

export interface HistoryFilter {
  /** null: of any study. */
  study: string | null;
  /** null: of all hospitals. */
  hospitals: readonly string[] | null;
  /** Studies of other hospitals, one by one. */
  studies?: readonly StudyOfHospital[];
  kinds: readonly string[] | null;
  /** Only events with smaller ids. */
  before: number | null;
  limit: number;
}

const EVENTS = `SELECT v.study_event_id AS id, v.hospital_code AS hospital, v.study_instance_uid AS study,
       v.series_instance_uid AS series, v.sop_instance_uid AS instance, v.kind, v.reason_code AS "reasonCode",
       v.reason_text AS "reasonText", v.author_kind AS "authorKind", v.author_id AS "authorId",
       v.author_name AS "authorName", v.instances, v.details, v.created_at AS at,
       EXISTS (SELECT FROM former_instance f WHERE f.study_event_id = v.study_event_id AND ${CAN_RETURN}) AS recoverable
  FROM study_event v`;
const OF_HOSPITALS = '($2::text[] IS NULL OR v.hospital_code = ANY ($2))';
/** The same, or of single studies. */
const OF_HOSPITALS_OR_STUDIES = `(${OF_HOSPITALS}
  OR (v.hospital_code, v.study_instance_uid) IN (SELECT * FROM unnest($6::text[], $7::text[])))`;

/** The columns of a list of studies. */
const columnsOf = (studies: readonly StudyOfHospital[]): [string[], string[]] => [
  studies.map(({ hospital }) => hospital),
  studies.map(({ studyInstanceUid }) => studyInstanceUid),
];
const PAGE = `($3::text[] IS NULL OR v.kind = ANY ($3)) AND ($4::bigint IS NULL OR v.study_event_id < $4)
 ORDER BY v.study_event_id DESC LIMIT $5`;

/** Events, the newest first. Of one study also those of other studies that took an instance from it. */
export async function readEvents(
  index: pg.Pool,
  { study, hospitals, studies = [], kinds, before, limit }: HistoryFilter,
): Promise<HistoryEvent[]> {
  const condition =
    study === null
      ? '$1::text IS NULL'
      : `(v.study_instance_uid = $1 OR v.study_event_id IN (SELECT f.study_event_id FROM former_instance f
                                                              WHERE f.study_instance_uid = $1))`;
  const { rows } = await index.query<HistoryEvent>(
    `${EVENTS} WHERE ${condition} AND ${studies.length === 0 ? OF_HOSPITALS : OF_HOSPITALS_OR_STUDIES} AND ${PAGE}`,
    [study, hospitals, kinds, before, limit, ...(studies.length === 0 ? [] : columnsOf(studies))],
  );
  return rows;
}

const VERSION = `f.former_instance_id AS id, f.hospital_code AS hospital, f.study_instance_uid AS study,
       f.series_instance_uid AS series, f.sop_instance_uid AS instance, f.why, f.object_size AS size,
       f.stored_at AS "storedAt", f.ended_at AS "endedAt", f.study_event_id AS "eventId",
       f.recovered_event_id AS "recoveredEventId", f.removed_at AS "removedAt"`;

/** Instances that events ended or brought back, at most `limit` for each event and way. */
export async function readVersions(
  index: pg.Pool,
  eventIds: readonly number[],
  limit: number,
): Promise<FormerVersion[]> {
  const { rows } = await index.query<FormerVersion>(
    `SELECT f.*
       FROM unnest($1::bigint[]) AS wanted (event_id)
      CROSS JOIN LATERAL (SELECT ${VERSION} FROM former_instance f
                           WHERE f.study_event_id = wanted.event_id
                           ORDER BY f.former_instance_id LIMIT $2) AS f`,
    [eventIds, limit],
  );
  return rows;
}

/** The bytes of a former version, and whose it is. */
export interface StoredVersion {
  objectKey: string;
  size: number;
  sha256: string;
  hospital: string;
  series: string;
  instance: string;
}

/** Where the object of a former version of a study's instance is; null when there is none, or it was removed. */
export async function findVersion(
  index: pg.Pool,
  study: string,
  id: number,
  hospitals: readonly string[] | null,
): Promise<StoredVersion | null> {
  const { rows } = await index.query<StoredVersion>(
    `SELECT object_key AS "objectKey", object_size AS size, encode(object_sha256, 'hex') AS sha256,
            hospital_code AS hospital, series_instance_uid AS series, sop_instance_uid AS instance
       FROM former_instance
      WHERE former_instance_id = $1 AND study_instance_uid = $2 AND removed_at IS NULL
        AND ($3::text[] IS NULL OR hospital_code = ANY ($3))`,
    [id, study, hospitals],
  );
  return rows[0] ?? null;
}

/** Which hospitals have, or had, what a path names; of those given, null for all, and of the studies of others. */
export async function hospitalsOfPath(
  index: pg.Pool,
  { study, series, instance }: { study: string; series: string | null; instance: string | null },
  hospitals: readonly string[] | null,
  studies: readonly StudyOfHospital[] = [],
): Promise<{ hospital: string; current: boolean }[]> {
  const { rows } = await index.query<{ hospital: string; current: boolean }>(
    `SELECT s.hospital_code AS hospital, true AS current
       FROM study s
      WHERE s.study_instance_uid = $1 AND ($4::text[] IS NULL OR s.hospital_code = ANY ($4) OR s.hospital_code = ANY ($5::text[]))
        AND EXISTS (SELECT FROM instance i JOIN series e USING (series_id)
                     WHERE i.study_id = s.study_id AND ($2::text IS NULL OR e.series_instance_uid = $2)
                       AND ($3::text IS NULL OR i.sop_instance_uid = $3))
     UNION ALL
     SELECT DISTINCT f.hospital_code, false
       FROM former_instance f
      WHERE f.study_instance_uid = $1 AND ($4::text[] IS NULL OR f.hospital_code = ANY ($4))
        AND ($2::text IS NULL OR f.series_instance_uid = $2) AND ($3::text IS NULL OR f.sop_instance_uid = $3)
        AND f.why IN ('deleted', 'rejected')`,
    [
      study,
      series,
      instance,
      hospitals,
      studies.filter((one) => one.studyInstanceUid === study).map(({ hospital }) => hospital),
    ],
  );
  return rows;
}
