import type pg from 'pg';
import { putValuesOf } from '../searchAttributes/putValues.ts';
import type { ObjectChanges } from './tombstones.ts';

export type EndedWhy = ObjectChanges['ended'][number]['why'];

/** An instance that ended or came back. */
export interface MovedInstance {
  study_id: number;
  series_id: number;
  series_instance_uid: string;
  sop_instance_uid: string;
  sop_class_uid: string;
  object_key: string;
  has_pixel_data: boolean;
}

const END_INSTANCES = `
  WITH ended AS (
    DELETE FROM instance i
     USING series e, study s
     WHERE i.instance_id = ANY ($1::bigint[]) AND e.series_id = i.series_id AND s.study_id = i.study_id
    RETURNING i.*, s.study_instance_uid, e.series_instance_uid, to_jsonb(i) AS instance_row
  ), kept AS (
    INSERT INTO former_instance (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid,
                                 object_key, object_size, object_sha256, dataset_sha256, stored_at, why,
                                 study_event_id, instance_row)
    SELECT hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid,
           object_key, object_size, object_sha256, dataset_sha256, stored_at, $2, $3, instance_row
      FROM ended
  )
  SELECT study_id, series_id, series_instance_uid, sop_instance_uid, sop_class_uid, object_key,
         pixel_data IS NOT NULL AS has_pixel_data
    FROM ended ORDER BY sop_instance_uid`;

/** Moves current instances of locked studies among the former ones. Their studies must be refreshed then. */
export async function endInstances(
  client: pg.PoolClient,
  instanceIds: readonly number[],
  why: EndedWhy,
  eventId: number,
): Promise<MovedInstance[]> {
  const { rows } = await client.query<MovedInstance>(END_INSTANCES, [instanceIds, why, eventId]);
  return rows;
}

const END_KEPT_ASIDE = `
  WITH ended AS (
    DELETE FROM kept_aside k WHERE k.kept_aside_id = ANY ($1::bigint[])
    RETURNING k.*, to_jsonb(k) AS kept_aside_row
  )
  INSERT INTO former_instance (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid,
                               object_key, object_size, object_sha256, dataset_sha256, stored_at, why,
                               study_event_id, kept_aside_row)
  SELECT hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid,
         object_key, object_size, object_sha256, dataset_sha256, received_at, 'discarded', $2, kept_aside_row
    FROM ended
  RETURNING object_key`;

/** Moves what was kept aside among the former instances. Returns the object keys. */
export async function endKeptAside(
  client: pg.PoolClient,
  keptAsideIds: readonly number[],
  eventId: number,
): Promise<string[]> {
  if (keptAsideIds.length === 0) return [];
  const { rows } = await client.query<{ object_key: string }>(END_KEPT_ASIDE, [keptAsideIds, eventId]);
  return rows.map((row) => row.object_key);
}

/** A former instance whose bytes are still there and that is not current again. */
export interface RecoverableInstance {
  former_instance_id: number;
  hospital_code: string;
  study_instance_uid: string;
  series_instance_uid: string;
  sop_instance_uid: string;
  sop_class_uid: string;
  object_key: string;
  why: EndedWhy;
  was_kept_aside: boolean;
  has_pixel_data: boolean;
}

const RECOVERABLE = `former_instance_id, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid,
       sop_class_uid, object_key, why, kept_aside_row IS NOT NULL AS was_kept_aside,
       coalesce(jsonb_typeof(instance_row -> 'pixel_data') <> 'null', false) AS has_pixel_data`;
const CAN_COME_BACK = 'recovered_at IS NULL AND removed_at IS NULL';

/**
 * Whether a former instance `f` can come back, and its place is not taken meanwhile; a version before a correction takes the
 * place of that.
 */
export const CAN_RETURN = `(f.recovered_at IS NULL AND f.removed_at IS NULL AND CASE
  WHEN f.kept_aside_row IS NOT NULL
    THEN NOT EXISTS (SELECT FROM kept_aside k WHERE k.hospital_code = f.hospital_code
                        AND k.sop_instance_uid = f.sop_instance_uid AND k.dataset_sha256 = f.dataset_sha256)
  WHEN f.why = 'corrected' THEN true
  ELSE NOT EXISTS (SELECT FROM instance c WHERE c.hospital_code = f.hospital_code
                      AND c.sop_instance_uid = f.sop_instance_uid) END)`;

/** Locks former instances of a hospital by a condition on `f` with places from $2 on, the last that ended first. */
export async function lockFormer(
  client: pg.PoolClient,
  hospital: string,
  condition: string,
  values: readonly unknown[],
): Promise<RecoverableInstance[]> {
  const { rows } = await client.query<RecoverableInstance>(
    `SELECT ${RECOVERABLE} FROM former_instance f
      WHERE hospital_code = $1 AND ${CAN_COME_BACK} AND ${condition}
      ORDER BY former_instance_id DESC FOR UPDATE`,
    [hospital, ...values],
  );
  return rows;
}

