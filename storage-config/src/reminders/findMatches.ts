import type pg from 'pg';

/** Studies that one statement names at most, the newest: more are no answer for somebody who is about to order. */
const MOST = 50;

/** A labelled study of one of the items, before the matrix was asked. */
export interface FoundMatch {
  hospital: string;
  studyInstanceUid: string;
  itemCode: string;
  studyDate: string;
  modalities: string[];
  labels: { text: string; scope: string }[];
}

export interface MatchQuery {
  /** The hospital that asks. */
  hospital: string;
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
    text: `WITH patients AS MATERIALIZED (
  SELECT hospital_code, patient_id, issuer_of_patient_id FROM patient_link WHERE person_id = $1::uuid AND ended_at IS NULL
  UNION SELECT $2::text, $3::text, $4::text WHERE $3::text <> ''),
asked AS (SELECT * FROM unnest($5::text[], $6::text[], $7::text[]) AS asked (item_code, since, until))
SELECT s.hospital_code AS hospital, s.study_instance_uid AS "studyInstanceUid", i.item_code AS "itemCode",
       s.study_date AS "studyDate", s.modalities, l.labels
  FROM patients p
  JOIN study s ON s.patient_id = p.patient_id AND s.hospital_code = p.hospital_code
              AND s.issuer_of_patient_id = p.issuer_of_patient_id
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
