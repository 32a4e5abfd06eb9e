import type pg from 'pg';

/** Studies that one statement names at most, the newest: more are no answer for somebody who is about to order. */
const MOST = 50;

/** A labelled study of one of the items, before the matrix was asked. */
export interface FoundMatch {
  hospital: string;
  /** At that hospital; for the audit alone. */
  patientId: string;
  studyInstanceUid: string;
  itemCode: string;
  studyDate: string;
  modalities: string[];
  labels: { text: string; scope: string }[];
  /** The list by which the study was judged; null: of before judgements were kept. */
  list: { id: string; version: string } | null;
}

export interface MatchQuery {
  /** The hospital that asks. */
  hospital: string;
  /** The own patient, where no link says which person that is; else empty. */
  patientId: string;
  issuerOfPatientId: string;
  /** Whose studies; null: of the own patient alone. */
  person: string | null;
  /** Items with the first and the last study date (YYYYMMDD). */
  items: readonly { code: string; since: string; until: string }[];
}

/**
 * Studies of a person, of every hospital, that have an applied label of one of the items: judged as they are now, passed, not
 * too old, and of a hospital whose policy lets who asks know of labelled studies. What may not be known is left out by the
 * statement, so that nothing of it comes to the process that answers.
 */
export async function findMatches(client: pg.Pool | pg.PoolClient, query: MatchQuery): Promise<FoundMatch[]> {
  if (query.items.length === 0) return [];
  const { text, values } = matchStatement(query);
  const { rows } = await client.query<FoundMatch>({ name: 'reminder-matches', text, values });
  return rows;
}

/** The one statement. */
export function matchStatement(query: MatchQuery): { text: string; values: unknown[] } {
  return {
    text: `WITH found AS MATERIALIZED (
  SELECT study_id FROM person_study WHERE person_id = $1::uuid
  UNION
  SELECT own.study_id FROM study own
   WHERE $3::text <> '' AND own.hospital_code = $2::text AND own.patient_id = $3::text AND own.issuer_of_patient_id = $4::text
     AND NOT EXISTS (SELECT FROM study_apart a WHERE a.study_id = own.study_id)
     AND NOT EXISTS (SELECT FROM patient_link l
                      WHERE l.hospital_code = own.hospital_code AND l.patient_id = own.patient_id
                        AND l.issuer_of_patient_id = own.issuer_of_patient_id AND l.ended_at IS NULL
                        AND l.person_id IS DISTINCT FROM $1::uuid)),
asked AS (SELECT * FROM unnest($5::text[], $6::text[], $7::text[]) AS asked (item_code, since, until))
SELECT s.hospital_code AS hospital, s.patient_id AS "patientId", s.study_instance_uid AS "studyInstanceUid", i.item_code AS "itemCode",
       s.study_date AS "studyDate", s.modalities, l.labels,
       (SELECT json_build_object('id', j.catalogue_id, 'version', j.catalogue_version)
          FROM study_judgement j WHERE j.study_id = s.study_id) AS list
  FROM found
  JOIN study s USING (study_id)
  JOIN study_item i ON i.study_id = s.study_id AND i.verdict = 'PASS'
  JOIN asked USING (item_code)
 CROSS JOIN LATERAL (SELECT json_agg(json_build_object('text', l.text, 'scope', l.scope) ORDER BY l.text) AS labels
                       FROM hr_label l
                      WHERE l.study_id = s.study_id AND l.item_code = i.item_code AND l.state = 'applied') AS l
 WHERE s.study_date BETWEEN asked.since AND asked.until
   AND s.judged_revision IS NOT DISTINCT FROM s.conformance_revision
   AND l.labels IS NOT NULL
   AND (s.hospital_code = $2
        OR EXISTS (SELECT FROM access_policy_of(s.hospital_code, $2) AS rule
                    WHERE rule.discoverable <> 'none' AND 'TREAT' = ANY (rule.purposes)))
 ORDER BY s.study_moment DESC, s.study_id DESC, i.item_code LIMIT ${MOST}`,
    values: [
      query.person,
      query.hospital,
      query.patientId,
      query.issuerOfPatientId,
      query.items.map(({ code }) => code),
      query.items.map(({ since }) => since),
      query.items.map(({ until }) => until),
    ],
  };
}