/** Columns of a row that was kept as JSON which the table has (still) and which are not generated. */
const KEPT_COLUMNS = `
  SELECT json_agg(f.former_instance_id) AS ids, columns
    FROM former_instance f,
         LATERAL (SELECT array_agg(quote_ident(c.column_name::text) ORDER BY c.ordinal_position) AS columns
                    FROM information_schema.columns c
                   WHERE c.table_schema = current_schema() AND c.table_name = $2 AND c.is_generated = 'NEVER'
                     AND (CASE $2 WHEN 'instance' THEN f.instance_row ELSE f.kept_aside_row END) ? c.column_name) AS kept
   WHERE f.former_instance_id = ANY ($1::bigint[])
   GROUP BY columns`;

/**
 * Puts former instances back where they were: rows of `instance` into the given study and series rows, or of `kept_aside`.
 * One whose place is taken stays. Returns the ids of those that came back.
 */
export async function putBack(
  client: pg.PoolClient,
  table: 'instance' | 'kept_aside',
  places: readonly { former: number; study_id?: number; series_id?: number }[],
): Promise<Set<number>> {
  const back = new Set<number>();
  if (places.length === 0) return back;
  const { rows: groups } = await client.query<{ ids: number[]; columns: string[] }>(KEPT_COLUMNS, [
    places.map(({ former }) => former),
    table,
  ]);
  const placeOf = new Map(places.map((place) => [place.former, place]));
  for (const { ids, columns } of groups) {
    const { rows } = await client.query<{ former: number; instance_id?: number }>(
      `WITH given AS (
         SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS given (former, study_id, series_id)
       ), rows AS (
         SELECT given.former, jsonb_populate_record(NULL::${table}, f.${table}_row || jsonb_strip_nulls(
                  jsonb_build_object('study_id', given.study_id, 'series_id', given.series_id))) AS row
           FROM given JOIN former_instance f ON f.former_instance_id = given.former
       ), added AS (
         INSERT INTO ${table} (${columns.join(', ')}) OVERRIDING SYSTEM VALUE
         SELECT ${columns.map((column) => `(row).${column}`).join(', ')} FROM rows ORDER BY (row).sop_instance_uid
         ON CONFLICT DO NOTHING
         RETURNING object_key${table === 'instance' ? ', instance_id' : ''}
       )
       SELECT rows.former${table === 'instance' ? ', added.instance_id' : ''} FROM rows JOIN added ON added.object_key = (rows.row).object_key`,
      [
        ids,
        ids.map((id) => placeOf.get(id)?.study_id ?? null),
        ids.map((id) => placeOf.get(id)?.series_id ?? null),
      ],
    );
    for (const { former } of rows) back.add(former);
    if (table === 'instance') {
      await putValuesOf(
        client,
        rows.flatMap(({ instance_id: id }) => (id === undefined ? [] : [id])),
      );
    }
  }
  return back;
}

/** Marks former instances as current again. */
export async function markRecovered(
  client: pg.PoolClient,
  formerIds: readonly number[],
  eventId: number,
): Promise<void> {
  await client.query(
    `UPDATE former_instance SET recovered_at = now(), recovered_event_id = $2, instance_row = NULL, kept_aside_row = NULL
      WHERE former_instance_id = ANY ($1::bigint[])`,
    [formerIds, eventId],
  );
}

/** Refuses SOP instances from now on; see refused_instance in 0005_corrections.sql. */
export async function refuse(
  client: pg.PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
  eventId: number,
): Promise<void> {
  await client.query(
    `INSERT INTO refused_instance (hospital_code, sop_instance_uid, study_event_id)
     SELECT $1, uid, $3 FROM unnest($2::text[]) AS uid ORDER BY uid
     ON CONFLICT (hospital_code, sop_instance_uid) DO UPDATE SET study_event_id = EXCLUDED.study_event_id`,
    [hospital, sopInstanceUids, eventId],
  );
}

/** Accepts SOP instances again. Returns those that had been refused. */
export async function accept(
  client: pg.PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
): Promise<string[]> {
  const { rows } = await client.query<{ sop_instance_uid: string }>(
    `DELETE FROM refused_instance WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[])
     RETURNING sop_instance_uid`,
    [hospital, sopInstanceUids],
  );
  return rows.map((row) => row.sop_instance_uid);
}

/** Those among SOP instances that are refused. */
export async function refusedAmong(
  client: pg.PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await client.query<{ sop_instance_uid: string }>(
    `SELECT sop_instance_uid FROM refused_instance
      WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[])`,
    [hospital, sopInstanceUids],
  );
  return new Set(rows.map((row) => row.sop_instance_uid));
}
