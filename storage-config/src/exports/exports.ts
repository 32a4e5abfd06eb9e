import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { SecretBox } from '../secretBox.ts';
import type { ExportFilter, ExportJob, NewExport } from './exportJob.ts';

const context = (project: string): string => `export-project:${project}`;

/** The secret of a project, made at its first export. @throws SecretBoxError without a key to seal it with */
export async function projectSecret(
  index: pg.Pool | pg.PoolClient,
  secrets: SecretBox,
  project: string,
): Promise<Buffer> {
  const find = 'SELECT secret FROM export_project WHERE project = $1';
  const { rows } = await index.query<{ secret: string }>(find, [project]);
  if (rows[0] !== undefined) return secrets.open(rows[0].secret, context(project));
  const sealed = secrets.seal(randomBytes(32), context(project));
  await index.query('INSERT INTO export_project (project, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    project,
    sealed,
  ]);
  const { rows: made } = await index.query<{ secret: string }>(find, [project]);
  return secrets.open(made[0]?.secret ?? '', context(project));
}

/** Of studies `s`, with places from $1 on. */
const CHOSEN = `
  ($1::text[] IS NULL OR s.hospital_code = ANY ($1))
  AND (cardinality($2::text[]) = 0 OR s.hospital_code = ANY ($2))
  AND (cardinality($3::text[]) = 0 OR s.modalities && $3)
  AND (cardinality($4::text[]) = 0 OR EXISTS (SELECT FROM study_item v WHERE v.study_id = s.study_id AND v.item_code = ANY ($4)))
  AND ($5::text IS NULL OR EXISTS (SELECT FROM hr_label l WHERE l.study_id = s.study_id AND l.state = 'applied' AND l.text = $5))
  AND ($6::text IS NULL OR s.study_date >= $6) AND ($7::text IS NULL OR (s.study_date <> '' AND s.study_date <= $7))
  AND (cardinality($8::text[]) = 0 OR s.study_instance_uid = ANY ($8))`;

const valuesOf = (filter: ExportFilter, hospitals: readonly string[] | null): unknown[] => [
  hospitals,
  filter.hospitals,
  filter.modalities,
  filter.items,
  filter.label,
  filter.from,
  filter.to,
  filter.studies,
];

export interface ExportCount {
  studies: number;
  patients: number;
  instances: number;
  /** The newest of them. */
  example: { hospital: string; studyInstanceUid: string } | null;
}

/** How many studies a filter finds among hospitals, null for all; counted up to `most` and one more. */
export async function countExport(
  index: pg.Pool,
  filter: ExportFilter,
  hospitals: readonly string[] | null,
  most: number,
): Promise<ExportCount> {
  const { rows } = await index.query<
    Omit<ExportCount, 'example'> & { hospital: string | null; study: string | null }
  >(
    `WITH chosen AS (SELECT s.* FROM study s WHERE ${CHOSEN} ORDER BY s.study_date DESC, s.study_id DESC LIMIT $9)
     SELECT count(*)::int AS studies, count(DISTINCT (hospital_code, issuer_of_patient_id, patient_id))::int AS patients,
            coalesce(sum(number_of_instances), 0)::int AS instances,
            (array_agg(hospital_code ORDER BY study_date DESC, study_id DESC))[1] AS hospital,
            (array_agg(study_instance_uid ORDER BY study_date DESC, study_id DESC))[1] AS study
       FROM chosen`,
    [...valuesOf(filter, hospitals), most + 1],
  );
  const row = rows[0];
  if (row === undefined) return { studies: 0, patients: 0, instances: 0, example: null };
  const { hospital, study, ...counts } = row;
  return {
    ...counts,
    example: hospital === null || study === null ? null : { hospital, studyInstanceUid: study },
  };
}

/** Why an export was not made. */
export type ExportRefusal = 'NOTHING' | 'TOO_MANY';

/**
 * Makes an export with the studies that its filter finds now. Which they are does not change afterwards.
 *
 * @param most studies it may have
 * @param release whether a second person has to release it
 * @throws SecretBoxError without a key to seal the project's secret with
 */
