import type pg from 'pg';
import type { ImagingStudyRow } from './imagingStudy.ts';

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

const STUDIES = `SELECT s.study_id AS "studyId", s.hospital_code AS hospital, h.name_zh AS "hospitalName",
       s.study_instance_uid AS "studyInstanceUid", s.patient_id AS "patientId", s.issuer_of_patient_id AS issuer,
       s.patient_name_alphabetic AS alphabetic, s.patient_name_ideographic AS ideographic, s.patient_sex AS sex,
       s.patient_birth_date AS "birthDate",
       s.study_date AS "studyDate", s.study_time AS "studyTime", s.timezone_offset AS "timezoneOffset",
       s.accession_number AS "accessionNumber", s.study_description AS description, s.modalities,
       s.number_of_series AS "numberOfSeries", s.number_of_instances AS "numberOfInstances",
       greatest(s.last_stored_at, l.at) AS "updatedAt", coalesce(e.series, '[]') AS series,
       coalesce(i.items, '[]') AS items, coalesce(l.labels, '[]') AS labels, coalesce(o.orders, '{}') AS orders
  FROM study s
  JOIN hospital h ON h.code = s.hospital_code
  LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('uid', e.series_instance_uid, 'number', e.series_number,
                'modality', e.modality, 'description', e.series_description, 'bodyPart', e.body_part_examined,
                'date', e.performed_procedure_step_start_date, 'time', e.performed_procedure_step_start_time,
                'instances', e.number_of_instances) ORDER BY e.series_number NULLS LAST, e.series_id) AS series
         FROM series e WHERE e.study_id = s.study_id) AS e ON true
  LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('code', v.item_code, 'zh', (
                SELECT named -> 'name' ->> 'zh' FROM study_judgement j JOIN conformance_result r USING (conformance_result_id),
                       jsonb_array_elements(CASE jsonb_typeof(r.summary -> 'items') WHEN 'array' THEN r.summary -> 'items' END) AS named
                 WHERE j.study_id = s.study_id AND named ->> 'code' = v.item_code LIMIT 1)) ORDER BY v.item_code) AS items
         FROM study_item v
        WHERE v.study_id = s.study_id AND s.judged_revision IS NOT DISTINCT FROM s.conformance_revision) AS i ON true
  LEFT JOIN LATERAL (
       SELECT max(l.created_at) AS at,
              json_agg(json_build_object('text', l.text, 'scope', l.scope, 'item', l.item_code,
                'since', to_char(l.created_at AT TIME ZONE 'UTC', ${ISO})) ORDER BY l.item_code, l.scope)
                FILTER (WHERE l.state = 'applied') AS labels
         FROM hr_label l WHERE l.study_id = s.study_id) AS l ON true
  LEFT JOIN LATERAL (
       SELECT array_agg(o.order_number ORDER BY o.order_number) AS orders
         FROM exam_order o
        WHERE o.hospital_code = s.hospital_code AND o.accession_number = s.accession_number
          AND s.accession_number <> '' AND (o.patient_id = '' OR o.patient_id = s.patient_id)) AS o ON true`;

/** Studies by their numbers, in the order of these; who may see them was asked before. Numbers of none are left out. */
export async function readImagingStudies(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<ImagingStudyRow[]> {
  if (studyIds.length === 0) return [];
  const { rows } = await client.query<ImagingStudyRow>({
    name: 'imaging-studies',
    text: `${STUDIES} WHERE s.study_id = ANY ($1::bigint[])`,
    values: [studyIds],
  });
  const byId = new Map(rows.map((row) => [row.studyId, row]));
  return studyIds.flatMap((id) => byId.get(id) ?? []);
}

/** A hospital's copy of a study; null when there is none (any more). */
export async function readImagingStudy(
  client: pg.Pool | pg.PoolClient,
  study: { hospital: string; studyInstanceUid: string },
): Promise<ImagingStudyRow | null> {
  const { rows } = await client.query<ImagingStudyRow>({
    name: 'imaging-study',
    text: `${STUDIES} WHERE s.hospital_code = $1 AND s.study_instance_uid = $2`,
    values: [study.hospital, study.studyInstanceUid],
  });
  return rows[0] ?? null;
}