export async function createExport(
  index: pg.Pool,
  secrets: SecretBox,
  given: NewExport,
  { most, release }: { most: number; release: boolean },
): Promise<ExportJob | ExportRefusal> {
  await projectSecret(index, secrets, given.project);
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO export_job (project, title, approval, reason, hospitals, filter, options, state, author_kind, author_id,
                               author_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING export_id AS id`,
      [
        given.project,
        given.title,
        given.approval,
        given.reason,
        given.hospitals,
        JSON.stringify(given.filter),
        JSON.stringify(given.options),
        release ? 'unreleased' : 'waiting',
        given.author.kind,
        given.author.id,
        given.author.name,
      ],
    );
    const id = rows[0]?.id ?? '';
    // By an order that says nothing: neither date nor time of arrival.
    const { rowCount } = await client.query(
      `INSERT INTO export_study (export_id, position, hospital_code, study_instance_uid)
       SELECT $9, row_number() OVER (ORDER BY random()), hospital_code, study_instance_uid
         FROM (SELECT s.hospital_code, s.study_instance_uid FROM study s WHERE ${CHOSEN} LIMIT $10) AS chosen`,
      [...valuesOf(given.filter, given.hospitals), id, most + 1],
    );
    const studies = rowCount ?? 0;
    if (studies === 0 || studies > most) {
      await client.query('DELETE FROM export_study WHERE export_id = $1', [id]);
      await client.query('DELETE FROM export_job WHERE export_id = $1', [id]);
      return studies === 0 ? 'NOTHING' : 'TOO_MANY';
    }
    await client.query('UPDATE export_job SET studies = $2 WHERE export_id = $1', [id, studies]);
    const made = await findExport(client, id, null);
    if (made === null) throw new Error('the export was not made');
    return made;
  });
}

const JOB = `
  SELECT j.export_id AS id, j.project, j.title, j.approval, j.reason, j.hospitals, j.filter, j.options, j.state,
         jsonb_build_object('kind', j.author_kind, 'id', j.author_id, 'name', j.author_name) AS author,
         j.released_by_id AS "releasedById", j.released_by_name AS "releasedByName", j.studies,
         j.created_at AS "createdAt", j.finished_at AS "finishedAt", j.expires_at AS "expiresAt", j.failure,
         t.done AS "studiesDone", t.missing AS "studiesMissing", t.instances, t.flagged, t.left_out AS "leftOut", t.size
    FROM export_job j
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE state = 'done')::int AS done,
             count(*) FILTER (WHERE state IN ('gone', 'failed'))::int AS missing,
             coalesce(sum(instances), 0)::int AS instances, coalesce(sum(flagged), 0)::int AS flagged,
             coalesce(sum(left_out), 0)::int AS left_out, coalesce(sum(object_size), 0)::float8 AS size
        FROM export_study e WHERE e.export_id = j.export_id) AS t`;

/** In view of who may export for some hospitals is what concerns no others. */
const IN_VIEW = '($1::text[] IS NULL OR (j.hospitals IS NOT NULL AND j.hospitals <@ $1))';

/** Exports of hospitals, null for all, the newest first. */
export async function listExports(
  index: pg.Pool,
  hospitals: readonly string[] | null,
  { after, limit }: { after: readonly [at: string, id: string] | null; limit: number },
): Promise<(ExportJob & { at: string })[]> {
  const { rows } = await index.query<ExportJob & { at: string }>(
    `SELECT page.*, page."createdAt"::text AS at FROM (${JOB}) AS page JOIN export_job j ON j.export_id = page.id
      WHERE ${IN_VIEW} AND ($2::timestamptz IS NULL OR (j.created_at, j.export_id) < ($2, $3::uuid))
      ORDER BY j.created_at DESC, j.export_id DESC LIMIT $4`,
    [hospitals, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
  return rows;
}

/** One export in view of hospitals, null for all. */
export async function findExport(
  index: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<ExportJob | null> {
  const { rows } = await index.query<ExportJob>(`${JOB} WHERE ${IN_VIEW} AND j.export_id = $2`, [
    hospitals,
    id,
  ]);
  return rows[0] ?? null;
}

/**
 * Lets an export begin that somebody else made. `own`: it was made by that person, or by a key or program that the person
 * made; null: there is none that waits for it.
 */
export async function releaseExport(
  index: pg.Pool,
  id: string,
  by: { id: string; name: string },
): Promise<'released' | 'own' | null> {
  const { rows } = await index.query<{ own: boolean }>(
    `WITH asked AS (
       SELECT j.export_id, j.author_id = $2
              OR EXISTS (SELECT FROM api_key k WHERE k.id::text = j.author_id AND k.author_id = $2)
              OR EXISTS (SELECT FROM oidc_client c WHERE c.client_id = j.author_id AND c.created_by IN ($2, $3)) AS own
         FROM export_job j WHERE j.export_id = $1 AND j.state = 'unreleased'
          FOR UPDATE),
     begun AS (
       UPDATE export_job j SET state = 'waiting', released_by_id = $2, released_by_name = $3
         FROM asked WHERE j.export_id = asked.export_id AND NOT asked.own)
     SELECT own FROM asked`,
    [id, by.id, by.name],
  );
  const [asked] = rows;
  if (asked === undefined) return null;
  return asked.own ? 'own' : 'released';
}

/** Ends an export; what was written of it is removed by the next {@link removeEndedExports}. */
export async function cancelExport(index: pg.Pool, id: string): Promise<boolean> {
  const { rowCount } = await index.query(
    `UPDATE export_job SET state = 'cancelled', finished_at = now()
      WHERE export_id = $1 AND state IN ('unreleased', 'waiting', 'running', 'done')`,
    [id],
  );
  return rowCount === 1;
}
